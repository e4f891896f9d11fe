package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Begin, commit and reconnect. Confined to the writer's thread. */
final class PostgresWriter extends JdbcWriter {
    private final PostgresSessions sessions;
    private final Runnable closed;
    private @Nullable JdbcSql session;
    private long closedStatements;

    /** @param first a session that has the lock */
    PostgresWriter(PostgresSessions sessions, PostgresEngine engine, Connection first, Runnable closed) {
        super(engine);
        this.sessions = sessions;
        this.closed = closed;
        this.session = new JdbcSql(first, engine);
    }

    @Override
    JdbcSql session() {
        JdbcSql open = session;
        if (open == null) {
            try {
                open = new JdbcSql(sessions.writer(), engine);
                session = open;
            } catch (SQLException e) {
                throw new StorageException(StorageException.Failure.GONE, "The write session cannot be opened", e);
            } catch (WriterLock.Held e) {
                throw new StorageException(
                        StorageException.Failure.TAKEN,
                        "The database was lost for a while and now belongs to " + e.getMessage(),
                        e);
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
            if (open.connection().isClosed()) {
                drop();
            }
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

    /** The server vacuums and checkpoints by itself; a session that stayed in a transaction would hold that up, and be ended. */
    @Override
    public void tidy() {
        rollback();
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
        JdbcSql open = session;
        if (open != null) {
            try {
                sessions.lock().release(open.connection());
            } catch (SQLException e) {
                // The lock ends with the session, which is closed in any case.
                drop();
            }
        }
        drop();
        closed.run();
    }
}
