package dev.clew.quality.table;

import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.internal.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Separated values: types guessed from a sample, then from the whole file where the sample misled. */
final class CsvSource {
    /** Longest row in bytes; DuckDB sets buffers aside by it. */
    private static final int ROW_BYTES = 2_000_000;

    private CsvSource() {}

    static Relation load(Engine engine, String file, CsvHead head, TableOptions options) {
        String what = "'" + file + "'";
        List<String> names = Columns.named(head.names(), "The header of " + what);
        // delim, quote and header are stated, and nothing may be skipped: DuckDB's own guess of them passes over ragged
        // rows.
        String dialect =
                "%s, delim=%s, quote='\"', escape='\"', header=true, strict_mode=true, null_padding=false, max_line_size=%d, nullstr=[%s]"
                        .formatted(
                                engine.file(),
                                Sql.text(String.valueOf(head.separator())),
                                ROW_BYTES,
                                options.missing().stream().map(Sql::text).collect(Collectors.joining(",")));
        try {
            List<String> guessed = guess(engine, dialect, names.size(), options, 20_480);
            return load(engine, dialect, names, guessed, options, what);
        } catch (SQLException e) {
            if (!Failures.isWrongGuess(e)) {
                throw explain(engine, dialect, names.size(), e, what);
            }
        }
        try {
            List<String> guessed = guess(engine, dialect, names.size(), options, -1);
            return load(engine, dialect, names, guessed, options, what);
        } catch (SQLException e) {
            throw explain(engine, dialect, names.size(), e, what);
        }
    }

    private static List<String> guess(Engine engine, String dialect, int width, TableOptions options, int sample)
            throws SQLException {
        String candidates = "'BIGINT','DOUBLE'," + (options.dates() ? "'DATE','TIMESTAMP'," : "") + "'VARCHAR'";
        return engine
                .rows(
                        "DESCRIBE FROM read_csv(%s, skip=0, comment='', names=[%s], auto_type_candidates=[%s], sample_size=%d)"
                                .formatted(dialect, sourceNames(width), candidates, sample),
                        List.of())
                .stream()
                .map(row -> String.valueOf(row[1]))
                .toList();
    }

    private static String sourceNames(int width) {
        return IntStream.range(0, width).mapToObj(i -> "'s" + i + "'").collect(Collectors.joining(","));
    }

    private static Relation load(
            Engine engine, String dialect, List<String> names, List<String> types, TableOptions options, String what)
            throws SQLException {
        List<TableColumn> chosen = Columns.chosen(names, types, options.columns(), what);
        Relation loaded = Loading.into(engine, source(dialect, types), chosen, what, options.progress());
        List<String> wider = wider(loaded, chosen, dialect, types);
        if (!wider.equals(types)) {
            loaded = Loading.into(
                    engine,
                    source(dialect, wider),
                    Columns.chosen(names, wider, options.columns(), what),
                    what,
                    options.progress());
        }
        return booleans(options.dates() ? infinities(loaded) : loaded);
    }

    /** A number that begins with an infinity looks like a date at first, and then like a text. */
    private static Relation infinities(Relation loaded) throws SQLException {
        List<TableColumn> columns = new ArrayList<>(loaded.columns());
        List<TableColumn> texts = loaded.columns().stream()
                .filter(column -> column.declared().equals("VARCHAR"))
                .toList();
        if (texts.isEmpty() || loaded.rowCount() == 0) {
            return loaded;
        }
        var answers = loaded.engine()
                .rows(
                        texts.stream()
                                .map(column -> "bool_or(lower(ltrim(%s, '+-')) IN ('inf', 'infinity'))"
                                        .formatted(Relation.cell(column.index())))
                                .collect(Collectors.joining(", ", "SELECT ", " FROM " + loaded.from())),
                        List.of())
                .getFirst();
        for (int i = 0; i < answers.length; i++) {
            TableColumn text = texts.get(i);
            String cell = Relation.cell(text.index());
            if (Boolean.TRUE.equals(answers[i])
                    && Boolean.TRUE.equals(loaded.engine()
                            .rows(
                                    "SELECT bool_and(TRY_CAST(%1$s AS DOUBLE) IS NOT NULL) FROM %2$s WHERE %1$s IS NOT NULL"
                                            .formatted(cell, loaded.from()),
                                    List.of())
                            .getFirst()[0])) {
                loaded.engine().execute("ALTER TABLE b ALTER %s TYPE DOUBLE".formatted(cell));
                columns.set(text.index(), new TableColumn(text.index(), text.name(), ColumnType.FLOAT, "DOUBLE"));
            }
        }
        return new Relation(loaded.engine(), loaded.from(), loaded.rowNumber(), columns, loaded.rowCount());
    }

    private static String source(String dialect, List<String> types) {
        String struct = IntStream.range(0, types.size())
                .mapToObj(i -> "'s" + i + "':'" + types.get(i) + "'")
                .collect(Collectors.joining(","));
        return "read_csv(%s, auto_detect=false, columns={%s})".formatted(dialect, struct);
    }

    /**
     * Whole numbers too long for 64 bits were taken for floating point, which makes different identifiers alike: they are kept whole, and
     * as texts beyond 38 digits.
     */
    private static List<String> wider(Relation loaded, List<TableColumn> chosen, String dialect, List<String> types)
            throws SQLException {
        List<Integer> real = IntStream.range(0, chosen.size())
                .filter(i -> loaded.columns().get(i).declared().equals("DOUBLE"))
                .boxed()
                .toList();
        if (real.isEmpty() || loaded.rowCount() == 0) {
            return types;
        }
        String asked = real.stream()
                .map(i -> "bool_and(%1$s = trunc(%1$s)) AND max(abs(%1$s)) >= 9223372036854775807"
                        .formatted(Relation.cell(i)))
                .collect(Collectors.joining(", "));
        var answers = loaded.engine()
                .rows("SELECT " + asked + " FROM " + loaded.from(), List.of())
                .getFirst();
        List<String> wider = new ArrayList<>(types);
        for (int i = 0; i < answers.length; i++) {
            if (Boolean.TRUE.equals(answers[i])) {
                int column = chosen.get(real.get(i)).index();
                var written = loaded.engine()
                        .rows(
                                "SELECT bool_and(regexp_full_match(s%1$d, '[+-]?[0-9]+')), max(length(ltrim(s%1$d, '+-0'))) FROM %2$s"
                                        .formatted(
                                                column, source(dialect, Collections.nCopies(types.size(), "VARCHAR"))),
                                List.of())
                        .getFirst();
                if (Boolean.TRUE.equals(written[0]) && written[1] instanceof Number digits) {
                    wider.set(column, digits.longValue() <= 38 ? "HUGEINT" : "VARCHAR");
                }
            }
        }
        return wider;
    }

    /** Only true and false are booleans: what DuckDB would also take for them (yes, no, t, f) are texts to everyone else. */
    private static Relation booleans(Relation loaded) throws SQLException {
        List<TableColumn> texts = loaded.columns().stream()
                .filter(column -> column.declared().equals("VARCHAR"))
                .toList();
        if (texts.isEmpty() || loaded.rowCount() == 0) {
            return loaded;
        }
        String asked = texts.stream()
                .map(column -> "bool_and(%s IN ('true', 'false', 'True', 'False', 'TRUE', 'FALSE'))"
                        .formatted(Relation.cell(column.index())))
                .collect(Collectors.joining(", "));
        var answers = loaded.engine()
                .rows("SELECT " + asked + " FROM " + loaded.from(), List.of())
                .getFirst();
        List<TableColumn> columns = new ArrayList<>(loaded.columns());
        for (int i = 0; i < answers.length; i++) {
            if (Boolean.TRUE.equals(answers[i])) {
                TableColumn text = texts.get(i);
                loaded.engine().execute("ALTER TABLE b ALTER %s TYPE BOOLEAN".formatted(Relation.cell(text.index())));
                columns.set(text.index(), new TableColumn(text.index(), text.name(), ColumnType.BOOLEAN, "BOOLEAN"));
            }
        }
        return new Relation(loaded.engine(), loaded.from(), loaded.rowNumber(), columns, loaded.rowCount());
    }

    /** The sniffer only says that it found no dialect; a plain read of the same file says which line is at fault. */
    private static RuntimeException explain(
            Engine engine, String dialect, int width, SQLException failure, String what) {
        String struct = IntStream.range(0, width)
                .mapToObj(i -> "'s" + i + "':'VARCHAR'")
                .collect(Collectors.joining(","));
        try {
            engine.rows(
                    "SELECT count(*), %s FROM read_csv(%s, auto_detect=false, columns={%s})"
                            .formatted(
                                    IntStream.range(0, width)
                                            .mapToObj(i -> "count(s" + i + ")")
                                            .collect(Collectors.joining(",")),
                                    dialect,
                                    struct),
                    List.of());
        } catch (SQLException plain) {
            return Failures.of(plain, what);
        }
        return Failures.of(failure, what);
    }
}
