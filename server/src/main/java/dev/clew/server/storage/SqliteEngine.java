package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sqlite.SQLiteErrorCode;

/** SQLite's side of the dialect: arrays are JSON texts, bytes in them hexadecimal. */
final class SqliteEngine implements Engine {
    static final SqliteEngine INSTANCE = new SqliteEngine();

    private static final int PRIMARY_CODE = 0xff;

    private SqliteEngine() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public String inIntegers(String name) {
        return "IN (SELECT value FROM json_each(:" + name + "))";
    }

    @Override
    public String inTexts(String name) {
        return inIntegers(name);
    }

    @Override
    public String inBlobs(String name) {
        return "IN (SELECT unhex(value) FROM json_each(:" + name + "))";
    }

    /** ASCII text is compared in the engine; only other text goes through the registered function (a tenth of the cost). */
    @Override
    public String ilike(String expression, String name) {
        return "(CASE WHEN octet_length(%1$s) = length(%1$s) THEN lower(%1$s) LIKE lower(:%2$s) ESCAPE '\\' ELSE clew_ilike(%1$s, :%2$s) END)"
                .formatted(expression, name);
    }

    /** Bytes are text to the aggregate and pass through it as they are. An order of its own would make it sort; a scan by key has it. */
    @Override
    public String concatenated(String expression, String key) {
        return "CAST(group_concat(CAST(%s AS TEXT), '') AS BLOB)".formatted(expression);
    }

    @Override
    public String joined(String expression, String key) {
        return "group_concat(%s)".formatted(expression);
    }

    @Override
    public String like(String expression, String name) {
        return "(%s LIKE :%s ESCAPE '\\')".formatted(expression, name);
    }

    @Override
    public void bindIntegers(PreparedStatement statement, int at, long[] values) throws SQLException {
        var json = new StringBuilder(values.length * 8 + 2).append('[');
        for (int i = 0; i < values.length; i++) {
            json.append(i == 0 ? "" : ",").append(values[i]);
        }
        statement.setString(at, json.append(']').toString());
    }

    @Override
    public void bindTexts(PreparedStatement statement, int at, List<String> values) throws SQLException {
        var json = new StringBuilder().append('[');
        for (int i = 0; i < values.size(); i++) {
            json.append(i == 0 ? "" : ",");
            quote(json, values.get(i));
        }
        statement.setString(at, json.append(']').toString());
    }

    @Override
    public void bindBlobs(PreparedStatement statement, int at, List<byte[]> values) throws SQLException {
        statement.setString(
                at,
                values.stream()
                        .map(HexFormat.of()::formatHex)
                        .collect(Collectors.joining(
                                "\",\"", values.isEmpty() ? "[" : "[\"", values.isEmpty() ? "]" : "\"]")));
    }

    @Override
    public String byKeysText(String table, List<String> columns, List<String> keyColumns, Object[] sample) {
        String selected = columns.stream().map(c -> "t." + c + " AS " + c).collect(Collectors.joining(", "));
        String condition = IntStream.range(0, keyColumns.size())
                .mapToObj(i -> {
                    String value = keyColumns.size() == 1 ? "k.value" : "json_extract(k.value, '$[" + i + "]')";
                    return "t." + keyColumns.get(i) + " = "
                            + (sample[i] instanceof byte[] ? "unhex(" + value + ")" : value);
                })
                .collect(Collectors.joining(" AND "));
        return "SELECT " + selected + " FROM json_each(?) k CROSS JOIN " + table + " t WHERE " + condition;
    }

    @Override
    public void bindKeys(PreparedStatement statement, List<Object[]> keys) throws SQLException {
        var json = new StringBuilder(keys.size() * 36).append('[');
        for (int i = 0; i < keys.size(); i++) {
            json.append(i == 0 ? "" : ",");
            Object[] key = keys.get(i);
            json.append(key.length == 1 ? "" : "[");
            for (int j = 0; j < key.length; j++) {
                json.append(j == 0 ? "" : ",");
                switch (key[j]) {
                    case byte[] bytes ->
                        json.append('"').append(HexFormat.of().formatHex(bytes)).append('"');
                    case String text -> quote(json, text);
                    case Object number -> json.append(number);
                }
            }
            json.append(key.length == 1 ? "" : "]");
        }
        statement.setString(1, json.append(']').toString());
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    @Override
    public StorageException.Failure classify(SQLException e) {
        return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode() & PRIMARY_CODE)) {
            case SQLITE_FULL -> StorageException.Failure.FULL;
            case SQLITE_BUSY, SQLITE_LOCKED -> StorageException.Failure.BUSY;
            case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN -> StorageException.Failure.DAMAGED;
            case SQLITE_CONSTRAINT -> StorageException.Failure.CONSTRAINT;
            case SQLITE_INTERRUPT -> StorageException.Failure.STOPPED;
            default -> StorageException.Failure.OTHER;
        };
    }

    @Override
    public Map<String, String> placeholders() {
        return Map.of(
                "bigint", "INTEGER",
                "int", "INTEGER",
                "double", "REAL",
                "blob", "BLOB",
                "text", "TEXT",
                "wr", "WITHOUT ROWID, STRICT",
                "strict", "STRICT",
                "external", "");
    }

    @Override
    public void beginRead(Connection connection) throws SQLException {
        execute(connection, "BEGIN");
    }

    /** A deferred transaction sees nothing until its first read; this is it. */
    @Override
    public void beginSnapshot(Connection connection) throws SQLException {
        execute(connection, "BEGIN");
        execute(connection, "SELECT 1 FROM sqlite_schema LIMIT 1");
    }

    @Override
    public void integrity(JdbcSql sql, boolean indexes, Consumer<String> problems) {
        SqliteIntegrity.check(sql, indexes, problems);
    }

    @Override
    public void endRead(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    static void execute(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
