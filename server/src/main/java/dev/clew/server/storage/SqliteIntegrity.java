package dev.clew.server.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be wrong with a SQLite file whatever it holds: its pages, its indexes, its schema, values of another type than their column.
 * Rows are read again as they are, so a value of another type would be the same bytes to a digest and another row to a query. The engine
 * itself looks at the types of strict tables, which all of ours are, while it reads their pages.
 */
final class SqliteIntegrity {
    private static final int MAX_PROBLEMS = 1_000;

    /** Those that the engine makes by itself for a constraint too; without what ANALYZE, which nobody here runs, would leave. */
    private static final String OBJECTS = """
            SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite|_stat%' ESCAPE '|' ORDER BY type, name""";

    private SqliteIntegrity() {}

    private record Column(String name, String type, boolean notNull) {}

    private record Described(String key, @Nullable String text) {}

    /** What makes a new file in a folder and says what its schema is. */
    @FunctionalInterface
    interface Maker {
        Map<String, String> make(Path folder);
    }

    /** Reads the whole file of the product's tables; each problem is one sentence. */
    static void check(JdbcSql sql, boolean indexes, Consumer<String> problems) {
        check(sql, indexes, Expected.SCHEMA, problems);
    }

    /**
     * Reads the whole file; each problem is one sentence.
     *
     * @param expected from {@link #objects} of a new file
     */
    static void check(JdbcSql sql, boolean indexes, Map<String, String> expected, Consumer<String> problems) {
        String pragma = indexes ? "integrity_check" : "quick_check";
        sql.query("PRAGMA %s(%d)".formatted(pragma, MAX_PROBLEMS)).forEach(row -> {
            String said = row.text(pragma);
            if (!said.equals("ok")) {
                problems.accept(said);
            }
        });
        schema(sql, expected, problems);
        for (String table : sql.query(
                        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main' ORDER BY name")
                .list(row -> row.text("name"))) {
            types(sql, table, problems);
        }
    }

    /** Compares every table, index, view and trigger with what the migrations of this release make. */
    private static void schema(JdbcSql sql, Map<String, String> expected, Consumer<String> problems) {
        var missing = new HashMap<>(expected);
        for (Described stored : sql.query(OBJECTS).list(SqliteIntegrity::described)) {
            String wanted = missing.remove(stored.key);
            if (wanted == null) {
                problems.accept("%s does not belong to the schema".formatted(stored.key));
            } else if (!wanted.equals(String.valueOf(stored.text))) {
                problems.accept("%s is not the one of the schema".formatted(stored.key));
            }
        }
        missing.keySet().forEach(key -> problems.accept("%s of the schema is missing".formatted(key)));
    }

    private static Described described(Row row) {
        return new Described(
                row.text("type") + " " + row.text("name") + " on " + row.text("tbl_name"), row.textOrNull("sql"));
    }

    /** Made once a process: the migrations do not change. */
    private static final class Expected {
        static final Map<String, String> SCHEMA = ofNew(folder -> {
            try (var fresh = SqliteDatabase.open(folder.resolve("clew.db"))) {
                return fresh.read(SqliteIntegrity::objects);
            }
        });
    }

    /** Every table, index, view and trigger of a file, by kind and name, with the text that made it. */
    static Map<String, String> objects(Sql sql) {
        var objects = new HashMap<String, String>();
        sql.query(OBJECTS)
                .list(SqliteIntegrity::described)
                .forEach(each -> objects.put(each.key, String.valueOf(each.text)));
        return Map.copyOf(objects);
    }

    /** The schema of a new file, which is made in a folder that goes again. */
    static Map<String, String> ofNew(Maker maker) {
        Path directory = null;
        try {
            directory = Files.createTempDirectory("clew-schema");
            return maker.make(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(directory);
        }
    }

    private static void delete(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            // It lies in the folder for temporary files.
            return;
        }
    }

    private static void types(JdbcSql sql, String table, Consumer<String> problems) {
        var wrong = new ArrayList<String>();
        for (Column column : columns(sql, table)) {
            String type = switch (column.type) {
                case "INTEGER", "REAL", "TEXT", "BLOB" -> column.type.toLowerCase(Locale.ROOT);
                default -> "";
            };
            if (!type.isEmpty()) {
                wrong.add("typeof(\"%s\") NOT IN ('%s'%s)"
                        .formatted(column.name, type, column.notNull ? "" : ", 'null'"));
            }
        }
        if (!wrong.isEmpty()) {
            long rows = sql.query(
                            "SELECT COUNT(*) AS n FROM \"%s\" WHERE %s".formatted(table, String.join(" OR ", wrong)))
                    .first(row -> row.integer("n"))
                    .orElse(0L);
            if (rows > 0) {
                problems.accept(
                        "table %s holds %d rows with a value of another type than its column".formatted(table, rows));
            }
        }
    }

    private static List<Column> columns(JdbcSql sql, String table) {
        return sql
                .query("PRAGMA table_info(\"%s\")".formatted(table))
                .list(row -> new Column(row.text("name"), row.text("type"), row.flag("notnull")))
                .stream()
                .collect(Collectors.toList());
    }
}
