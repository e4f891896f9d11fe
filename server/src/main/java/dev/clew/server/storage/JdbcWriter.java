package dev.clew.server.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The statements of a write session; how transactions begin and end is the engine's. Confined to the writer's thread. */
abstract class JdbcWriter implements Writer {
    private static final int KEYS_PER_STATEMENT = 1_000;

    final Engine engine;

    JdbcWriter(Engine engine) {
        this.engine = engine;
    }

    abstract JdbcSql session();

    @Override
    public Sql sql() {
        return session();
    }

    @Override
    public Change change(String text) {
        return session().query(text);
    }

    @Override
    public long statements() {
        return session().statements();
    }

    @Override
    public <T> List<T> byKeys(
            String table, List<String> columns, List<String> keyColumns, List<Object[]> keys, Function<Row, T> mapper) {
        var found = new ArrayList<T>();
        for (int from = 0; from < keys.size(); from += KEYS_PER_STATEMENT) {
            List<Object[]> some = keys.subList(from, Math.min(from + KEYS_PER_STATEMENT, keys.size()));
            String text = engine.byKeysText(table, columns, keyColumns, some.getFirst());
            prepared("A look-up in " + table, text, prepared -> {
                engine.bindKeys(prepared.statement, some);
                try (var rows = session().timed(prepared.statement, prepared.statement::executeQuery)) {
                    var row = new JdbcRow(rows, prepared.columns, engine);
                    while (rows.next()) {
                        found.add(mapper.apply(row));
                    }
                    return found.size();
                }
            });
        }
        return found;
    }

    @Override
    public void batch(String text, List<SqlType> types, List<@Nullable Object[]> rows) {
        if (rows.isEmpty()) {
            return;
        }
        prepared("A batch", text, prepared -> {
            PreparedStatement statement = prepared.statement;
            for (@Nullable Object[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    JdbcSql.bindValue(statement, i + 1, types.get(i), row[i]);
                }
                if (rows.size() > 1) {
                    statement.addBatch();
                }
            }
            return session()
                    .timed(
                            statement,
                            () -> rows.size() > 1 ? statement.executeBatch().length : statement.executeUpdate());
        });
    }

    private void prepared(String what, String text, JdbcSql.Use<?> use) {
        try {
            session().use(text, use);
        } catch (SQLException e) {
            throw engine.failed(what, e);
        }
    }
}
