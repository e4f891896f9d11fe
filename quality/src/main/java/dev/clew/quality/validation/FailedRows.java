package dev.clew.quality.validation;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.internal.Closest;
import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.internal.Sql;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the rows that make expectations fail. Rows stay in DuckDB, which spills them; confined to one thread. */
final class FailedRows {
    private static final List<String> OWN = List.of("clew_row", "clew_failed", "clew_failed_at");

    private final Quarantine quarantine;
    private final Table table;
    private final Engine engine;
    private final List<TableColumn> columns;

    /**
     * Checks what is asked before anything is judged.
     *
     * @throws QualityException {@code BAD_REQUEST} if a column does not exist, or a name would occur twice
     */
    FailedRows(Quarantine quarantine, Table table) {
        this.quarantine = quarantine;
        this.table = table;
        this.engine = table.relation().engine();
        this.columns = quarantine.all() ? table.columns() : chosen();
        Map<String, String> names = new HashMap<>();
        OWN.forEach(name -> names.put(name, name));
        for (TableColumn column : columns) {
            String before = names.put(column.name().toLowerCase(Locale.ROOT), column.name());
            if (before != null) {
                throw new QualityException(
                        Code.BAD_REQUEST,
                        "Column '%s' cannot go into the quarantine beside '%s', since Parquet readers do not tell such names apart; name other columns."
                                .formatted(column.name(), before));
            }
        }
    }

    private List<TableColumn> chosen() {
        List<String> names = table.columns().stream().map(TableColumn::name).toList();
        List<TableColumn> chosen = new ArrayList<>();
        for (String name : quarantine.columns()) {
            chosen.add(table.columns().stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new QualityException(
                            Code.BAD_REQUEST,
                            "Column '%s' was asked for in the quarantine, but '%s' has none of this name; the closest is '%s'."
                                    .formatted(name, table.name(), Closest.of(name, names)))));
        }
        return chosen;
    }

    /**
     * Writes the file.
     *
     * @param failing what rows fail, by the place of the expectation in the suite
     */
    Quarantine.Written write(List<Expectation> expectations, Map<Integer, Step.Failing> failing) {
        try {
            engine.execute("CREATE OR REPLACE TEMP TABLE clew_failed (rn BIGINT, place INTEGER)");
            engine.execute("CREATE OR REPLACE TEMP TABLE clew_words (place INTEGER, words VARCHAR)");
            for (var each : failing.entrySet()) {
                int at = each.getKey();
                insert(each.getValue(), at);
                run(Fragment.of("INSERT INTO clew_words VALUES (" + at + ", ?)", words(expectations.get(at))));
            }
            List<String> cells = new ArrayList<>();
            columns.forEach(column ->
                    cells.add(", any_value(t." + Relation.cell(column.index()) + ") AS " + Sql.name(column.name())));
            Path written = engine.scratch("quarantine.parquet");
            engine.execute("""
                COPY (SELECT f.rn::BIGINT AS clew_row, list(w.words ORDER BY w.place) AS clew_failed, list(w.place ORDER BY w.place) AS clew_failed_at%s
                  FROM clew_failed f JOIN clew_words w USING (place)%s GROUP BY f.rn ORDER BY f.rn)
                TO %s (FORMAT parquet, COMPRESSION zstd)\
                """.formatted(
                            String.join("", cells),
                            cells.isEmpty() ? "" : " JOIN t ON t.rn = f.rn",
                            Sql.text(written.toString())));
            Object rows = engine.rows("SELECT count(DISTINCT rn) FROM clew_failed", List.of())
                    .getFirst()[0];
            engine.execute("DROP TABLE clew_failed");
            engine.execute("DROP TABLE clew_words");
            Files.move(written, quarantine.file(), StandardCopyOption.REPLACE_EXISTING);
            return new Quarantine.Written(
                    String.valueOf(quarantine.file().getFileName()),
                    Values.count(rows),
                    columns.stream().map(TableColumn::name).toList(),
                    digest(quarantine.file()));
        } catch (SQLException e) {
            throw Failures.of(e, "'" + table.name() + "'");
        } catch (IOException e) {
            throw new QualityException(
                    Code.BAD_REQUEST,
                    "The quarantine '%s' cannot be written; name another file."
                            .formatted(quarantine.file().getFileName()),
                    e);
        }
    }

    /** Only rows whose copies are counted are grouped, and so may need more memory than there is; of others a part is no smaller. */
    private void insert(Step.Failing failing, int at) throws SQLException {
        Domain rows = failing.rows();
        if (rows.copies() == null) {
            insert(rows, failing, at);
            return;
        }
        Parts.run(parts -> {
            run(Fragment.of("DELETE FROM clew_failed WHERE place = " + at));
            for (int part = 0; part < parts; part++) {
                insert(rows.part(part, parts), failing, at);
            }
        });
    }

    private void insert(Domain rows, Step.Failing failing, int at) throws SQLException {
        run(Fragment.join(
                "INSERT INTO clew_failed %s", rows.and(failing.unexpected()).select(Fragment.of("rn, " + at))));
    }

    private void run(Fragment sql) throws SQLException {
        try (var statement = engine.connection().prepareStatement(sql.sql())) {
            for (int i = 0; i < sql.values().size(); i++) {
                statement.setObject(i + 1, sql.values().get(i));
            }
            statement.execute();
        }
    }

    /** The type and what it is about. */
    private static String words(Expectation expectation) {
        return expectation.type() + "(" + String.join(", ", expectation.columns()) + ")";
    }

    private static String digest(Path file) throws IOException {
        try (var in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
