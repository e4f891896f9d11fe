package dev.clew.server.journal;

import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.RowDigest;
import dev.clew.ledger.encoding.RowWriter;
import dev.clew.server.storage.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything derived from one declaration: statements, canonical row bytes, digests, index keys. Confined to one thread. */
final class TableCodec<R> {
    private final Table<R> table;
    private final List<Table.Column<R>> columns;
    private final List<Table.Column<R>> byField;
    private final Map<Index<R>, List<Table.Column<R>>> indexColumns = new HashMap<>();
    private final RowWriter rowWriter = new RowWriter();
    private final List<String> selected;
    private final List<SqlType> types;
    private final List<String> keyColumns;
    private final List<SqlType> keyTypes;
    private final String upsert;
    private final String delete;

    TableCodec(Table<R> table) {
        this.table = table;
        this.columns = table.columns();
        this.byField = columns.stream()
                .sorted(Comparator.comparingInt(Table.Column::field))
                .toList();
        for (Index<R> index : table.indexes()) {
            indexColumns.put(index, index.columns().stream().map(this::column).toList());
        }
        this.selected = journalColumns();
        this.types = columnTypes();
        this.keyColumns = table.key().stream().map(Table.Column::name).toList();
        this.keyTypes = table.key().stream()
                .map(column -> types.get(columns.indexOf(column)))
                .toList();
        this.upsert = upsertText();
        this.delete = "DELETE FROM %s WHERE %s"
                .formatted(
                        table.name(),
                        keyColumns.stream().map(name -> name + " = ?").collect(Collectors.joining(" AND ")));
    }

    private Table.Column<R> column(String name) {
        return columns.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "Table %s has an index on %s, which it does not declare".formatted(table.name(), name)));
    }

    private List<String> journalColumns() {
        var names = columns.stream().map(Table.Column::name).collect(Collectors.toCollection(ArrayList::new));
        if (table.mode() == Table.Mode.STATE) {
            names.add("seq");
            names.add("salt");
        } else if (table.mode() == Table.Mode.BULK) {
            names.add("seq");
        }
        return List.copyOf(names);
    }

    private List<SqlType> columnTypes() {
        var all = columns.stream()
                .map(column -> switch (column.type()) {
                    case INTEGER -> SqlType.INTEGER;
                    case REAL -> SqlType.REAL;
                    case TEXT -> SqlType.TEXT;
                    case BLOB -> SqlType.BLOB;
                })
                .collect(Collectors.toCollection(ArrayList::new));
        if (table.mode() == Table.Mode.STATE || table.mode() == Table.Mode.BULK) {
            all.add(SqlType.INTEGER);
        }
        if (table.mode() == Table.Mode.STATE) {
            all.add(SqlType.BLOB);
        }
        return List.copyOf(all);
    }

    private String upsertText() {
        String insert = "INSERT INTO %s (%s) VALUES (%s)"
                .formatted(
                        table.name(),
                        String.join(", ", selected),
                        selected.stream().map(c -> "?").collect(Collectors.joining(", ")));
        if (table.mode() == Table.Mode.BULK) {
            return insert;
        }
        var kept = columns.stream()
                .filter(c -> c.inKey() || c.insertOnly())
                .map(Table.Column::name)
                .collect(Collectors.toSet());
        String set = selected.stream()
                .filter(c -> !kept.contains(c))
                .map(c -> c + " = excluded." + c)
                .collect(Collectors.joining(", "));
        return "%s ON CONFLICT (%s) DO %s"
                .formatted(insert, String.join(", ", keyColumns), set.isEmpty() ? "NOTHING" : "UPDATE SET " + set);
    }

    Table<R> table() {
        return table;
    }

    List<String> selected() {
        return selected;
    }

    List<SqlType> types() {
        return types;
    }

    String upsert() {
        return upsert;
    }

    String delete() {
        return delete;
    }

    List<SqlType> keyTypes() {
        return keyTypes;
    }

    List<String> keyColumns() {
        return keyColumns;
    }

    /**
     * Values in the order of {@link #selected}, with room for what the journal adds.
     *
     * @param first gives the insert-only columns
     */
    @Nullable
    Object[] values(R row, @Nullable R first) {
        @Nullable Object[] values = new @Nullable Object[selected.size()];
        for (int i = 0; i < columns.size(); i++) {
            Table.Column<R> column = columns.get(i);
            values[i] = column.of(first != null && column.insertOnly() ? first : row);
        }
        return values;
    }

    byte[] rowBytes(R row) {
        rowWriter.reset();
        for (Table.Column<R> column : byField) {
            Object value = column.of(row);
            switch (value) {
                case null -> {}
                case Long number -> rowWriter.put(column.field(), (long) number);
                case Double number -> rowWriter.put(column.field(), (double) number);
                case String text -> rowWriter.put(column.field(), text);
                case byte[] bytes -> rowWriter.put(column.field(), bytes);
                default -> throw new IllegalStateException("A column holds integers, reals, texts and bytes");
            }
        }
        return rowWriter.toByteArray();
    }

    byte[] digest(byte[] salt, byte[] rowBytes) {
        return RowDigest.state(table.number(), salt, rowBytes);
    }

    @Nullable
    Key indexKey(Index<R> index, R row) {
        List<Table.Column<R>> of = indexColumns.get(index);
        if (of == null) {
            throw new IllegalArgumentException("Table %s declares no index %s".formatted(table.name(), index.name()));
        }
        Object[] values = new Object[of.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = of.get(i).of(row);
            if (value == null) {
                return null;
            }
            values[i] = value;
        }
        return Key.of(values);
    }

    static byte[] keyBytes(Key key) {
        return ChangeList.key(Arrays.asList(values(key)));
    }

    static Object[] values(Key key) {
        Object[] values = new Object[key.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = key.get(i);
        }
        return values;
    }
}
