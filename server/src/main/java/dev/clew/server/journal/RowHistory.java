package dev.clew.server.journal;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Earlier states of rows: from what to what, and by which entry. Thread-safe. */
public final class RowHistory {
    /** Most images of one answer. */
    public static final int MAX_IMAGES = 1_000;

    private final Database database;

    public RowHistory(Database database) {
        this.database = database;
    }

    /**
     * A state that was replaced or deleted.
     *
     * @param seq entry that wrote it
     * @param until entry that ended it
     * @param fields values by column name ({@code Long}, {@code Double}, {@code String}, {@code byte[]}), nulls left out; null when
     *     the text was erased
     */
    public record Image(long seq, long until, @Nullable Map<String, Object> fields) {}

    /** Images of a row, newest first; the state of now is the row itself. 1 statement. */
    public <R> List<Image> of(Table<R> table, Key key) {
        return database.read(sql -> sql.query("""
                        SELECT seq, until_seq, row_bytes FROM row_image
                        WHERE tab = :tab AND row_key = :key ORDER BY seq DESC LIMIT %d""".formatted(MAX_IMAGES))
                .bind("tab", table.number())
                .bind("key", TableCodec.keyBytes(key))
                .list(row -> new Image(
                        row.integer("seq"), row.integer("until_seq"), fields(table, row.bytesOrNull("row_bytes")))));
    }

    /**
     * One change of one row, by one entry.
     *
     * @param micros time of the entry
     * @param who principal that made it
     * @param from fields before, by column name; null when the row was not there
     * @param to fields after; null when the row is gone
     * @param erased whether either holds text that was erased since, and is left empty for that
     */
    public record Step(
            long seq,
            long micros,
            String act,
            String who,
            @Nullable Map<String, Object> from,
            @Nullable Map<String, Object> to,
            boolean erased) {}

    /** A state of a row while it held. */
    private record Held(
            byte[] key, long seq, long until, @Nullable Map<String, Object> fields) {}

    /**
     * Changes of every row whose key begins with these values, deleted rows included, newest first. 3 statements.
     *
     * @param before only changes by earlier entries; {@code Long.MAX_VALUE} for all
     * @param limit most states looked at, 1 to {@value #MAX_IMAGES}; there may be more changes before the last one returned
     */
    public <R> List<Step> steps(Table<R> table, long before, int limit, Object... keyPrefix) {
        return database.read(sql -> {
            List<Held> images = images(sql, table, before, limit, keyPrefix);
            long from = images.size() > limit ? complete(images) : Long.MIN_VALUE;
            var held = new ArrayList<>(images);
            held.addAll(current(sql, table, before, keyPrefix));
            var changes = new LinkedHashMap<Change, Held[]>();
            for (Held state : held) {
                changes.computeIfAbsent(new Change(ByteBuffer.wrap(state.key), state.seq), _ -> new Held[2])[1] = state;
                if (state.until < before) {
                    changes.computeIfAbsent(new Change(ByteBuffer.wrap(state.key), state.until), _ -> new Held[2])[0] =
                            state;
                }
            }
            changes.keySet().removeIf(change -> change.seq < from);
            Map<Long, Entries.Head> heads = heads(sql, changes.keySet());
            return changes.entrySet().stream()
                    .filter(change -> heads.containsKey(change.getKey().seq))
                    .map(change ->
                            step(require(heads.get(change.getKey().seq)), change.getValue()[0], change.getValue()[1]))
                    .sorted(Comparator.comparingLong(Step::seq).reversed())
                    .toList();
        });
    }

    /**
     * What one entry did to one row; empty when neither state is kept. 3 statements.
     *
     * @param key bytes of the row's key, as change lists have them
     */
    public <R> Optional<Step> step(Table<R> table, byte[] key, long seq) {
        if (!(CborReader.decode(CborProfile.VALUE, key) instanceof List<?> values)) {
            throw new IllegalArgumentException("A key is an array");
        }
        return steps(table, seq + 1, 2, values.toArray()).stream()
                .filter(step -> step.seq() == seq)
                .findFirst();
    }

    /** The first entry of which every state was read, when there are older ones: the last one's other states may be missing. */
    private static long complete(List<Held> images) {
        long oldest = images.getLast().until;
        return images.getFirst().until == oldest ? oldest : oldest + 1;
    }

    private record Change(ByteBuffer key, long seq) {}

    private static Step step(Entries.Head head, @Nullable Held from, @Nullable Held to) {
        return new Step(
                head.seq(),
                head.micros(),
                head.act(),
                head.who(),
                from == null ? null : from.fields == null ? Map.of() : from.fields,
                to == null ? null : to.fields == null ? Map.of() : to.fields,
                (from != null && from.fields == null) || (to != null && to.fields == null));
    }

    private static <R> List<Held> images(Sql sql, Table<R> table, long before, int limit, Object[] keyPrefix) {
        KeyRange range = KeyRange.of(table, keyPrefix);
        // The images of one row lie in the order of their entries already.
        String order = keyPrefix.length == table.key().size() ? "seq DESC" : "until_seq DESC, row_key, seq DESC";
        return sql.query("""
                        SELECT row_key, seq, until_seq, row_bytes FROM row_image
                        WHERE tab = :tab AND row_key >= :low AND row_key < :high AND seq < :before
                        ORDER BY %s LIMIT :limit""".formatted(order))
                .bind("tab", table.number())
                .bind("low", range.low())
                .bind("high", range.high())
                .bind("before", before)
                .bind("limit", Math.clamp(limit, 1, MAX_IMAGES) + 1L)
                .list(row -> new Held(
                        row.bytes("row_key"),
                        row.integer("seq"),
                        row.integer("until_seq"),
                        fields(table, row.bytesOrNull("row_bytes"))));
    }

    /** Rows as they are, of those that an entry before {@code before} wrote. */
    private static <R> List<Held> current(Sql sql, Table<R> table, long before, Object[] keyPrefix) {
        var where = new ArrayList<String>();
        for (int i = 0; i < keyPrefix.length; i++) {
            where.add("%s = :k%d".formatted(table.key().get(i).name(), i));
        }
        String columns = table.columns().stream().map(Table.Column::name).collect(Collectors.joining(", "));
        Sql.Query query = sql.query("SELECT %s, seq FROM %s WHERE %s AND seq < :before ORDER BY seq DESC LIMIT %d"
                        .formatted(columns, table.name(), String.join(" AND ", where), MAX_IMAGES))
                .bind("before", before);
        Key prefix = Key.of(keyPrefix);
        for (int i = 0; i < keyPrefix.length; i++) {
            switch (prefix.get(i)) {
                case Long number -> query.bind("k" + i, (long) number);
                case String text -> query.bind("k" + i, text);
                default -> query.bind("k" + i, (byte[]) prefix.get(i));
            }
        }
        return query.list(row -> {
            var fields = new LinkedHashMap<String, Object>();
            for (Table.Column<R> column : table.columns()) {
                Object value = switch (column.type()) {
                    case INTEGER -> row.integerOrNull(column.name());
                    case REAL -> row.realOrNull(column.name());
                    case TEXT -> row.textOrNull(column.name());
                    case BLOB -> row.bytesOrNull(column.name());
                };
                if (value != null) {
                    fields.put(column.name(), value);
                }
            }
            R value = table.read(row);
            return new Held(TableCodec.keyBytes(table.keyOf(value)), row.integer("seq"), Long.MAX_VALUE, fields);
        });
    }

    private static Map<Long, Entries.Head> heads(Sql sql, Collection<Change> changes) {
        var heads = new HashMap<Long, Entries.Head>();
        Entries.heads(sql, changes.stream().mapToLong(Change::seq).distinct().toArray())
                .forEach(head -> heads.put(head.seq(), head));
        return heads;
    }

    private static <T> T require(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    private static <R> @Nullable Map<String, Object> fields(Table<R> table, byte @Nullable [] rowBytes) {
        if (rowBytes == null) {
            return null;
        }
        var names = new LinkedHashMap<Integer, String>();
        table.columns().forEach(column -> names.put(column.field(), column.name()));
        var fields = new LinkedHashMap<String, Object>();
        if (CborReader.decode(CborProfile.VALUE, rowBytes) instanceof Map<?, ?> map) {
            map.forEach((field, value) -> {
                String name = names.get(((Long) field).intValue());
                if (name != null) {
                    fields.put(name, value);
                }
            });
        }
        return fields;
    }
}
