package dev.clew.server.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A declared index of a table, by which a command may need rows. The migration creates it in SQL. */
public record Index<R>(Table<R> table, String name, List<String> columns, boolean unique) {
    /** The index key of a row; empty when one of its columns is null. */
    public Optional<Key> keyOf(R row) {
        var values = new ArrayList<Object>(columns.size());
        for (String column : columns) {
            @Nullable Object value = null;
            for (var declared : table.columns()) {
                if (declared.name().equals(column)) {
                    value = declared.value().apply(row);
                    break;
                }
            }
            if (value == null) {
                return Optional.empty();
            }
            values.add(value);
        }
        return Optional.of(Key.of(values.toArray()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Index<?> index && index.table == table && index.name.equals(name);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(table) * 31 + name.hashCode();
    }

    @Override
    public String toString() {
        return table.name() + "." + name;
    }
}
