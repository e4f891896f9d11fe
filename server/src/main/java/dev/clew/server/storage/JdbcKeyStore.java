package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The vault's rows over JDBC: one write session and {@value #READERS} read sessions, each opened again after it failed.
 *
 * <p>SQLite: WAL, {@code synchronous=FULL} and {@code secure_delete}, so that a commit is on the disk and a deleted row is zeros.
 * PostgreSQL: schema {@code vault} of the database; its table {@code summary} is the lock that servers change the vault under.
 */
public final class JdbcKeyStore implements KeyStore {
    private static final int READERS = 2;
    private static final int BUSY_MILLIS = 10_000;
    private static final int CACHE_KIB = 4 * 1024;

    /** New subjects change pages all over the table; waiting for more of them writes each page back less often. */
    private static final int CHECKPOINT_PAGES = 8_192;

    private final KeyStoreFlavour flavour;
    private final Opener opener;
    private final BlockingQueue<Slot> readers = new ArrayBlockingQueue<>(READERS);
    private final Slot writer = new Slot();
    private volatile boolean poisoned;
    private volatile boolean closed;

    @FunctionalInterface
    private interface Opener {
        Connection open() throws SQLException;
    }

    /** Holds a session that can be replaced. */
    private static final class Slot {
        private @Nullable KeySession session;
    }

    private JdbcKeyStore(KeyStoreFlavour flavour, Opener opener) {
        this.flavour = flavour;
        this.opener = opener;
        for (int i = 0; i < READERS; i++) {
            readers.add(new Slot());
        }
    }

    /** Opens or makes the file. */
    public static JdbcKeyStore openSqlite(Path file) {
        return new JdbcKeyStore(KeyStoreFlavour.SQLITE, () -> {
                    var config = new SQLiteConfig();
                    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
                    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
                    config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
                    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(CHECKPOINT_PAGES));
                    config.setPragma(SQLiteConfig.Pragma.JDBC_GET_GENERATED_KEYS, "false");
                    config.setBusyTimeout(BUSY_MILLIS);
                    config.setCacheSize(-CACHE_KIB);
                    return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
                })
                .prepared();
    }

    /** Opens an existing file to look at it. */
    public static KeyStore openSqliteReadOnly(Path file) {
        return new JdbcKeyStore(KeyStoreFlavour.SQLITE, () -> {
            var config = new SQLiteConfig();
            config.setReadOnly(true);
            config.setBusyTimeout(BUSY_MILLIS);
            return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
        });
    }

    /** Opens the schema {@code vault} of a PostgreSQL database, making it if need be. */
    public static KeyStore openPostgres(String jdbcUrl, Properties credentials) {
        return new JdbcKeyStore(KeyStoreFlavour.POSTGRESQL, () -> {
                    var connection = DriverManager.getConnection(jdbcUrl, credentials);
                    try (var statement = connection.createStatement()) {
                        statement.execute("CREATE SCHEMA IF NOT EXISTS vault");
                        statement.execute("SET search_path TO vault");
                        statement.execute("SET synchronous_commit TO on");
                        statement.execute("SET lock_timeout TO '5s'");
                    } catch (SQLException e) {
                        connection.close();
                        throw e;
                    }
                    return connection;
                })
                .prepared();
    }

    private JdbcKeyStore prepared() {
        try {
            flavour.createTables(session(writer).connection());
            return this;
        } catch (SQLException e) {
            close();
            throw unavailable(e);
        }
    }

    @Override
    public <T> T read(Function<Reads, T> work) {
        return withSession(work::apply);
    }

    private <T> T withSession(Function<KeySession, T> work) {
        Slot slot;
        try {
            slot = readers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "The vault is closing; try again.", e);
        }
        try {
            var session = session(slot);
            session.execute("BEGIN");
            T result = work.apply(session);
            session.execute("ROLLBACK");
            return result;
        } catch (KeySession.Failed e) {
            drop(slot);
            throw unavailable(e.sql());
        } catch (SQLException e) {
            drop(slot);
            throw unavailable(e);
        } catch (RuntimeException e) {
            drop(slot);
            throw e;
        } finally {
            readers.add(slot);
        }
    }

    @Override
    public <T> T write(Function<Writes, T> work) {
        if (poisoned) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "The vault was asked to store a key; an earlier commit failed on its disk, so it takes no more. Check the disk and"
                            + " restart the server.");
        }
        boolean committing = false;
        try {
            var session = session(writer);
            session.execute(flavour.begin());
            T result = work.apply(session);
            committing = true;
            session.execute("COMMIT");
            return result;
        } catch (KeySession.Failed e) {
            poisoned = committing && !flavour.isHarmless(e.sql());
            undo();
            throw unavailable(e.sql());
        } catch (SQLException e) {
            throw unavailable(e);
        } catch (RuntimeException e) {
            undo();
            throw e;
        }
    }

    @Override
    public void scrub() {
        try {
            if (flavour == KeyStoreFlavour.SQLITE) {
                session(writer).truncateLog();
            } else {
                for (String table : new String[] {"subject_key", "wrapped_key", "erasure", "access_index"}) {
                    session(writer).execute("VACUUM (FULL) " + table);
                }
            }
        } catch (KeySession.Failed e) {
            throw unavailable(e.sql());
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    @Override
    public void integrity(boolean indexes, Consumer<String> problems) {
        if (flavour == KeyStoreFlavour.SQLITE) {
            withSession(session -> {
                SqliteIntegrity.check(session.sqlite(), indexes, Schema.OF_NEW, problems);
                return 0;
            });
        }
    }

    /** Made once a process. */
    private static final class Schema {
        static final Map<String, String> OF_NEW = SqliteIntegrity.ofNew(folder -> {
            try (var fresh = openSqlite(folder.resolve("vault.db"))) {
                return fresh.withSession(session -> SqliteIntegrity.objects(session.sqlite()));
            }
        });
    }

    @Override
    public void copyTo(Path file) {
        try (var copy = openSqlite(file)) {
            read(from -> copy.write(to -> {
                from.summary().ifPresent(to::putSummary);
                from.eachKey(to::insertKey);
                from.erasures().forEach(to::putErasure);
                try (var subjects = new Paged<SubjectRow>(to::insertSubjects);
                        var accesses = new Paged<AccessRow>(to::insertAccesses)) {
                    from.eachSubject(subjects::add);
                    from.eachAccess(accesses::add);
                }
                return 0;
            }));
            copy.scrub();
        }
    }

    /** Rows handed on a thousand at a time. */
    private static final class Paged<T> implements AutoCloseable {
        private static final int PAGE = 1_000;

        private final Consumer<List<T>> to;
        private final List<T> rows = new ArrayList<>(PAGE);

        Paged(Consumer<List<T>> to) {
            this.to = to;
        }

        void add(T row) {
            rows.add(row);
            if (rows.size() == PAGE) {
                close();
            }
        }

        @Override
        public void close() {
            if (!rows.isEmpty()) {
                to.accept(rows);
                rows.clear();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        drop(writer);
        for (Slot slot : readers) {
            drop(slot);
        }
    }

    private KeySession session(Slot slot) throws SQLException {
        if (closed) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The vault is closed; the server is stopping.");
        }
        KeySession open = slot.session;
        if (open == null) {
            open = new KeySession(opener.open(), flavour);
            slot.session = open;
        }
        return open;
    }

    private void undo() {
        KeySession session = writer.session;
        if (session == null) {
            return;
        }
        try {
            session.execute("ROLLBACK");
        } catch (KeySession.Failed e) {
            drop(writer);
        }
    }

    private static void drop(Slot slot) {
        KeySession session = slot.session;
        slot.session = null;
        if (session != null) {
            try {
                session.close();
            } catch (SQLException e) {
                // The session is given up either way; what failed was already reported.
                return;
            }
        }
    }

    private ClewException unavailable(SQLException e) {
        return flavour.isFull(e)
                ? new ClewException(
                        ErrorCode.READ_ONLY,
                        "The vault was asked to store a key; its disk is full. Free some space; the server goes on by itself.",
                        e)
                : new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "The vault was asked for a key; its store (%s) did not answer. Try again; if it lasts, look at the server's log."
                                .formatted(flavour),
                        e);
    }
}
