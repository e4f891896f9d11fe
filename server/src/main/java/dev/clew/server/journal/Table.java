package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table as its feature declares it, once: number, columns with field numbers, key, indexes. Write statements, canonical row bytes,
 * row digests, {@code fsck --state} and upserts come from this declaration; reads are hand-written SQL beside it.
 *
 * <p>The journal adds the columns {@code seq} and {@code salt} to state rows and {@code seq} to bulk rows; they are not part of
 * {@code R}. Their migration must have them: state {@code seq ${bigint} NOT NULL, salt ${blob} NOT NULL}; bulk {@code seq} is the key.
 *
 * @param <R> an immutable value, usually a record; text and bytes in it are exactly what the columns hold
 */
public final class Table<R> {
    /** How the journal treats the rows of a table. */
    public enum Mode {
        /** Under proof: every change is an item of the entry's change list; old bytes go to {@code row_image}. Numbers below 256. */
        STATE,
        /** Append-only, under proof with one digest per entry over its points. Numbers from 256. */
        BULK,
        /** Rebuilt from state and compared by fsck: latest values, counters. No seq, no salt, no history. */
        DERIVED,
        /** The journal's and followers' own: cursors, leases, queues. Never part of an entry. */
        HOUSEKEEPING
    }

    /**
     * One declared column. {@code insertOnly} columns of derived tables are left alone by an upsert of an existing row.
     *
     * @param field field number in the row bytes: from 1, never reused
     */
    public record Column<R>(
            int field,
            String name,
            ColumnType type,
            Function<R, @Nullable Object> value,
            boolean inKey,
            boolean insertOnly) {
        /**
         * What the column holds of a row: {@code Long}, {@code Double}, {@code String}, {@code byte[]} or null.
         *
         * @throws IllegalArgumentException when the row gives another type
         */
        public @Nullable Object of(R row) {
            Object given = value.apply(row);
            boolean fits = switch (given) {
                case null -> true;
                case Long l -> type == ColumnType.INTEGER;
                case Double d -> type == ColumnType.REAL && !Double.isNaN(d);
                case String s -> type == ColumnType.TEXT;
                case byte[] b -> type == ColumnType.BLOB;
                case Integer i -> type == ColumnType.INTEGER;
                case Boolean b -> type == ColumnType.INTEGER;
                case Uid u -> type == ColumnType.BLOB;
                default -> false;
            };
            if (!fits) {
                throw new IllegalArgumentException("Column %s is %s; its row gives %s"
                        .formatted(
                                name,
                                type,
                                given == null ? "null" : given.getClass().getSimpleName() + " " + given));
            }
            return switch (given) {
                case null -> null;
                case Integer number -> (long) number;
                case Boolean flag -> flag ? 1L : 0L;
                case Uid uid -> uid.bytes();
                case Double number -> number == 0 ? 0.0 : number;
                default -> given;
            };
        }
    }

    /** Gives the row bytes of the points of one bulk row, in order, for its digest. */
    public interface Points<R> {
        int count(R row);

        void forEach(R row, Consumer<byte[]> rowBytes);

        /** The row as its points alone make it, so that a check can compare the columns that the digest does not cover. */
        default R rebuilt(R row) {
            return row;
        }
    }

    private final Mode mode;
    private final String name;
    private final int number;
    private final List<Column<R>> columns;
    private final List<Column<R>> key;
    private final Map<String, Index<R>> indexes;
    private final Function<Row, R> reader;
    private final boolean history;
    private final @Nullable Points<R> points;

    private Table(Builder<R> builder) {
        this.mode = builder.mode;
        this.name = builder.name;
        this.number = builder.number >= 0 ? builder.number : TableNumbers.of(builder.name);
        this.columns = List.copyOf(builder.columns);
        this.key = columns.stream().filter(Column::inKey).toList();
        this.reader = Objects.requireNonNull(builder.reader, "reads(...) is missing");
        this.history = builder.history;
        this.points = builder.points;
        var named = new LinkedHashMap<String, Index<R>>();
        builder.indexes.forEach(
                (indexName, index) -> named.put(indexName, new Index<>(this, indexName, index.columns, index.unique)));
        this.indexes = Map.copyOf(named);
        if (key.isEmpty() && mode != Mode.BULK) {
            throw new IllegalStateException("Table %s declares no key".formatted(name));
        }
        if ((mode == Mode.BULK) != (number >= 256)) {
            throw new IllegalStateException(
                    "Table %s: bulk tables, and only they, have numbers from 256".formatted(name));
        }
        if (columns.stream().map(Column::field).distinct().count() != columns.size()) {
            throw new IllegalStateException("Table %s uses a field number twice".formatted(name));
        }
    }

    public static <R> Builder<R> state(String name) {
        return new Builder<>(Mode.STATE, name);
    }

    public static <R> Builder<R> bulk(String name, Points<R> points) {
        var builder = new Builder<R>(Mode.BULK, name);
        builder.points = points;
        return builder;
    }

    public static <R> Builder<R> derived(String name) {
        return new Builder<>(Mode.DERIVED, name);
    }

    public static <R> Builder<R> housekeeping(String name) {
        return new Builder<>(Mode.HOUSEKEEPING, name);
    }

    public Mode mode() {
        return mode;
    }

    public String name() {
        return name;
    }

    /** From {@code journal/tables.txt}; part of every digest. */
    public int number() {
        return number;
    }

    public List<Column<R>> columns() {
        return columns;
    }

    public List<Column<R>> key() {
        return key;
    }

    public Key keyOf(R row) {
        Object[] values = new Object[key.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Objects.requireNonNull(key.get(i).value().apply(row));
        }
        return Key.of(values);
    }

    /** The index declared under this name. */
    public Index<R> index(String indexName) {
        Index<R> index = indexes.get(indexName);
        if (index == null) {
            throw new IllegalArgumentException("Table %s declares no index %s".formatted(name, indexName));
        }
        return index;
    }

    public List<Index<R>> indexes() {
        return List.copyOf(indexes.values());
    }

    public R read(Row row) {
        return reader.apply(row);
    }

    public boolean hasHistory() {
        return history && mode == Mode.STATE;
    }

    public @Nullable Points<R> points() {
        return points;
    }

    @Override
    public String toString() {
        return name;
    }

    private record Declared(List<String> columns, boolean unique) {}

    /** Declares a table, in the order of its columns. */
    public static final class Builder<R> {
        private final Mode mode;
        private final String name;
        private final List<Column<R>> columns = new ArrayList<>();
        private final Map<String, Declared> indexes = new LinkedHashMap<>();
        private @Nullable Function<Row, R> reader;
        private @Nullable Points<R> points;
        private boolean history = true;
        private int number = -1;

        private Builder(Mode mode, String name) {
            this.mode = mode;
            this.name = name;
        }

        public Builder<R> key(int field, String column, ColumnType type, Function<R, @Nullable Object> value) {
            columns.add(new Column<>(field, column, type, value, true, false));
            return this;
        }

        public Builder<R> column(int field, String column, ColumnType type, Function<R, @Nullable Object> value) {
            columns.add(new Column<>(field, column, type, value, false, false));
            return this;
        }

        /** Written by the insert, left alone when the row exists. Derived tables only. */
        public Builder<R> insertOnly(int field, String column, ColumnType type, Function<R, @Nullable Object> value) {
            columns.add(new Column<>(field, column, type, value, false, true));
            return this;
        }

        /** At most one row per value; rows with a null in one of the columns are not in it. */
        public Builder<R> unique(String indexName, String... indexColumns) {
            indexes.put(indexName, new Declared(List.of(indexColumns), true));
            return this;
        }

        /** Any number of rows per value; at most {@value Needs#MAX_ROWS} may be needed by a command. */
        public Builder<R> index(String indexName, String... indexColumns) {
            indexes.put(indexName, new Declared(List.of(indexColumns), false));
            return this;
        }

        /** A number that stands in no file: tables of the journal's own tests. */
        Builder<R> numbered(int tableNumber) {
            number = tableNumber;
            return this;
        }

        public Builder<R> withoutHistory() {
            history = false;
            return this;
        }

        public Table<R> reads(Function<Row, R> rowReader) {
            reader = rowReader;
            return new Table<>(this);
        }
    }
}
