package dev.clew.server.storage;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** PostgreSQL's side of the dialect: arrays are arrays. Connections are out of auto-commit. */
final class PostgresEngine implements Engine {
    /** Collations that fold case beyond ASCII, best first; text columns themselves compare by bytes. */
    static final List<String> FOLDING = List.of("pg_c_utf8", "und-x-icu");

    private static final int ALIVE_SECONDS = 2;

    private final String folding;

    /** @param folding one of {@link #FOLDING} that the server has, or {@code default} */
    PostgresEngine(String folding) {
        this.folding = folding;
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String inIntegers(String name) {
        return "= ANY(:" + name + ")";
    }

    @Override
    public String inTexts(String name) {
        return inIntegers(name);
    }

    @Override
    public String inBlobs(String name) {
        return inIntegers(name);
    }

    @Override
    public String ilike(String expression, String name) {
        return "(%s COLLATE \"%s\" ILIKE :%s ESCAPE '\\')".formatted(expression, folding, name);
    }

    @Override
    public String concatenated(String expression, String key) {
        return "string_agg(%s, ''::bytea ORDER BY %s)".formatted(expression, key);
    }

    @Override
    public String joined(String expression, String key) {
        return "string_agg(CAST(%s AS TEXT), ',' ORDER BY %s)".formatted(expression, key);
    }

    @Override
    public String like(String expression, String name) {
        return "(%s LIKE :%s ESCAPE '\\')".formatted(expression, name);
    }

    @Override
    public void bindIntegers(PreparedStatement statement, int at, long[] values) throws SQLException {
        statement.setArray(
                at,
                array(
                        statement,
                        "bigint",
                        java.util.Arrays.stream(values).boxed().toArray()));
    }

    @Override
    public void bindTexts(PreparedStatement statement, int at, List<String> values) throws SQLException {
        statement.setArray(at, array(statement, "text", values.toArray()));
    }

    @Override
    public void bindBlobs(PreparedStatement statement, int at, List<byte[]> values) throws SQLException {
        statement.setArray(at, array(statement, "bytea", values.toArray(byte[][]::new)));
    }

    private static Array array(PreparedStatement statement, String type, Object[] values) throws SQLException {
        return statement.getConnection().createArrayOf(type, values);
    }

    @Override
    public String byKeysText(String table, List<String> columns, List<String> keyColumns, Object[] sample) {
        String selected = columns.stream().map(c -> "t." + c + " AS " + c).collect(Collectors.joining(", "));
        String arrays = IntStream.range(0, sample.length)
                .mapToObj(i -> "?::" + type(sample[i]) + "[]")
                .collect(Collectors.joining(", "));
        String names = IntStream.range(0, sample.length).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        String condition = IntStream.range(0, sample.length)
                .mapToObj(i -> "t." + keyColumns.get(i) + " = k.k" + i)
                .collect(Collectors.joining(" AND "));
        return "SELECT %s FROM unnest(%s) AS k(%s) JOIN %s t ON %s"
                .formatted(selected, arrays, names, table, condition);
    }

    @Override
    public void bindKeys(PreparedStatement statement, List<Object[]> keys) throws SQLException {
        for (int column = 0; column < keys.getFirst().length; column++) {
            int of = column;
            Object sample = keys.getFirst()[column];
            Object[] values = keys.stream().map(key -> key[of]).toArray();
            statement.setArray(
                    column + 1,
                    array(
                            statement,
                            type(sample),
                            sample instanceof byte[]
                                    ? java.util.Arrays.copyOf(values, values.length, byte[][].class)
                                    : values));
        }
    }

    private static String type(Object value) {
        return switch (value) {
            case Long number -> "bigint";
            case String text -> "text";
            case byte[] bytes -> "bytea";
            default -> throw new IllegalArgumentException("A key holds integers, texts and bytes");
        };
    }

    @Override
    public StorageException.Failure classify(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "53100" -> StorageException.Failure.FULL;
            case "55P03", "40001", "40P01" -> StorageException.Failure.BUSY;
            case "57014" -> StorageException.Failure.STOPPED;
            case "58030", "XX001", "XX002" -> StorageException.Failure.DAMAGED;
            // The server ends: administrator, crash, still starting, database dropped; sessions cut by a time limit;
            // none
            // left; a standby answers, which takes no writes.
            case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "53300", "25006" ->
                StorageException.Failure.GONE;
            default ->
                state.startsWith("08")
                        ? StorageException.Failure.GONE
                        : state.startsWith("23") ? StorageException.Failure.CONSTRAINT : StorageException.Failure.OTHER;
        };
    }

    @Override
    public Map<String, String> placeholders() {
        return Map.of(
                "bigint", "BIGINT",
                "int", "BIGINT",
                "double", "DOUBLE PRECISION",
                "blob", "BYTEA",
                "text", "TEXT COLLATE \"C\"",
                "wr", "",
                "strict", "",
                "external", "");
    }

    @Override
    public boolean isAlive(Connection connection) throws SQLException {
        return connection.isValid(ALIVE_SECONDS);
    }

    @Override
    public void beginRead(Connection connection) {
        // The first statement begins it.
    }

    @Override
    public void beginSnapshot(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    @Override
    public void endRead(Connection connection) throws SQLException {
        connection.rollback();
    }
}
