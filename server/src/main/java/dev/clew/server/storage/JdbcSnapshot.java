package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/** A read transaction that lasts, on a connection of its own. */
final class JdbcSnapshot implements Snapshot {
    private final Connection connection;
    private final Engine engine;
    private final ReadPool.Connector connector;
    private final JdbcSql sql;

    private JdbcSnapshot(Connection connection, Engine engine, ReadPool.Connector connector) {
        this.connection = connection;
        this.engine = engine;
        this.connector = connector;
        this.sql = new JdbcSql(connection, engine);
    }

    static Snapshot open(Engine engine, ReadPool.Connector connector) {
        try {
            Connection connection = connector.open();
            try {
                engine.beginSnapshot(connection);
                return new JdbcSnapshot(connection, engine, connector);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw ReadPool.translate(engine.failed("A snapshot", e));
        }
    }

    @Override
    public Sql sql() {
        return sql;
    }

    @Override
    public void integrity(boolean indexes, Consumer<String> problems) {
        engine.integrity(sql, indexes, problems);
    }

    @Override
    public Snapshot another() {
        return open(engine, connector);
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
