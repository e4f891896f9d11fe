package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * Another product's database, read and never written: one consistent view for as long as it is open, on a connection of its own. A
 * write-ahead log beside an SQLite file is read with it. Confined to the thread that opened it.
 */
public final class ForeignDatabase implements AutoCloseable {
    private static final String SQLITE = "sqlite:///";
    private static final int BUSY_MILLIS = 10_000;
    private static final int CACHE_KIB = 64 * 1024;

    private final Connection connection;
    private final Engine engine;
    private final JdbcSql sql;

    private ForeignDatabase(Connection connection, Engine engine) {
        this.connection = connection;
        this.engine = engine;
        this.sql = new JdbcSql(connection, engine);
    }

    /** Whether this is an address for {@link #open}. */
    public static boolean isDatabase(String url) {
        return url.startsWith("sqlite:") || url.startsWith("postgresql") || url.startsWith("postgres:");
    }

    /**
     * The file that {@code sqlite:///relative.db} or {@code sqlite:////absolute.db} names.
     *
     * @throws ClewException USAGE when it names none
     */
    public static Path file(String url) {
        if (!url.startsWith(SQLITE) || url.length() == SQLITE.length()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "An SQLite file is given as sqlite:///relative/path.db or sqlite:////absolute/path.db.");
        }
        return Path.of(url.substring(SQLITE.length()));
    }

    /**
     * Opens {@code sqlite:///FILE}, or {@code postgresql://user:password@host:port/name} (a driver's name behind a plus sign is ignored).
     *
     * @throws ClewException USAGE for another address, NOT_FOUND without such a file, UNAVAILABLE when it cannot be read
     */
    public static ForeignDatabase open(String url) {
        try {
            if (url.startsWith("sqlite:")) {
                return sqlite(file(url));
            }
            var address = DatabaseUrl.parse(url.replaceFirst("^postgresql\\+[a-z0-9]+:", "postgresql:"));
            Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.credentials());
            return begun(connection, new PostgresEngine("default"));
        } catch (SQLException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "The database cannot be read: check that it is one, that it is reachable, and user and password.",
                    e);
        }
    }

    private static ForeignDatabase sqlite(Path file) throws SQLException {
        if (!Files.isRegularFile(file)) {
            throw new ClewException(ErrorCode.NOT_FOUND, "There is no file \"%s\".".formatted(file));
        }
        var settings = new SQLiteConfig();
        settings.setReadOnly(true);
        settings.setPragma(SQLiteConfig.Pragma.BUSY_TIMEOUT, Integer.toString(BUSY_MILLIS));
        settings.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, Integer.toString(-CACHE_KIB));
        Connection connection = JDBC.createConnection(JDBC.PREFIX + file, settings.toProperties());
        SqliteEngine.execute(connection, "PRAGMA query_only = ON");
        return begun(connection, SqliteEngine.INSTANCE);
    }

    private static ForeignDatabase begun(Connection connection, Engine engine) throws SQLException {
        try {
            engine.beginSnapshot(connection);
            return new ForeignDatabase(connection, engine);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    public static boolean isSqlite(Sql sql) {
        return sql.dialect() == SqliteEngine.INSTANCE;
    }

    public Sql sql() {
        return sql;
    }

    /** Names of a table's columns, lower case; empty when there is no such table. */
    public Set<String> columns(String table) {
        var names = new LinkedHashSet<String>();
        try (var found = connection.getMetaData().getColumns(null, null, table, "%")) {
            while (found.next()) {
                names.add(found.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
            }
            return names;
        } catch (SQLException e) {
            throw ReadPool.translate(engine.failed("Reading the columns of a table", e));
        }
    }

    @Override
    public void close() {
        sql.close();
        try (connection) {
            engine.endRead(connection);
        } catch (SQLException e) {
            // It only read; the connection goes either way.
            return;
        }
    }
}
