package dev.clew.server.purge;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.server.journal.Table;
import dev.clew.server.journal.Tables;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which stored contents rows name, those of history included: 8 bytes of each digest, sorted, for digests of a range of first bytes. Two
 * contents that begin alike are both taken as named.
 */
final class NamedBlobs {
    private static final int PAGE = 20_000;

    private final int from;
    private final int to;
    private long[] prefixes = new long[1_024];
    private int count;

    private NamedBlobs(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /** How many rows name some, roughly: to choose ranges by. */
    static long count(Database database, List<Tables.BlobName> names) {
        long all = 0;
        for (Tables.BlobName name : names) {
            all += number(database, "SELECT COUNT(*) AS n FROM " + name.table().name());
            if (name.table().hasHistory()) {
                all += number(
                        database,
                        "SELECT COUNT(*) AS n FROM row_image WHERE tab = "
                                + name.table().number());
            }
        }
        return all;
    }

    private static long number(Database database, String text) {
        return database.read(
                sql -> sql.query(text).first(row -> row.integer("n")).orElse(0L));
    }

    /** Reads all, page by page, so that no view of the database is held for long. */
    static NamedBlobs of(Database database, List<Tables.BlobName> names, int fromFirstByte, int toFirstByte) {
        var named = new NamedBlobs(fromFirstByte, toFirstByte);
        for (Tables.BlobName name : names) {
            named.rows(database, name);
            if (name.table().hasHistory()) {
                named.history(database, name);
            }
        }
        named.prefixes = Arrays.copyOf(named.prefixes, named.count);
        Arrays.sort(named.prefixes);
        return named;
    }

    private void rows(Database database, Tables.BlobName name) {
        List<String> keys = name.table().key().stream().map(Table.Column::name).toList();
        String order = String.join(", ", keys);
        Optional<Object[]> last = Optional.empty();
        do {
            Object[] after = last.orElse(null);
            last = database.read(sql -> {
                String behind = after == null
                        ? ""
                        : " WHERE (%s) > (%s)"
                                .formatted(
                                        order,
                                        keys.stream().map(key -> ":" + key).collect(Collectors.joining(", ")));
                var query = sql.query("SELECT %s, %s AS blob_name FROM %s%s ORDER BY %s LIMIT %d"
                        .formatted(order, name.column(), name.table().name(), behind, order, PAGE));
                if (after != null) {
                    bind(query, keys, after);
                }
                return page(query.list(row -> {
                    add(row.bytesOrNull("blob_name"));
                    return values(name.table(), row);
                }));
            });
        } while (last.isPresent());
    }

    private void history(Database database, Tables.BlobName name) {
        int field = name.table().columns().stream()
                .filter(column -> column.name().equals(name.column()))
                .findFirst()
                .orElseThrow()
                .field();
        record At(byte[] key, long seq) {}
        Optional<At> last = Optional.of(new At(new byte[0], -1));
        do {
            At after = last.orElseThrow();
            last = database.read(sql -> page(sql.query("""
                            SELECT row_key, seq, row_bytes FROM row_image
                            WHERE tab = :tab AND (row_key, seq) > (:key, :seq) ORDER BY row_key, seq LIMIT %d""".formatted(PAGE))
                    .bind("tab", (long) name.table().number())
                    .bind("key", after.key)
                    .bind("seq", after.seq)
                    .list(row -> {
                        add(field(row.bytesOrNull("row_bytes"), field));
                        return new At(row.bytes("row_key"), row.integer("seq"));
                    })));
        } while (last.isPresent());
    }

    /** The last of a full page, behind which there may be more. */
    private static <T> Optional<T> page(List<T> page) {
        return page.size() < PAGE ? Optional.empty() : Optional.of(page.getLast());
    }

    private static byte @Nullable [] field(byte @Nullable [] row, int field) {
        return row != null
                        && CborReader.decode(CborProfile.VALUE, row) instanceof Map<?, ?> map
                        && map.get((long) field) instanceof byte[] bytes
                ? bytes
                : null;
    }

    private static Object[] values(Table<?> table, Row row) {
        var values = new ArrayList<Object>();
        for (Table.Column<?> column : table.key()) {
            values.add(
                    switch (column.type()) {
                        case INTEGER -> (Object) row.integer(column.name());
                        case TEXT -> row.text(column.name());
                        case BLOB -> row.bytes(column.name());
                        case REAL -> throw new IllegalStateException("A key holds integers, texts and bytes");
                    });
        }
        return values.toArray();
    }

    private static void bind(Sql.Query query, List<String> names, Object[] values) {
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case Long number -> query.bind(names.get(i), (long) number);
                case String text -> query.bind(names.get(i), text);
                default -> query.bind(names.get(i), (byte[]) values[i]);
            }
        }
    }

    private void add(byte @Nullable [] digest) {
        if (digest == null || (digest[0] & 0xff) < from || (digest[0] & 0xff) >= to) {
            return;
        }
        if (count == prefixes.length) {
            prefixes = Arrays.copyOf(prefixes, count * 2);
        }
        prefixes[count++] = prefix(digest);
    }

    private static long prefix(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }

    boolean holds(byte[] digest) {
        return Arrays.binarySearch(prefixes, prefix(digest)) >= 0;
    }
}
