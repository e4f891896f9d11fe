package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The statements of a {@link KeyStore} on one connection. Confined to whoever holds it. */
final class KeySession implements KeyStore.Writes, AutoCloseable {
    private static final String KEY_COLUMNS = "id, organisation, purpose, object, wrapped, wrapped_by, created";
    private static final String SUBJECT_COLUMNS = "lookup, psid, organisation, wrapped, wrapped_by, flags, created";

    private final Connection connection;
    private final KeyStoreFlavour flavour;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    KeySession(Connection connection, KeyStoreFlavour flavour) {
        this.connection = connection;
        this.flavour = flavour;
    }

    /** A failed statement, on its way to {@link JdbcKeyStore}. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient SQLException cause;

        Failed(SQLException cause) {
            super(cause);
            this.cause = cause;
        }

        SQLException sql() {
            return cause;
        }
    }

    @FunctionalInterface
    private interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    Connection connection() {
        return connection;
    }

    /** The same session as one of the engine's own files is read by. */
    JdbcSql sqlite() {
        return new JdbcSql(connection, SqliteEngine.INSTANCE);
    }

    KeyStoreFlavour flavour() {
        return flavour;
    }

    void execute(String text) {
        try (var statement = connection.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    /** SQLite: moves the write-ahead log into the file and cuts it to nothing; waits for readers as long as the busy time-out. */
    void truncateLog() {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            if (!row.next() || row.getInt(1) != 0) {
                throw new SQLException("The write-ahead log is still being read", "", 5);
            }
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    @Override
    public Optional<byte[]> summary() {
        return list("SELECT sealed FROM summary WHERE id = 1", row -> row.getBytes(1)).stream()
                .findFirst();
    }

    @Override
    public Optional<KeyStore.KeyRow> key(byte[] id) {
        return list("SELECT " + KEY_COLUMNS + " FROM wrapped_key WHERE id = ?", KeySession::key, id).stream()
                .findFirst();
    }

    @Override
    public Optional<KeyStore.KeyRow> key(String organisation, String purpose, String object) {
        String text =
                "SELECT " + KEY_COLUMNS + " FROM wrapped_key WHERE organisation = ? AND purpose = ? AND object = ?";
        return list(text, KeySession::key, organisation, purpose, object).stream()
                .findFirst();
    }

    @Override
    public List<KeyStore.SubjectRow> subjects(Collection<byte[]> lookups) {
        if (lookups.isEmpty()) {
            return List.of();
        }
        try {
            var statement =
                    prepare("SELECT " + SUBJECT_COLUMNS + " FROM subject_key WHERE lookup " + flavour.inBlobs());
            flavour.bindBlobs(statement, 1, lookups);
            return collect(statement, KeySession::subject);
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    @Override
    public Optional<KeyStore.SubjectRow> subjectByPsid(byte[] psid) {
        return list("SELECT " + SUBJECT_COLUMNS + " FROM subject_key WHERE psid = ?", KeySession::subject, psid)
                .stream()
                .findFirst();
    }

    @Override
    public List<KeyStore.ErasureRow> erasures() {
        return list(
                "SELECT request, psid, organisation, step, affected, micros FROM erasure ORDER BY request",
                row -> new KeyStore.ErasureRow(
                        row.getBytes(1),
                        row.getBytes(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getBytes(5),
                        row.getLong(6)));
    }

    @Override
    public List<KeyStore.AccessRow> accesses(byte[] psid, long beforeMicros, int limit) {
        return list("""
                SELECT psid, record, about, who, purpose, micros FROM access_index
                WHERE psid = ? AND micros < ?
                ORDER BY micros DESC, record DESC LIMIT ?""", KeySession::access, psid, beforeMicros, (long) limit);
    }

    @Override
    public void eachKey(Consumer<KeyStore.KeyRow> consumer) {
        each("SELECT " + KEY_COLUMNS + " FROM wrapped_key ORDER BY id", KeySession::key, consumer);
    }

    @Override
    public void eachSubject(Consumer<KeyStore.SubjectRow> consumer) {
        each("SELECT " + SUBJECT_COLUMNS + " FROM subject_key ORDER BY lookup", KeySession::subject, consumer);
    }

    @Override
    public void eachAccess(Consumer<KeyStore.AccessRow> consumer) {
        each(
                "SELECT psid, record, about, who, purpose, micros FROM access_index ORDER BY psid, micros, record",
                KeySession::access,
                consumer);
    }

    @Override
    public void putSummary(byte[] sealed) {
        run(
                "INSERT INTO summary (id, sealed) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
                sealed);
    }

    @Override
    public void insertKey(KeyStore.KeyRow row) {
        run(
                "INSERT INTO wrapped_key (" + KEY_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                row.id(),
                row.organisation(),
                row.purpose(),
                row.object(),
                row.wrapped(),
                row.wrappedBy(),
                row.createdMicros());
    }

    @Override
    public List<KeyStore.SubjectRow> insertSubjects(List<KeyStore.SubjectRow> rows) {
        try {
            var statement = prepare("INSERT INTO subject_key (" + SUBJECT_COLUMNS
                    + ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lookup) DO NOTHING");
            for (var row : rows) {
                bind(
                        statement,
                        row.lookup(),
                        row.psid(),
                        row.organisation(),
                        row.wrapped(),
                        row.wrappedBy(),
                        row.flags(),
                        row.createdMicros());
                statement.addBatch();
            }
            int[] counts = statement.executeBatch();
            var refused = new ArrayList<KeyStore.SubjectRow>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] == 0) {
                    refused.add(rows.get(i));
                }
            }
            return refused;
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    @Override
    public void updateSubject(KeyStore.SubjectRow row) {
        run(
                "UPDATE subject_key SET wrapped = ?, wrapped_by = ?, flags = ? WHERE psid = ?",
                row.wrapped(),
                row.wrappedBy(),
                row.flags(),
                row.psid());
    }

    @Override
    public void deleteSubject(byte[] psid) {
        run("DELETE FROM subject_key WHERE psid = ?", psid);
    }

    @Override
    public void deleteKey(byte[] id) {
        run("DELETE FROM wrapped_key WHERE id = ?", id);
    }

    @Override
    public void updateKey(KeyStore.KeyRow row) {
        run(
                "UPDATE wrapped_key SET wrapped = ?, wrapped_by = ? WHERE id = ?",
                row.wrapped(),
                row.wrappedBy(),
                row.id());
    }

    @Override
    public void putErasure(KeyStore.ErasureRow row) {
        run("""
                INSERT INTO erasure (request, psid, organisation, step, affected, micros) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (request) DO UPDATE SET step = excluded.step, affected = excluded.affected""", row.request(), row.psid(), row.organisation(), row.step(), row.affected(), row.micros());
    }

    @Override
    public void deleteErasure(byte[] request) {
        run("DELETE FROM erasure WHERE request = ?", request);
    }

    @Override
    public void insertAccesses(List<KeyStore.AccessRow> rows) {
        try {
            var statement = prepare(
                    "INSERT INTO access_index (psid, record, about, who, purpose, micros) VALUES (?, ?, ?, ?, ?, ?)");
            for (var row : rows) {
                bind(statement, row.psid(), row.record(), row.about(), row.who(), row.purpose(), row.micros());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    @Override
    public void deleteAccesses(byte[] psid) {
        run("DELETE FROM access_index WHERE psid = ?", psid);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static KeyStore.KeyRow key(ResultSet row) throws SQLException {
        return new KeyStore.KeyRow(
                row.getBytes(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBytes(5),
                row.getBytes(6),
                row.getLong(7));
    }

    private static KeyStore.SubjectRow subject(ResultSet row) throws SQLException {
        return new KeyStore.SubjectRow(
                row.getBytes(1),
                row.getBytes(2),
                row.getString(3),
                row.getBytes(4),
                row.getBytes(5),
                row.getLong(6),
                row.getLong(7));
    }

    private static KeyStore.AccessRow access(ResultSet row) throws SQLException {
        return new KeyStore.AccessRow(
                row.getBytes(1), row.getBytes(2), row.getBytes(3), row.getString(4), row.getString(5), row.getLong(6));
    }

    private PreparedStatement prepare(String text) throws SQLException {
        PreparedStatement statement = prepared.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            prepared.put(text, statement);
        }
        return statement;
    }

    private void run(String text, @Nullable Object... values) {
        try {
            var statement = prepare(text);
            bind(statement, values);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    private <T> List<T> list(String text, Mapper<T> mapper, @Nullable Object... values) {
        try {
            var statement = prepare(text);
            bind(statement, values);
            return collect(statement, mapper);
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    private <T> void each(String text, Mapper<T> mapper, Consumer<T> consumer) {
        try (var statement = connection.prepareStatement(text)) {
            statement.setFetchSize(1_000);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    consumer.accept(mapper.map(rows));
                }
            }
        } catch (SQLException e) {
            throw new Failed(e);
        }
    }

    private static <T> List<T> collect(PreparedStatement statement, Mapper<T> mapper) throws SQLException {
        try (var rows = statement.executeQuery()) {
            var found = new ArrayList<T>();
            while (rows.next()) {
                found.add(mapper.map(rows));
            }
            return found;
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case null -> statement.setNull(i + 1, Types.BINARY);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case String text -> statement.setString(i + 1, text);
                case Long integer -> statement.setLong(i + 1, integer);
                default -> throw new IllegalArgumentException("The vault binds bytes, texts and integers only");
            }
        }
    }
}
