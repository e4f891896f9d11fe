package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens sessions of one PostgreSQL database, each set up for what it is for. All out of auto-commit. Thread-safe. */
final class PostgresSessions {
    private static final int FETCH_ROWS = 1_000;
    private static final String READER = "clew";

    private final DatabaseUrl url;
    private final WriterLock lock = new WriterLock();

    PostgresSessions(DatabaseUrl url) {
        this.url = url;
    }

    DatabaseUrl url() {
        return url;
    }

    WriterLock lock() {
        return lock;
    }

    /** For migrations, which open and close their own. */
    PGSimpleDataSource source() {
        var source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        source.setUser(url.credentials().getProperty("user"));
        source.setPassword(url.credentials().getProperty("password"));
        source.setApplicationName(READER);
        return source;
    }

    Connection plain() throws SQLException {
        return connect(READER);
    }

    /** Sees one state within a transaction, and changes nothing. */
    Connection reader() throws SQLException {
        Connection connection = connect(READER);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        return connection;
    }

    /**
     * The session that writes, with the lock that keeps other servers away. A client that vanished is noticed by the server within half a
     * minute, and one that stops in the middle of a transaction within ten seconds.
     */
    Connection writer() throws SQLException, WriterLock.Held {
        Connection connection = connect(lock.name());
        try {
            try (var statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit TO on");
                statement.execute("SET statement_timeout TO 0");
                statement.execute("SET lock_timeout TO '2s'");
                statement.execute("SET idle_in_transaction_session_timeout TO '10s'");
                statement.execute("SET tcp_keepalives_idle TO 10");
                statement.execute("SET tcp_keepalives_interval TO 5");
                statement.execute("SET tcp_keepalives_count TO 3");
            }
            connection.commit();
            lock.take(connection);
            return connection;
        } catch (SQLException | WriterLock.Held | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private Connection connect(String name) throws SQLException {
        Properties settings = url.credentials();
        settings.setProperty("ApplicationName", name);
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
}
