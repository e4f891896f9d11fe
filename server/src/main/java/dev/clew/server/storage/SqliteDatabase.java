package dev.clew.server.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/**
 * One SQLite file in WAL mode with {@code synchronous=FULL}: a commit is forced before it returns. The engine's own checkpointing is
 * off; the writer checkpoints between groups, so that no caller's commit pays for it.
 */
public final class SqliteDatabase implements Database {
    private static final int BUSY_MILLIS = 5_000;
    private static final int WRITER_CACHE_KIB = 12 * 1024;
    private static final int READER_CACHE_KIB = 2 * 1024;

    private final Path file;
    private final boolean readOnly;
    private final ReadPool pool;
    private final AtomicBoolean writing = new AtomicBoolean();

    private SqliteDatabase(Path file, boolean readOnly) {
        this.file = file;
        this.readOnly = readOnly;
        this.pool = new ReadPool(SqliteEngine.INSTANCE, this::openReader);
    }

    /**
     * Opens or makes the file and brings its schema up to date.
     *
     * @throws dev.clew.server.common.ClewException when a migration fails or the file is not a database of this product
     */
    public static SqliteDatabase open(Path file) {
        Migrations.run(source(file, writerSettings()), SqliteEngine.INSTANCE);
        return new SqliteDatabase(file, false);
    }

    /**
     * Opens an existing file for reading alone, as a second process may while a server writes it.
     *
     * @throws dev.clew.server.common.ClewException CONFIGURATION when another release wrote it, ROW_DAMAGED when it cannot be read
     */
    public static SqliteDatabase openReadOnly(Path file) {
        Migrations.require(source(file, readerSettings(true)), SqliteEngine.INSTANCE);
        return new SqliteDatabase(file, true);
    }

    private static SQLiteDataSource source(Path file, Properties settings) {
        var source = new SQLiteDataSource();
        source.setUrl(JDBC.PREFIX + file);
        source.setConfig(new SQLiteConfig(settings));
        return source;
    }

    private static Properties writerSettings() {
        var settings = new Properties();
        settings.setProperty("journal_mode", "WAL");
        settings.setProperty("synchronous", "FULL");
        settings.setProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
        settings.setProperty("cache_size", Integer.toString(-WRITER_CACHE_KIB));
        settings.setProperty("temp_store", "MEMORY");
        // Zeros over what is deleted, freed pages too: an erasure must not leave sealed bodies and key ids behind.
        settings.setProperty("secure_delete", "ON");
        // Nobody asks for generated keys; the driver would run a query after every insert to have them.
        settings.setProperty(SQLiteConfig.Pragma.JDBC_GET_GENERATED_KEYS.pragmaName, "false");
        return settings;
    }

    @Override
    public Dialect dialect() {
        return SqliteEngine.INSTANCE;
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
        return JdbcSnapshot.open(SqliteEngine.INSTANCE, this::openReader);
    }

    @Override
    public void copyTo(Path copy) {
        try (Connection connection = connect(readerSettings(readOnly));
                var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, copy.toString());
            statement.execute();
        } catch (SQLException e) {
            throw ReadPool.translate(SqliteEngine.INSTANCE.failed("A copy", e));
        }
    }

    @Override
    public Writer openWriter() {
        if (readOnly) {
            throw new IllegalStateException("The file was opened for reading alone");
        }
        if (!writing.compareAndSet(false, true)) {
            throw new IllegalStateException("The write session is already open; only the journal opens one");
        }
        try {
            return new SqliteWriter(connect(writerSettings()), () -> writing.set(false));
        } catch (SQLException e) {
            writing.set(false);
            throw SqliteEngine.INSTANCE.failed("Opening the write session", e);
        }
    }

    private static Properties readerSettings(boolean readOnly) {
        var settings = new SQLiteConfig();
        settings.setReadOnly(readOnly);
        settings.setPragma(SQLiteConfig.Pragma.BUSY_TIMEOUT, Integer.toString(BUSY_MILLIS));
        settings.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, Integer.toString(-READER_CACHE_KIB));
        settings.setPragma(SQLiteConfig.Pragma.TEMP_STORE, "MEMORY");
        return settings.toProperties();
    }

    private Connection openReader() throws SQLException {
        Connection connection = connect(readerSettings(readOnly));
        SqliteEngine.execute(connection, "PRAGMA query_only = ON");
        return connection;
    }

    private Connection connect(Properties settings) throws SQLException {
        Connection connection = JDBC.createConnection(JDBC.PREFIX + file, settings);
        SqliteEngine.execute(connection, "PRAGMA case_sensitive_like = ON");
        org.sqlite.Function.create(
                connection, "clew_ilike", new CaseInsensitiveLike(), 2, org.sqlite.Function.FLAG_DETERMINISTIC);
        return connection;
    }

    @Override
    public void close() {
        pool.close();
    }

    /** LIKE without regard to case for text beyond ASCII; {@code %}, {@code _} and the escape character backslash. */
    private static final class CaseInsensitiveLike extends org.sqlite.Function {
        private @Nullable String lastPattern;
        private @Nullable Pattern compiled;

        @Override
        protected void xFunc() throws SQLException {
            String value = value_text(0);
            String pattern = value_text(1);
            if (value == null || pattern == null) {
                result();
                return;
            }
            Pattern matcher = compiled;
            if (matcher == null || !pattern.equals(lastPattern)) {
                matcher = compile(pattern);
                compiled = matcher;
                lastPattern = pattern;
            }
            result(matcher.matcher(fold(value)).matches() ? 1 : 0);
        }

        private static Pattern compile(String like) {
            var regex = new StringBuilder();
            String folded = fold(like);
            for (int i = 0; i < folded.length(); i++) {
                char c = folded.charAt(i);
                if (c == '%') {
                    regex.append(".*");
                } else if (c == '_') {
                    regex.append('.');
                } else {
                    if (c == '\\' && i + 1 < folded.length()) {
                        c = folded.charAt(++i);
                    }
                    regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        }

        private static String fold(String text) {
            return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        }
    }

    /** Begin, commit and checkpoint on the one writing connection. */
    private static final class SqliteWriter extends JdbcWriter {
        /** The log is checkpointed beyond this many pages of 4 KiB … */
        private static final long CHECKPOINT_PAGES = 1_024;
        /** How long an emptying of the log may hold up the next group. */
        private static final int SCRUB_MILLIS = 20;
        /** … and emptied, waiting for readers, beyond this many. */
        private static final long RESTART_PAGES = 64 * CHECKPOINT_PAGES;

        /** Groups between two looks at the size of the log, which cost a statement each. */
        private static final int GROUPS_A_LOOK = 8;

        private static final int RESTART_BUSY_MILLIS = 100;
        private static final long RESTART_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

        private final SQLiteConnection connection;
        private final JdbcSql session;
        private final Runnable closed;
        private boolean open;
        private int groups;
        private long restartAfterNanos = System.nanoTime();

        SqliteWriter(Connection connection, Runnable closed) throws SQLException {
            super(SqliteEngine.INSTANCE);
            this.connection = (SQLiteConnection) connection;
            this.session = new JdbcSql(connection, SqliteEngine.INSTANCE);
            this.closed = closed;
            SqliteEngine.execute(connection, "PRAGMA wal_autocheckpoint = 0");
        }

        @Override
        JdbcSql session() {
            return session;
        }

        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public void begin() {
            control("BEGIN IMMEDIATE");
            open = true;
        }

        @Override
        public void commit() {
            control("COMMIT");
            open = false;
        }

        @Override
        public void rollback() {
            if (open) {
                open = false;
                try {
                    control("ROLLBACK");
                } catch (StorageException e) {
                    // After some failures the engine has already rolled back by itself.
                    if (e.failure() != StorageException.Failure.OTHER) {
                        throw e;
                    }
                }
            }
        }

        private void control(String text) {
            session.query(text).run();
        }

        @Override
        public void tidy() {
            if (++groups < GROUPS_A_LOOK) {
                return;
            }
            groups = 0;
            long pages = session.query("PRAGMA wal_checkpoint(NOOP)")
                    .list(row -> row.integer("log"))
                    .getFirst();
            if (pages > RESTART_PAGES && System.nanoTime() - restartAfterNanos >= 0) {
                restart();
            } else if (pages > CHECKPOINT_PAGES) {
                session.query("PRAGMA wal_checkpoint(PASSIVE)").list(row -> row.integer("log"));
            }
        }

        /** Waits a moment for readers. One that stays (a check, an export) must not hold up commits: the log grows meanwhile. */
        private void restart() {
            pragma("busy_timeout = " + RESTART_BUSY_MILLIS);
            boolean busy = session.query("PRAGMA wal_checkpoint(RESTART)")
                    .list(row -> row.flag("busy"))
                    .getFirst();
            pragma("busy_timeout = " + BUSY_MILLIS);
            restartAfterNanos = System.nanoTime() + (busy ? RESTART_PAUSE_NANOS : 0);
        }

        private void pragma(String text) {
            session.query("PRAGMA " + text).list(row -> 0);
        }

        @Override
        public void scrub() {
            pragma("busy_timeout = " + SCRUB_MILLIS);
            boolean busy = session.query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .list(row -> row.flag("busy"))
                    .getFirst();
            pragma("busy_timeout = " + BUSY_MILLIS);
            if (busy) {
                throw SqliteEngine.INSTANCE.failed(
                        "Emptying the log",
                        new SQLException("The log is still being read", "", SQLiteErrorCode.SQLITE_BUSY.code));
            }
        }

        @Override
        public void close() {
            try {
                session.close();
                connection.close();
            } catch (SQLException e) {
                throw SqliteEngine.INSTANCE.failed("Closing the write session", e);
            } finally {
                closed.run();
            }
        }
    }
}
