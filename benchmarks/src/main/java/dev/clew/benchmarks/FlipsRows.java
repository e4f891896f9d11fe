package dev.clew.benchmarks;

import dev.clew.ledger.tree.Hashing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Everything that can be read from a SQLite file: settings, schema, and the rows of every table, by the table and by each of its indexes.
 * Two files with the same digest answer every query alike.
 */
final class FlipsRows {
    /** First bytes of the file, which say how the rest is to be read and written. */
    static final int HEADER = 100;

    private static final List<String> SETTINGS =
            List.of("user_version", "application_id", "encoding", "page_size", "auto_vacuum", "freelist_count");

    /** Without when a migration ran and how long, which nothing reads and nobody can check. */
    private static final String MIGRATIONS =
            "installed_rank, version, description, type, script, checksum, installed_by, success";

    private FlipsRows() {}

    /** Of a file that nobody writes; one that cannot be read has digests of its own. */
    static String digest(Path file) {
        var all = new ByteArrayOutputStream();
        try (var database = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro&immutable=1");
                var out = new DataOutputStream(all)) {
            for (String setting : SETTINGS) {
                write(database, "PRAGMA " + setting, out);
            }
            write(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid", out);
            for (String table : texts(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
                String read = table.equals("schema_history") ? MIGRATIONS : "*";
                write(database, "SELECT %s FROM \"%s\" NOT INDEXED".formatted(read, table), out);
                for (String index : texts(
                        database,
                        "SELECT name FROM pragma_index_list('%s') WHERE NOT partial ORDER BY name".formatted(table))) {
                    String columns = String.join(
                            "\", \"", texts(database, "SELECT name FROM pragma_index_info('%s')".formatted(index)));
                    write(
                            database,
                            "SELECT %s FROM \"%s\" INDEXED BY \"%s\" ORDER BY \"%s\""
                                    .formatted(read, table, index, columns),
                            out);
                }
            }
        } catch (SQLException | IOException e) {
            return "unreadable: " + e.getMessage();
        }
        return HexFormat.of().formatHex(Hashing.sha256(all.toByteArray()));
    }

    private static List<String> texts(Connection database, String query) throws SQLException {
        var texts = new ArrayList<String>();
        try (var statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /** What a query gives, or why it cannot be answered. */
    private static void write(Connection database, String query, DataOutputStream out) throws IOException {
        out.writeUTF(query);
        try (var statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= columns; i++) {
                    Object value = rows.getObject(i);
                    byte[] bytes = value instanceof byte[] blob
                            ? blob
                            : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
                    out.writeUTF(value == null ? "null" : value.getClass().getName());
                    out.writeInt(bytes.length);
                    out.write(bytes);
                }
            }
        } catch (SQLException e) {
            out.writeUTF(String.valueOf(e.getMessage()));
        }
    }
}
