package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database: the same texts as on SQLite. One server has it at a time, by {@link WriterLock}. A commit is forced on the server
 * before it returns. A session that is lost is opened again at its next use.
 */
public final class PostgresDatabase implements Database {
    private final PostgresSessions sessions;
    private final PostgresEngine engine;
    private final ReadPool pool;
    private final boolean readOnly;
    private final AtomicBoolean writing = new AtomicBoolean();

    /** Has the lock since {@link #open}, until the write session takes it over. */
    private final AtomicReference<@Nullable Connection> locked;

    private PostgresDatabase(PostgresSessions sessions, PostgresEngine engine, @Nullable Connection locked) {
        this.sessions = sessions;
        this.engine = engine;
        this.readOnly = locked == null;
        this.locked = new AtomicReference<>(locked);
        this.pool = new ReadPool(engine, sessions::reader);
    }

    /**
     * Connects, takes the database for this process and brings the schema up to date.
     *
     * @throws ClewException UNAVAILABLE when there is no such server, CONFIGURATION when another server has the database (saying which) or
     *     a migration fails
     */
    public static PostgresDatabase open(DatabaseUrl url) {
        var sessions = new PostgresSessions(url);
        PostgresEngine engine = engine(sessions);
        Connection locked = take(sessions);
        try {
            Migrations.run(sessions.source(), engine);
            return new PostgresDatabase(sessions, engine, locked);
        } catch (RuntimeException e) {
            release(sessions, locked);
            throw e;
        }
    }

    /**
     * Connects to look at it, beside a server that may write.
     *
     * @throws ClewException UNAVAILABLE when there is no such server, CONFIGURATION when another release wrote it
     */
    public static PostgresDatabase openReadOnly(DatabaseUrl url) {
        var sessions = new PostgresSessions(url);
        PostgresEngine engine = engine(sessions);
        Migrations.require(sessions.source(), engine);
        return new PostgresDatabase(sessions, engine, null);
    }

    private static PostgresEngine engine(PostgresSessions sessions) {
        try (Connection connection = sessions.plain();
                var names = connection.prepareStatement(
                        "SELECT collname FROM pg_collation WHERE collname = ANY(?) ORDER BY collname <> ?")) {
            names.setArray(1, connection.createArrayOf("text", PostgresEngine.FOLDING.toArray()));
            names.setString(2, PostgresEngine.FOLDING.getFirst());
            try (var found = names.executeQuery()) {
                return new PostgresEngine(found.next() ? found.getString(1) : "default");
            }
        } catch (SQLException e) {
            throw unreachable(sessions, e);
        }
    }

    private static Connection take(PostgresSessions sessions) {
        try {
            return sessions.writer();
        } catch (SQLException e) {
            throw unreachable(sessions, e);
        } catch (WriterLock.Held e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The database %s is held by %s; only one server may use it. Stop that one, or give this one another database."
                            .formatted(sessions.url(), e.getMessage()),
                    e);
        }
    }

    private static ClewException unreachable(PostgresSessions sessions, SQLException e) {
        return new ClewException(
                ErrorCode.UNAVAILABLE,
                "The database %s cannot be reached; check that it runs and that user and password are right."
                        .formatted(sessions.url()),
                e);
    }

    private static void release(PostgresSessions sessions, Connection locked) {
        try (locked) {
            sessions.lock().release(locked);
        } catch (SQLException e) {
            // The lock ends with the session.
            return;
        }
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
    public Unhurried unhurried() {
        return pool.unhurried();
    }

    @Override
    public Snapshot snapshot() {
        return JdbcSnapshot.open(engine, () -> {
            Connection connection = sessions.reader();
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
            Connection first = locked.getAndSet(null);
            return new PostgresWriter(
                    sessions, engine, first == null ? take(sessions) : first, () -> writing.set(false));
        } catch (RuntimeException e) {
            writing.set(false);
            throw e;
        }
    }

    @Override
    public void close() {
        pool.close();
        Connection unused = locked.getAndSet(null);
        if (unused != null) {
            release(sessions, unused);
        }
    }
}
