package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL database: the same texts as on SQLite, the writer lock of the cluster in the row of {@code ledger_log}. A commit is forced
 * on the server before it returns. A session that is lost is opened again at its next use.
 */
public final class PostgresDatabase implements Database {
    private static final int FETCH_ROWS = 1_000;

    private final DatabaseUrl url;
    private final PostgresEngine engine;
    private final ReadPool pool;
    private final boolean readOnly;
    private final AtomicBoolean writing = new AtomicBoolean();

    private PostgresDatabase(DatabaseUrl url, PostgresEngine engine, boolean readOnly) {
        this.url = url;
        this.engine = engine;
        this.readOnly = readOnly;
        this.pool = new ReadPool(engine, this::openReader);
    }

    /**
     * Connects and brings the schema up to date.
     *
     * @throws ClewException UNAVAILABLE when there is no such server, CONFIGURATION when a migration fails
     */
    public static PostgresDatabase open(DatabaseUrl url) {
        PostgresEngine engine = engine(url);
        Migrations.run(source(url), engine);
        return new PostgresDatabase(url, engine, false);
    }

    /**
     * Connects to look at it, beside a server that may write.
     *
     * @throws ClewException UNAVAILABLE when there is no such server, CONFIGURATION when another release wrote it
     */
    public static PostgresDatabase openReadOnly(DatabaseUrl url) {
        PostgresEngine engine = engine(url);
        Migrations.require(source(url), engine);
        return new PostgresDatabase(url, engine, true);
    }

    private static PGSimpleDataSource source(DatabaseUrl url) {
        var source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        source.setUser(url.credentials().getProperty("user"));
        source.setPassword(url.credentials().getProperty("password"));
        return source;
    }

    private static PostgresEngine engine(DatabaseUrl url) {
        try (Connection connection = connect(url);
                var names = connection.prepareStatement(
                        "SELECT collname FROM pg_collation WHERE collname = ANY(?) ORDER BY collname <> ?")) {
            names.setArray(1, connection.createArrayOf("text", PostgresEngine.FOLDING.toArray()));
            names.setString(2, PostgresEngine.FOLDING.getFirst());
            try (var found = names.executeQuery()) {
                return new PostgresEngine(found.next() ? found.getString(1) : "default");
            }
        } catch (SQLException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "The database %s cannot be reached; check that it runs and that user and password are right."
                            .formatted(url),
                    e);
        }
    }

    private static Connection connect(DatabaseUrl url) throws SQLException {
        Properties settings = url.credentials();
        settings.setProperty("ApplicationName", "clew");
        settings.setProperty("tcpKeepAlive", "true");
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("socketTimeout", "30");
        settings.setProperty("defaultRowFetchSize", Integer.toString(FETCH_ROWS));
        Connection connection = DriverManager.getConnection(url.jdbcUrl(), settings);
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection openReader() throws SQLException {
        Connection connection = connect(url);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        return connection;
    }

    @Override
    public Dialect dialect() {
        return engine;
    }

    @Override
    public <T> T read(Function<Sql, T> work) {
        return pool.read(work);
    }

    @Override
    public Snapshot snapshot() {
        return JdbcSnapshot.open(engine, () -> {
            Connection connection = openReader();
            try (var statement = connection.createStatement()) {
                statement.execute("SET idle_in_transaction_session_timeout TO 0");
                return connection;
            }
        });
    }

    @Override
    public void copyTo(Path file) {
        throw new ClewException(
                ErrorCode.USAGE,
                "A PostgreSQL database is copied by its own tools, such as pg_dump or a base backup; copy the data directory after it.");
    }

    @Override
    public Writer openWriter() {
        if (readOnly) {
            throw new IllegalStateException("The database was opened for reading alone");
        }
        if (!writing.compareAndSet(false, true)) {
            throw new IllegalStateException("The write session is already open; only the journal opens one");
        }
        try {
            return new PostgresWriter();
        } catch (SQLException e) {
            writing.set(false);
            throw engine.failed("Opening the write session", e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Begin, commit and reconnect. Confined to the writer's thread. */
    private final class PostgresWriter extends JdbcWriter {
        private @Nullable JdbcSql session;
        private long closedStatements;

        PostgresWriter() throws SQLException {
            super(PostgresDatabase.this.engine);
            this.session = connectWriter();
        }

        private JdbcSql connectWriter() throws SQLException {
            Connection connection = connect(url);
            try (var statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit TO on");
                statement.execute("SET lock_timeout TO '2s'");
                statement.execute("SET idle_in_transaction_session_timeout TO '2s'");
                connection.commit();
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return new JdbcSql(connection, engine);
        }

        @Override
        JdbcSql session() {
            JdbcSql open = session;
            if (open == null) {
                try {
                    open = connectWriter();
                    session = open;
                } catch (SQLException e) {
                    throw new StorageException(StorageException.Failure.GONE, "The write session cannot be opened", e);
                }
            }
            return open;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        /** What was read between transactions left one open, which the server's time limit may have ended with its session. */
        @Override
        public void begin() {
            rollback();
            session();
        }

        @Override
        public void commit() {
            try {
                session().connection().commit();
            } catch (SQLException e) {
                throw engine.failed("A commit", e);
            }
        }

        @Override
        public void rollback() {
            JdbcSql open = session;
            if (open == null) {
                return;
            }
            try {
                open.connection().rollback();
            } catch (SQLException e) {
                drop();
            }
        }

        private void drop() {
            JdbcSql open = session;
            session = null;
            if (open != null) {
                closedStatements += open.statements();
                open.close();
                try {
                    open.connection().close();
                } catch (SQLException e) {
                    // It is being thrown away.
                    return;
                }
            }
        }

        @Override
        public long statements() {
            JdbcSql open = session;
            return closedStatements + (open == null ? 0 : open.statements());
        }

        @Override
        public void tidy() {
            // The server vacuums and checkpoints by itself.
        }

        /**
         * Writes the table of hot records anew without what was deleted; of bodies of entries only the room is given back, so that a long
         * log is not locked. The server's own write-ahead log and its archives keep what they keep.
         */
        @Override
        public void scrub() {
            rollback();
            try {
                Connection connection = session().connection();
                connection.setAutoCommit(true);
                try (var statement = connection.createStatement()) {
                    statement.execute("VACUUM (FULL) hot_chunk");
                    statement.execute("VACUUM entry");
                } finally {
                    connection.setAutoCommit(false);
                }
            } catch (SQLException e) {
                drop();
                throw engine.failed("A scrub", e);
            }
        }

        @Override
        public void close() {
            rollback();
            drop();
            writing.set(false);
        }
    }
}
