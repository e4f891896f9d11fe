package dev.clew.quality.validation;

import dev.clew.quality.QualityException;
import dev.clew.quality.internal.Closest;
import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.internal.Sql;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a suite is run on: the table as the view {@code t}, in which NaN is NULL unless told otherwise and {@code rn} is a row's position, and Java functions
 * that SQL can call. Confined to one thread; functions are called from DuckDB's.
 */
final class Subject {
    /** Names of functions are unique per process, as the driver's registry is. */
    private static final java.util.concurrent.atomic.AtomicLong FUNCTIONS =
            new java.util.concurrent.atomic.AtomicLong();

    /** What queries call the table itself; one beside it is not meant by these. */
    private static final Set<String> OWN_NAMES = Set.of("t", "b", "batch");

    final Table table;
    final Engine engine;
    final ResultFormat format;
    final Semantics semantics;
    private final Map<String, Table> others;
    private final Set<String> attached = new HashSet<>();
    private final Map<String, TableColumn> columns = new LinkedHashMap<>();

    /**
     * Where engines differ.
     *
     * @param sql quantiles and names of types are those of SQL databases, not pandas'
     * @param nanIsNull whether NaN counts as missing
     */
    record Semantics(boolean sql, boolean nanIsNull) {}

    Subject(Table table, ResultFormat format, Map<String, Table> others, Semantics semantics) {
        this.table = table;
        this.engine = table.relation().engine();
        this.format = format;
        this.semantics = semantics;
        this.others = others;
        table.columns().forEach(column -> columns.put(column.name(), column));
        String cells = table.columns().stream()
                .map(column -> {
                    String name = Relation.cell(column.index());
                    return switch (column.declared()) {
                        case "DOUBLE", "FLOAT" ->
                            semantics.nanIsNull
                                    ? "nullif(%s, 'NaN'::%s) AS %s".formatted(name, column.declared(), name)
                                    : name;
                        default -> name;
                    };
                })
                .collect(Collectors.joining(", "));
        engine.execute("CREATE OR REPLACE TEMP VIEW t AS SELECT " + cells + ", "
                + table.relation().rowNumber() + " AS rn FROM "
                + table.relation().from());
    }

    /** The column of this name. */
    Cell cell(String name) {
        TableColumn column = columns.get(name);
        if (column == null) {
            throw new NotJudged("Error: The column \"%s\" in BatchData does not exist. The closest is \"%s\"."
                    .formatted(name, Closest.of(name, columns.keySet())));
        }
        return new Cell(column);
    }

    List<String> names() {
        return List.copyOf(columns.keySet());
    }

    Optional<Table> other(String name) {
        return Optional.ofNullable(others.get(name));
    }

    /** The rows that an expectation speaks of. */
    Domain domain(Kwargs kwargs) {
        return new Domain(Fragment.of("t"), new Conditions(this::cell).of(kwargs));
    }

    /** Makes the table known under its real column names, for queries that people wrote; returns the view's name. */
    String realNames() {
        requireApart(columns.keySet());
        engine.execute("CREATE OR REPLACE TEMP VIEW batch AS SELECT "
                + columns.values().stream()
                        .map(column -> Relation.cell(column.index()) + " AS " + Sql.name(column.name()))
                        .collect(Collectors.joining(", "))
                + " FROM t");
        return "batch";
    }

    /** Makes the tables beside this one known under their names, those that a query names. */
    void attach(String query) {
        String lower = query.toLowerCase(Locale.ROOT);
        others.forEach((name, other) -> {
            if (lower.contains(name.toLowerCase(Locale.ROOT))
                    && !attached.contains(name)
                    && !OWN_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
                attach(name, other);
                attached.add(name);
            }
        });
    }

    /** Each table has an engine that sees its own file only, so what is beside comes as a copy. */
    private void attach(String name, Table other) {
        requireApart(other.columns().stream().map(TableColumn::name).toList());
        String cells = other.columns().stream()
                .map(column -> Relation.cell(column.index()) + " AS " + Sql.name(column.name()))
                .collect(Collectors.joining(", "));
        Engine theirs = other.relation().engine();
        Path copy = theirs.scratch("beside.parquet");
        Path here = engine.scratch("beside-" + attached.size() + ".parquet");
        theirs.execute("COPY (SELECT " + cells + " FROM " + other.relation().from() + ") TO "
                + Sql.text(copy.toString()) + " (FORMAT parquet)");
        try {
            Files.move(copy, here, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new QualityException(
                    QualityException.Code.OUT_OF_SPACE,
                    "'%s' could not be laid beside '%s'; make room for temporary files."
                            .formatted(other.name(), table.name()),
                    e);
        }
        engine.execute("CREATE OR REPLACE TEMP VIEW " + Sql.name(name) + " AS SELECT * FROM read_parquet("
                + Sql.text(here.toString()) + ")");
    }

    private static void requireApart(Iterable<String> names) {
        Map<String, String> lower = new LinkedHashMap<>();
        for (String name : names) {
            String before = lower.put(name.toLowerCase(Locale.ROOT), name);
            if (before != null) {
                throw new NotJudged("Columns \"%s\" and \"%s\" differ only in case; SQL cannot tell them apart."
                        .formatted(before, name));
            }
        }
    }

    /**
     * A predicate on texts as an SQL function; what it throws is kept in {@code guard}, and the rest of the statement goes on. Its
     * last 10 000 distinct answers are remembered.
     */
    String function(Predicate<String> predicate, Guard guard) {
        String name = "clew_" + FUNCTIONS.incrementAndGet();
        try (var builder = DuckDBFunctions.scalarFunction()) {
            register(builder, name, predicate, guard);
        } catch (SQLException e) {
            throw new NotJudged(
                    "DuckDB did not take a function: " + e.getClass().getSimpleName() + ".");
        }
        return name;
    }

    private void register(DuckDBScalarFunctionBuilder builder, String name, Predicate<String> predicate, Guard guard)
            throws SQLException {
        builder.withName(name)
                .withParameter(DuckDBColumnType.VARCHAR)
                .withReturnType(DuckDBColumnType.BOOLEAN)
                .withVectorizedFunction((input, output) -> {
                    var texts = input.vector(0);
                    Map<String, Boolean> known = new java.util.HashMap<>();
                    long rows = input.rowCount();
                    for (long row = 0; row < rows; row++) {
                        if (texts.isNull(row)) {
                            output.setNull(row);
                        } else {
                            String text = texts.getString(row);
                            Boolean answer = known.get(text);
                            if (answer == null) {
                                answer = guard.test(predicate, text);
                                known.put(text, answer);
                            }
                            output.setBoolean(row, answer);
                        }
                    }
                })
                .register(engine.connection());
    }

    /** Keeps the first failure of a predicate and stops asking it then. */
    static final class Guard {
        private volatile @Nullable String failure;

        boolean test(Predicate<String> predicate, String text) {
            if (failure != null) {
                return false;
            }
            try {
                return predicate.test(text);
            } catch (RuntimeException e) {
                failure = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                return false;
            }
        }

        /** @throws NotJudged if the predicate failed on some text */
        void check(String what) {
            String why = failure;
            if (why != null) {
                throw new NotJudged(what.formatted(why));
            }
        }
    }
}
