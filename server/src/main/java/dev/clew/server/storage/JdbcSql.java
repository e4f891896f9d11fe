package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Statements on one connection, prepared once and kept. Confined to the thread that owns the connection. */
final class JdbcSql implements Sql, AutoCloseable {
    /** Rows that {@code list} returns at most. */
    static final int MAX_LIST = 100_000;

    private static final int KEPT_STATEMENTS = 256;

    private final Connection connection;
    private final Engine engine;
    private final LinkedHashMap<String, Prepared> kept = new LinkedHashMap<>(64, 0.75f, true);
    private long statements;
    private volatile @Nullable PreparedStatement running;

    JdbcSql(Connection connection, Engine engine) {
        this.connection = connection;
        this.engine = engine;
    }

    /** A kept statement; busy while a result of it is being read, so that a nested use of the same text prepares its own. */
    static final class Prepared {
        final PreparedStatement statement;
        final JdbcRow.Columns columns = new JdbcRow.Columns();
        boolean busy;

        Prepared(PreparedStatement statement) {
            this.statement = statement;
        }
    }

    @Override
    public Dialect dialect() {
        return engine;
    }

    Connection connection() {
        return connection;
    }

    long statements() {
        return statements;
    }

    /** Stops what runs now, from another thread. */
    void cancel() {
        PreparedStatement now = running;
        if (now != null) {
            try {
                now.cancel();
            } catch (SQLException e) {
                // It ended by itself in this moment; there is nothing left to stop.
                return;
            }
        }
    }

    @Override
    public Writer.Change query(String text) {
        return new JdbcQuery(NamedText.of(text));
    }

    /** What is done with a prepared statement. */
    interface Use<T> {
        T with(Prepared prepared) throws SQLException;
    }

    /** Runs a statement that is kept for the next time. One that failed is not: a driver may have closed it over the error. */
    <T> T use(String positional, Use<T> use) throws SQLException {
        Prepared prepared = take(positional);
        try {
            return use.with(prepared);
        } catch (SQLException e) {
            kept.remove(positional, prepared);
            throw e;
        } finally {
            release(positional, prepared);
        }
    }

    private Prepared take(String positional) throws SQLException {
        Prepared prepared = kept.get(positional);
        if (prepared == null || prepared.busy) {
            boolean keep = prepared == null;
            prepared = new Prepared(connection.prepareStatement(positional));
            if (keep) {
                kept.put(positional, prepared);
                evict();
            }
        }
        prepared.busy = true;
        return prepared;
    }

    private void release(String positional, Prepared prepared) {
        prepared.busy = false;
        if (kept.get(positional) != prepared) {
            close(prepared);
        }
    }

    private void evict() {
        if (kept.size() > KEPT_STATEMENTS) {
            var eldest = kept.pollFirstEntry();
            if (!eldest.getValue().busy) {
                close(eldest.getValue());
            }
        }
    }

    private static void close(Prepared prepared) {
        try {
            prepared.statement.close();
        } catch (SQLException e) {
            // The connection is closing or gone; the statement goes with it.
            return;
        }
    }

    <T> T timed(PreparedStatement statement, Work<T> work) throws SQLException {
        statements++;
        running = statement;
        try {
            return work.run();
        } finally {
            running = null;
        }
    }

    /** A step that may fail in the engine. */
    interface Work<T> {
        T run() throws SQLException;
    }

    static void bindValue(PreparedStatement statement, int at, SqlType type, @Nullable Object value)
            throws SQLException {
        switch (type) {
            case INTEGER -> {
                if (value == null) {
                    statement.setNull(at, Types.BIGINT);
                } else {
                    statement.setLong(at, (Long) value);
                }
            }
            case REAL -> {
                if (value == null) {
                    statement.setNull(at, Types.DOUBLE);
                } else {
                    statement.setDouble(at, (Double) value);
                }
            }
            case TEXT -> {
                if (value == null) {
                    statement.setNull(at, Types.VARCHAR);
                } else {
                    statement.setString(at, (String) value);
                }
            }
            case BLOB -> {
                if (value == null) {
                    statement.setNull(at, Types.BINARY);
                } else {
                    statement.setBytes(at, (byte[]) value);
                }
            }
        }
    }

    @Override
    public void close() {
        kept.values().forEach(JdbcSql::close);
        kept.clear();
    }

    /** Binds one named value at one position. */
    private interface Binding {
        void bind(PreparedStatement statement, int at) throws SQLException;
    }

    private final class JdbcQuery implements Writer.Change {
        private final NamedText text;
        private final Map<String, Binding> bindings = new HashMap<>();

        JdbcQuery(NamedText text) {
            this.text = text;
        }

        private JdbcQuery with(String name, Binding binding) {
            if (!text.names().contains(name)) {
                throw new IllegalArgumentException(
                        "The statement has no bind :%s, only %s".formatted(name, text.names()));
            }
            bindings.put(name, binding);
            return this;
        }

        @Override
        public Query bind(String name, @Nullable Long value) {
            return with(name, (statement, at) -> bindValue(statement, at, SqlType.INTEGER, value));
        }

        @Override
        public Query bind(String name, long value) {
            return with(name, (statement, at) -> statement.setLong(at, value));
        }

        @Override
        public Query bind(String name, double value) {
            return with(name, (statement, at) -> statement.setDouble(at, value));
        }

        @Override
        public Query bind(String name, @Nullable String value) {
            return with(name, (statement, at) -> bindValue(statement, at, SqlType.TEXT, value));
        }

        @Override
        public Query bind(String name, byte @Nullable [] value) {
            return with(name, (statement, at) -> bindValue(statement, at, SqlType.BLOB, value));
        }

        @Override
        public Query integers(String name, long[] values) {
            return with(name, (statement, at) -> engine.bindIntegers(statement, at, values));
        }

        @Override
        public Query texts(String name, List<String> values) {
            return with(name, (statement, at) -> engine.bindTexts(statement, at, values));
        }

        @Override
        public Query blobs(String name, List<byte[]> values) {
            return with(name, (statement, at) -> engine.bindBlobs(statement, at, values));
        }

        @Override
        public <T> List<T> list(Function<Row, T> mapper) {
            var result = new ArrayList<T>();
            forEach(row -> {
                if (result.size() == MAX_LIST) {
                    throw new IllegalStateException("A list holds at most %d rows; page by key".formatted(MAX_LIST));
                }
                result.add(mapper.apply(row));
            });
            return result;
        }

        @Override
        public <T> Optional<T> first(Function<Row, T> mapper) {
            List<T> rows = list(mapper);
            if (rows.size() > 1) {
                throw new IllegalStateException("One row was expected, there are " + rows.size());
            }
            return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
        }

        @Override
        public void forEach(Consumer<Row> consumer) {
            run(statement -> {
                try (ResultSet rows = timed(statement.statement, statement.statement::executeQuery)) {
                    running = statement.statement;
                    var row = new JdbcRow(rows, statement.columns, engine);
                    while (rows.next()) {
                        consumer.accept(row);
                    }
                    return 0L;
                } finally {
                    running = null;
                }
            });
        }

        @Override
        public long run() {
            return run(statement -> timed(statement.statement, statement.statement::executeLargeUpdate));
        }

        private long run(Use<Long> execution) {
            try {
                return use(text.positional(), prepared -> {
                    bindAll(prepared.statement);
                    return execution.with(prepared);
                });
            } catch (SQLException e) {
                throw engine.failed("A statement", e);
            }
        }

        private void bindAll(PreparedStatement statement) throws SQLException {
            for (int i = 0; i < text.names().size(); i++) {
                Binding binding = bindings.get(text.names().get(i));
                if (binding == null) {
                    throw new IllegalStateException("Bind :%s of the statement was not given"
                            .formatted(text.names().get(i)));
                }
                binding.bind(statement, i + 1);
            }
        }
    }
}
