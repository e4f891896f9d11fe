package dev.clew.server.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The current row of a result set; column positions are looked up once per statement. Confined to one thread. */
final class JdbcRow implements Row {
    /** Positions by column name, shared by all executions of one prepared statement. */
    static final class Columns {
        private final Map<String, Integer> positions = new HashMap<>();

        int of(ResultSet rows, String column) throws SQLException {
            Integer position = positions.get(column);
            if (position == null) {
                position = rows.findColumn(column);
                positions.put(column, position);
            }
            return position;
        }
    }

    private final ResultSet rows;
    private final Columns columns;
    private final Engine engine;

    JdbcRow(ResultSet rows, Columns columns, Engine engine) {
        this.rows = rows;
        this.columns = columns;
        this.engine = engine;
    }

    @Override
    public long integer(String column) {
        Long value = integerOrNull(column);
        return value == null ? missing(column) : value;
    }

    @Override
    public @Nullable Long integerOrNull(String column) {
        try {
            long value = rows.getLong(columns.of(rows, column));
            return rows.wasNull() ? null : value;
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    @Override
    public double real(String column) {
        Double value = realOrNull(column);
        return value == null ? missing(column) : value;
    }

    @Override
    public @Nullable Double realOrNull(String column) {
        try {
            double value = rows.getDouble(columns.of(rows, column));
            return rows.wasNull() ? null : value;
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    @Override
    public String text(String column) {
        String value = textOrNull(column);
        return value == null ? missing(column) : value;
    }

    @Override
    public @Nullable String textOrNull(String column) {
        try {
            return rows.getString(columns.of(rows, column));
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    @Override
    public byte[] bytes(String column) {
        byte[] value = bytesOrNull(column);
        return value == null ? missing(column) : value;
    }

    @Override
    public byte @Nullable [] bytesOrNull(String column) {
        try {
            return rows.getBytes(columns.of(rows, column));
        } catch (SQLException e) {
            throw unreadable(column, e);
        }
    }

    private static <T> T missing(String column) {
        throw new IllegalStateException("Column %s is null in this row; read it with …OrNull".formatted(column));
    }

    private StorageException unreadable(String column, SQLException e) {
        return engine.failed("Reading column " + column, e);
    }
}
