package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sqlite.SQLiteErrorCode;

/** What differs between the engines of a {@link KeyStore}. */
enum KeyStoreFlavour {
    SQLITE {
        @Override
        String inBlobs() {
            return "IN (SELECT unhex(value) FROM json_each(?))";
        }

        @Override
        void bindBlobs(PreparedStatement statement, int at, Collection<byte[]> values) throws SQLException {
            statement.setString(
                    at,
                    values.stream().map(HexFormat.of()::formatHex).collect(Collectors.joining("\",\"", "[\"", "\"]")));
        }

        @Override
        String begin() {
            return "BEGIN IMMEDIATE";
        }

        @Override
        boolean isFull(SQLException e) {
            return code(e) == SQLiteErrorCode.SQLITE_FULL;
        }

        @Override
        boolean isHarmless(SQLException e) {
            var code = code(e);
            return code == SQLiteErrorCode.SQLITE_FULL || code == SQLiteErrorCode.SQLITE_BUSY;
        }

        private SQLiteErrorCode code(SQLException e) {
            return SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff);
        }

        @Override
        String type(String text) {
            return text.replace("${blob}", "BLOB")
                    .replace("${bigint}", "INTEGER")
                    .replace("${wr}", "WITHOUT ROWID");
        }
    },
    POSTGRESQL {
        @Override
        String inBlobs() {
            return "= ANY(?)";
        }

        @Override
        void bindBlobs(PreparedStatement statement, int at, Collection<byte[]> values) throws SQLException {
            statement.setArray(at, statement.getConnection().createArrayOf("bytea", values.toArray(byte[][]::new)));
        }

        @Override
        String begin() {
            return "BEGIN; LOCK TABLE summary IN EXCLUSIVE MODE";
        }

        @Override
        boolean isFull(SQLException e) {
            return "53100".equals(e.getSQLState());
        }

        @Override
        boolean isHarmless(SQLException e) {
            // The server rolls back what it did not commit; a new session finds the truth.
            return true;
        }

        @Override
        String type(String text) {
            return text.replace("${blob}", "BYTEA")
                    .replace("${bigint}", "BIGINT")
                    .replace("${wr}", "");
        }
    };

    /** Subjects lie in the order they came: clustered by their random tag, inserts cost twice as much. */
    private static final List<String> TABLES = List.of("""
            CREATE TABLE IF NOT EXISTS summary (
              id ${bigint} NOT NULL PRIMARY KEY,
              sealed ${blob} NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS wrapped_key (
              id ${blob} NOT NULL PRIMARY KEY,
              organisation TEXT NOT NULL,
              purpose TEXT NOT NULL,
              object TEXT NOT NULL,
              wrapped ${blob} NOT NULL,
              wrapped_by ${blob} NOT NULL,
              created ${bigint} NOT NULL,
              UNIQUE (organisation, purpose, object)) ${wr}""", """
            CREATE TABLE IF NOT EXISTS subject_key (
              lookup ${blob} NOT NULL UNIQUE,
              psid ${blob} NOT NULL UNIQUE,
              organisation TEXT NOT NULL,
              wrapped ${blob} NOT NULL,
              wrapped_by ${blob} NOT NULL,
              flags ${bigint} NOT NULL,
              created ${bigint} NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS erasure (
              request ${blob} NOT NULL PRIMARY KEY,
              psid ${blob} NOT NULL,
              organisation TEXT NOT NULL,
              step ${bigint} NOT NULL,
              affected ${blob},
              micros ${bigint} NOT NULL) ${wr}""", """
            CREATE TABLE IF NOT EXISTS access_index (
              psid ${blob} NOT NULL,
              micros ${bigint} NOT NULL,
              record ${blob} NOT NULL,
              about ${blob} NOT NULL,
              who TEXT NOT NULL,
              purpose TEXT NOT NULL,
              PRIMARY KEY (psid, micros, record, about)) ${wr}""");

    abstract String inBlobs();

    /** The values must not be empty. */
    abstract void bindBlobs(PreparedStatement statement, int at, Collection<byte[]> values) throws SQLException;

    /** Starts a write transaction and takes the one writer lock. */
    abstract String begin();

    abstract boolean isFull(SQLException e);

    /** Whether a failed commit leaves no doubt about what is stored. */
    abstract boolean isHarmless(SQLException e);

    abstract String type(String text);

    void createTables(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(type(table));
            }
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
