package dev.clew.server.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the JDBC code of this package asks of an engine beyond the {@link Dialect} that features see. Stateless. */
interface Engine extends Dialect {
    void bindIntegers(PreparedStatement statement, int at, long[] values) throws SQLException;

    void bindTexts(PreparedStatement statement, int at, List<String> values) throws SQLException;

    void bindBlobs(PreparedStatement statement, int at, List<byte[]> values) throws SQLException;

    /** The text of a look-up by many keys; see {@link Writer#byKeys}. {@code sample} shows the types of the key columns. */
    String byKeysText(String table, List<String> columns, List<String> keyColumns, Object[] sample);

    void bindKeys(PreparedStatement statement, List<Object[]> keys) throws SQLException;

    StorageException.Failure classify(SQLException e);

    /** Column types and table options for migrations. */
    Map<String, String> placeholders();

    void beginRead(Connection connection) throws SQLException;

    void endRead(Connection connection) throws SQLException;

    /** Begins a read transaction that sees one state until {@link #endRead} and streams what it reads. */
    void beginSnapshot(Connection connection) throws SQLException;

    /** Whether a session that rested for a while can still be used. Asks the engine where it is another process. */
    default boolean isAlive(Connection connection) throws SQLException {
        return true;
    }

    /** See {@link Snapshot#integrity}. */
    default void integrity(JdbcSql sql, boolean indexes, Consumer<String> problems) {}

    default StorageException failed(String what, SQLException e) {
        return new StorageException(classify(e), what + " failed: " + classify(e), e);
    }
}
