package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Deletes rows with all that their history held of them. Confined to the writer and to one exclusive command. */
final class Purging {
    private static final int PAGE = 1_000;
    private static final String EMPTY_IMAGES = """
            UPDATE row_image SET salt = NULL, row_bytes = NULL
            WHERE tab = :tab AND row_key >= :low AND row_key < :high AND salt IS NOT NULL""";
    private static final String PURGED_KEYS = """
            SELECT DISTINCT row_key FROM row_image WHERE tab = :tab AND row_key >= :low AND row_key < :high""";

    private final Writer writer;
    private final List<Group.Item> items;

    /** @param items takes what is deleted, for the change list */
    Purging(Writer writer, List<Group.Item> items) {
        this.writer = writer;
        this.items = items;
    }

    private record Found(Key key, long seq) {}

    /** @param seq the entry that this becomes */
    <T> long state(TableCodec<T> codec, long seq, Object... keyPrefix) {
        Table<T> table = codec.table();
        KeyRange range = KeyRange.of(table, keyPrefix);
        var gone = new HashSet<ByteBuffer>();
        long deleted = 0;
        for (List<Found> page = page(codec, keyPrefix); !page.isEmpty(); page = page(codec, keyPrefix)) {
            delete(codec, page, seq, gone);
            deleted += page.size();
        }
        if (table.hasHistory()) {
            emptied(table, range, gone);
        }
        return deleted;
    }

    /** Pages are always the first of what is left: each is deleted before the next is read. */
    private <T> List<Found> page(TableCodec<T> codec, Object... keyPrefix) {
        List<String> columns = codec.keyColumns();
        List<String> under = columns.subList(0, keyPrefix.length);
        var query = writer.sql()
                .query("SELECT %s, seq FROM %s WHERE %s ORDER BY %s LIMIT %d"
                        .formatted(
                                String.join(", ", columns),
                                codec.table().name(),
                                under.stream().map(c -> c + " = :k_" + c).collect(Collectors.joining(" AND ")),
                                String.join(", ", columns),
                                PAGE));
        ExclusiveGroup.bind(query, "k_", under, Key.of(keyPrefix));
        return query.list(row -> new Found(key(codec.table(), row), row.integer("seq")));
    }

    private static Key key(Table<?> table, Row row) {
        return Key.of(table.key().stream()
                .map(column -> switch (column.type()) {
                    case INTEGER -> (Object) row.integer(column.name());
                    case TEXT -> row.text(column.name());
                    case BLOB -> row.bytes(column.name());
                    case REAL -> throw new IllegalStateException("A key holds integers, texts and bytes");
                })
                .toArray());
    }

    private <T> void delete(TableCodec<T> codec, List<Found> page, long seq, Set<ByteBuffer> gone) {
        Table<T> table = codec.table();
        var images = new ArrayList<@Nullable Object[]>(page.size());
        var deletes = new ArrayList<@Nullable Object[]>(page.size());
        for (Found found : page) {
            byte[] key = TableCodec.keyBytes(found.key);
            add(new Group.Item(table.number(), key, null));
            deletes.add(TableCodec.values(found.key));
            if (table.hasHistory()) {
                gone.add(ByteBuffer.wrap(key));
                images.add(new @Nullable Object[] {(long) table.number(), key, found.seq, seq, null, null});
            }
        }
        writer.batch(Group.INSERT_IMAGE, Group.IMAGE_TYPES, images);
        writer.batch(codec.delete(), codec.keyTypes(), deletes);
    }

    /** Rows that were gone before have a history too; naming them says by which entry it was emptied. */
    private void emptied(Table<?> table, KeyRange range, Set<ByteBuffer> gone) {
        writer.sql()
                .query(PURGED_KEYS)
                .bind("tab", (long) table.number())
                .bind("low", range.low())
                .bind("high", range.high())
                .forEach(row -> {
                    byte[] key = row.bytes("row_key");
                    if (!gone.contains(ByteBuffer.wrap(key))) {
                        add(new Group.Item(table.number(), key, null));
                    }
                });
        Writer.Change change = writer.change(EMPTY_IMAGES);
        change.bind("tab", (long) table.number()).bind("low", range.low()).bind("high", range.high());
        change.run();
    }

    <T> long bulk(Table<T> table, Index<T> index, Key key) {
        String under = index.columns().stream().map(c -> c + " = :k_" + c).collect(Collectors.joining(" AND "));
        var query = writer.sql().query("SELECT seq FROM %s WHERE %s".formatted(table.name(), under));
        ExclusiveGroup.bind(query, "k_", index.columns(), key);
        int before = items.size();
        query.forEach(
                row -> add(new Group.Item(table.number(), TableCodec.keyBytes(Key.of(row.integer("seq"))), null)));
        Writer.Change change = writer.change("DELETE FROM %s WHERE %s".formatted(table.name(), under));
        ExclusiveGroup.bind(change, "k_", index.columns(), key);
        change.run();
        return items.size() - before;
    }

    private void add(Group.Item item) {
        if (items.size() == Exclusive.MAX_PURGED) {
            throw new ClewException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "It has more than %d rows, which is more than one transaction deletes."
                            .formatted(Exclusive.MAX_PURGED));
        }
        items.add(item);
    }
}
