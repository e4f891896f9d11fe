package dev.clew.server.journal;

import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One exclusive command at work in its own transaction. Confined to the writer. */
final class ExclusiveGroup implements Exclusive {
    private static final int PAGE = 1_000;

    private final Writer writer;
    private final Group group;
    private final Group.Actor actor;
    private final Moment now;
    private final List<Group.Item> items = new ArrayList<>();
    private boolean entered;
    private boolean erasing;

    ExclusiveGroup(Writer writer, Group group, Group.Actor actor, Moment now) {
        this.writer = writer;
        this.group = group;
        this.actor = actor;
        this.now = now;
    }

    @Override
    public Sql sql() {
        return writer.sql();
    }

    @Override
    public Moment now() {
        return now;
    }

    @Override
    public Writer.Change change(String text) {
        group.touch();
        return writer.change(text);
    }

    @Override
    public void enter(Change change) {
        if (entered) {
            throw new IllegalStateException("An exclusive command writes one entry");
        }
        if (erasing && !change.act().erases()) {
            throw new IllegalStateException("%s erases nothing, and rows were purged"
                    .formatted(change.act().text()));
        }
        entered = true;
        group.overlay.complete(List.of(change), writer);
        group.add(actor, List.of(change), List.of(), now.micros(), items);
    }

    /** @throws IllegalStateException when state rows were changed without an entry */
    void finish() {
        if (!items.isEmpty() && !entered) {
            throw new IllegalStateException("An exclusive command changed rows and wrote no entry");
        }
    }

    @Override
    public <T> long purge(Table<T> table, Object... keyPrefix) {
        requireOpen(table, Table.Mode.STATE);
        return purging().state(group.overlay.rows(table).codec(), group.tail.nextSeq, keyPrefix);
    }

    @Override
    public <T> long purgeBulk(Table<T> table, Index<T> index, Key key) {
        requireOpen(table, Table.Mode.BULK);
        return purging().bulk(table, index, key);
    }

    private Purging purging() {
        erasing = true;
        group.touch();
        return new Purging(writer, items);
    }

    private void requireOpen(Table<?> table, Table.Mode mode) {
        if (table.mode() != mode || entered) {
            throw new IllegalStateException(
                    "Rows of %s are changed before the entry is written, and not like this".formatted(table));
        }
    }

    @Override
    public <T> long update(Table<T> table, Index<T> index, Key key, Function<T, @Nullable T> change) {
        requireOpen(table, Table.Mode.STATE);
        TableCodec<T> codec = group.overlay.rows(table).codec();
        long changed = 0;
        Key after = null;
        List<Found<T>> page = page(codec, index, key, after);
        while (!page.isEmpty()) {
            changed += update(codec, page, change);
            after = page.getLast().key;
            page = page(codec, index, key, after);
        }
        return changed;
    }

    private record Found<T>(Key key, T row, long seq, byte[] salt) {}

    private <T> List<Found<T>> page(TableCodec<T> codec, Index<T> index, Key key, @Nullable Key after) {
        List<String> keyColumns = codec.keyColumns();
        String under = index.columns().stream().map(c -> c + " = :i_" + c).collect(Collectors.joining(" AND "));
        String beyond = after == null
                ? ""
                : " AND (%s) > (%s)"
                        .formatted(
                                String.join(", ", keyColumns),
                                keyColumns.stream().map(c -> ":k_" + c).collect(Collectors.joining(", ")));
        Sql.Query query = writer.sql()
                .query("SELECT %s FROM %s WHERE %s%s ORDER BY %s LIMIT %d"
                        .formatted(
                                String.join(", ", codec.selected()),
                                codec.table().name(),
                                under,
                                beyond,
                                String.join(", ", keyColumns),
                                PAGE));
        bind(query, "i_", index.columns(), key);
        if (after != null) {
            bind(query, "k_", keyColumns, after);
        }
        return query.list(row -> found(codec, row));
    }

    private static <T> Found<T> found(TableCodec<T> codec, Row row) {
        T value = codec.table().read(row);
        return new Found<>(codec.table().keyOf(value), value, row.integer("seq"), row.bytes("salt"));
    }

    static void bind(Sql.Query query, String prefix, List<String> columns, Key key) {
        for (int i = 0; i < columns.size(); i++) {
            String name = prefix + columns.get(i);
            switch (key.get(i)) {
                case Long number -> query.bind(name, number);
                case String text -> query.bind(name, text);
                case byte[] bytes -> query.bind(name, bytes);
                default -> throw new IllegalStateException("A key holds integers, texts and bytes");
            }
        }
    }

    private <T> long update(TableCodec<T> codec, List<Found<T>> page, Function<T, @Nullable T> change) {
        Table<T> table = codec.table();
        long seq = group.tail.nextSeq;
        var images = new ArrayList<@Nullable Object[]>();
        var upserts = new ArrayList<@Nullable Object[]>();
        var deletes = new ArrayList<@Nullable Object[]>();
        for (Found<T> found : page) {
            T next = change.apply(found.row);
            byte[] before = codec.rowBytes(found.row);
            byte[] after = next == null ? null : codec.rowBytes(next);
            if (Arrays.equals(before, after)) {
                continue;
            }
            byte[] keyBytes = TableCodec.keyBytes(found.key);
            if (next == null) {
                deletes.add(TableCodec.values(found.key));
                items.add(new Group.Item(table.number(), keyBytes, null));
            } else {
                requireSameKeys(codec, found.row, next);
                @Nullable Object[] values = codec.values(next, null);
                values[table.columns().size()] = seq;
                values[table.columns().size() + 1] = found.salt;
                upserts.add(values);
                items.add(new Group.Item(
                        table.number(), keyBytes, codec.digest(found.salt, Objects.requireNonNull(after))));
            }
            if (table.hasHistory()) {
                images.add(
                        new @Nullable Object[] {(long) table.number(), keyBytes, found.seq, seq, found.salt, before});
            }
            if (items.size() > MAX_ROWS) {
                throw new IllegalStateException("An exclusive command changes at most %d rows".formatted(MAX_ROWS));
            }
        }
        writer.batch(Group.INSERT_IMAGE, Group.IMAGE_TYPES, images);
        writer.batch(codec.delete(), codec.keyTypes(), deletes);
        writer.batch(codec.upsert(), codec.types(), upserts);
        if (!upserts.isEmpty() || !deletes.isEmpty()) {
            group.touch();
        }
        return upserts.size() + (long) deletes.size();
    }

    private static <T> void requireSameKeys(TableCodec<T> codec, T before, T after) {
        boolean same = codec.table().keyOf(before).equals(codec.table().keyOf(after));
        for (Index<T> index : codec.table().indexes()) {
            if (index.unique()) {
                same &= Objects.equals(codec.indexKey(index, before), codec.indexKey(index, after));
            }
        }
        if (!same) {
            throw new IllegalStateException(
                    "An exclusive command leaves keys and unique columns of %s as they are".formatted(codec.table()));
        }
    }
}
