package dev.clew.server.journal;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.RowDigest;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.storage.SqlType;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Everything one transaction will write, built up decision by decision and flushed at its end. Confined to the writer. */
final class Group {
    static final String INSERT_IMAGE = """
            INSERT INTO row_image (tab, row_key, seq, until_seq, salt, row_bytes) VALUES (?, ?, ?, ?, ?, ?)""";
    static final List<SqlType> IMAGE_TYPES =
            List.of(SqlType.INTEGER, SqlType.BLOB, SqlType.INTEGER, SqlType.INTEGER, SqlType.BLOB, SqlType.BLOB);
    private static final String ERASE_IMAGES =
            "UPDATE row_image SET salt = NULL, row_bytes = NULL WHERE tab = ? AND row_key = ?";
    private static final String SET_COUNTER = """
            INSERT INTO counter (name, next, checked) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET next = excluded.next, checked = excluded.checked""";

    final Overlay overlay;
    final Tail tail;
    private final Graph graph;
    private final Randomness randomness;
    private final IntFunction<String> namespaceOf;
    private final List<BuiltEntry> entries = new ArrayList<>();
    private final List<@Nullable Object[]> images = new ArrayList<>();
    private final List<@Nullable Object[]> erasedImages = new ArrayList<>();
    private long weight;
    private boolean writes;

    Group(Overlay overlay, Tail tail, Graph graph, Randomness randomness, IntFunction<String> namespaceOf) {
        this.overlay = overlay;
        this.tail = tail;
        this.graph = graph;
        this.randomness = randomness;
        this.namespaceOf = namespaceOf;
        graph.begin();
    }

    /** Who acts, as the entries of one command say it. */
    record Actor(Permit permit, byte[] request, @Nullable Body reason) {}

    /** A row that a set-based change already wrote, for the change list of its entry. */
    record Item(int table, byte[] key, byte @Nullable [] digest) {}

    /** Something was written directly. */
    void touch() {
        writes = true;
    }

    List<BuiltEntry> entries() {
        return entries;
    }

    /** Bytes the transaction will write, roughly. */
    long weight() {
        return weight;
    }

    boolean writes() {
        return writes;
    }

    byte[] newRequest(long micros) {
        return randomness.request(micros);
    }

    /** Adds the entries of the changes; all or none. Changes without effect give none. */
    List<BuiltEntry> add(Actor actor, List<Change> changes, List<RowWrite<?>> housekeeping, long firstMicros) {
        return add(actor, changes, housekeeping, firstMicros, List.of());
    }

    /** @param done rows that were written already; they go into the change list of the first entry */
    List<BuiltEntry> add(
            Actor actor, List<Change> changes, List<RowWrite<?>> housekeeping, long firstMicros, List<Item> done) {
        var undo = new ArrayList<Runnable>();
        int entriesBefore = entries.size();
        int imagesBefore = images.size();
        int erasedBefore = erasedImages.size();
        long weightBefore = weight;
        Tail tailBefore = tail.copy();
        try {
            overlay.keepNumbers(undo);
            long micros = firstMicros;
            for (Change change : changes) {
                var builder = new EntryBuilder(actor, change, micros, undo);
                if (change == changes.getFirst()) {
                    builder.include(done);
                }
                if (builder.build()) {
                    micros++;
                }
            }
            for (RowWrite<?> write : housekeeping) {
                put(write, undo);
            }
            writes |= entries.size() > entriesBefore || !housekeeping.isEmpty();
            return List.copyOf(entries.subList(entriesBefore, entries.size()));
        } catch (RuntimeException e) {
            undo.reversed().forEach(Runnable::run);
            entries.subList(entriesBefore, entries.size()).clear();
            images.subList(imagesBefore, images.size()).clear();
            erasedImages.subList(erasedBefore, erasedImages.size()).clear();
            weight = weightBefore;
            tail.nextSeq = tailBefore.nextSeq;
            tail.lastMicros = tailBefore.lastMicros;
            tail.accessEpoch = tailBefore.accessEpoch;
            throw e;
        }
    }

    private <R> void put(RowWrite<R> write, List<Runnable> undo) {
        Rows<R> rows = overlay.rows(write.table());
        R row = write instanceof RowWrite.Put<R>(var _, var value, var _) ? value : null;
        rows.write(write.key(), row, -1, null, null, undo);
        weight += 64;
    }

    /** A row without an entry, beside what a command decided. */
    void note(RowWrite<?> write) {
        put(write, new ArrayList<>());
        writes = true;
    }

    Randomness randomness() {
        return randomness;
    }

    String namespace(int scope) {
        return namespaceOf.apply(scope);
    }

    /**
     * Writes everything: one batch per SQL text, entries last.
     *
     * @param closeAll closes every record batch, whether due or not
     */
    void flush(Writer writer, HotRecords records, long nowMicros, boolean closeAll) {
        for (Rows<?> rows : overlay.tables()) {
            flush(writer, rows);
        }
        writer.batch(
                SET_COUNTER,
                List.of(SqlType.TEXT, SqlType.INTEGER, SqlType.BLOB),
                overlay.changedCounters().stream()
                        .map(number -> new @Nullable Object[] {
                            number.name, number.next, CheckValue.of(number.name, number.next)
                        })
                        .toList());
        writer.batch(INSERT_IMAGE, IMAGE_TYPES, images);
        writer.batch(ERASE_IMAGES, List.of(SqlType.INTEGER, SqlType.BLOB), erasedImages);
        graph.flush(writer, tail);
        records.flush(writer, tail, entries, randomness, nowMicros, closeAll);
        BuiltEntry.insert(writer, entries);
        tail.write(writer);
    }

    private static <R> void flush(Writer writer, Rows<R> rows) {
        TableCodec<R> codec = rows.codec();
        boolean state = codec.table().mode() == Table.Mode.STATE;
        boolean bulk = codec.table().mode() == Table.Mode.BULK;
        var deletes = new ArrayList<@Nullable Object[]>();
        var upserts = new ArrayList<@Nullable Object[]>();
        for (Rows.Slot<R> slot : rows.slots()) {
            if (!slot.dirty) {
                continue;
            }
            if (slot.row == null) {
                deletes.add(TableCodec.values(slot.key));
                continue;
            }
            if (slot.base != null && movesUnique(codec, slot.base, slot.row)) {
                deletes.add(TableCodec.values(slot.key));
            }
            @Nullable Object[] values = codec.values(slot.row, slot.first);
            int at = codec.table().columns().size();
            if (state || bulk) {
                values[at] = slot.seq;
            }
            if (state) {
                values[at + 1] = slot.salt;
            }
            upserts.add(values);
        }
        writer.batch(codec.delete(), codec.keyTypes(), deletes);
        writer.batch(codec.upsert(), codec.types(), upserts);
    }

    /** Such a row is deleted first: its old value may be another row's new one in this very group. */
    private static <R> boolean movesUnique(TableCodec<R> codec, R from, R to) {
        for (Index<R> index : codec.table().indexes()) {
            if (index.unique()) {
                Key before = codec.indexKey(index, from);
                if (before != null && !before.equals(codec.indexKey(index, to))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Turns one change into one entry. */
    private final class EntryBuilder {
        private final Actor actor;
        private final Change change;
        private final long micros;
        private final List<Runnable> undo;
        private final long seq = tail.nextSeq;
        private final ChangeList.Builder items = new ChangeList.Builder();
        private final byte[] resourceUid;
        private byte @Nullable [] bulkSalt;
        private byte @Nullable [] oldDigest;
        private int oldTable = Integer.MAX_VALUE;

        EntryBuilder(Actor actor, Change change, long micros, List<Runnable> undo) {
            this.actor = actor;
            this.change = change;
            this.micros = micros;
            this.undo = undo;
            this.resourceUid = change.resource().uid().bytes();
        }

        void include(List<Item> done) {
            for (Item item : done) {
                if (item.digest == null) {
                    items.delete(item.table, item.key);
                } else {
                    items.put(item.table, item.key, item.digest);
                }
            }
        }

        /** False when the change has no effect and so no entry. */
        boolean build() {
            var last = new LinkedHashMap<Map.Entry<Table<?>, Key>, RowWrite<?>>();
            change.rows().forEach(write -> last.put(Map.entry(write.table(), write.key()), write));
            last.values().forEach(this::state);
            change.bulk().forEach(this::bulk);
            if (items.isEmpty() && !change.isEvent()) {
                if (change.rows().isEmpty()) {
                    throw new IllegalStateException("A change of %s names no row; mark it as an event or put a row"
                            .formatted(change.act().text()));
                }
                return false;
            }
            change.derived().forEach(write -> put(write, undo));
            int scope = change.scope() >= 0 ? change.scope() : actor.permit().scope();
            graph(scope);
            ChangeList list = items.isEmpty() ? null : items.build();
            byte[] leaf = new Leaf(seq, micros, submission(scope, list).encode()).encode();
            Body body = body();
            var entry = BuiltEntry.of(
                    seq,
                    micros,
                    leaf,
                    bulkSalt,
                    list == null ? null : list.bytes(),
                    body == null ? null : body.stored(),
                    change.act().text(),
                    actor.permit().who(),
                    change.resource().kind().number(),
                    resourceUid,
                    scope);
            entries.add(entry);
            weight += entry.weight() + 64L * change.links().size();
            tail.nextSeq = seq + 1;
            tail.lastMicros = Math.max(tail.lastMicros, micros);
            if (change.isAccessChange()) {
                tail.accessEpoch++;
            }
            return true;
        }

        /** Links and names, and the items of what the leaf does not say of them. */
        private void graph(int scope) {
            graph.add(change, scope, seq, undo);
            var named = new LinkedHashMap<Node, Change.Named>();
            change.nodes().forEach(each -> named.put(each.node(), each));
            for (Change.Named each : named.values()) {
                int nodeScope = each.scope() < 0 ? scope : each.scope();
                byte[] salt = randomness.salt();
                graph.name(each, nodeScope, seq, salt, undo);
                items.put(
                        GraphItems.NODE,
                        GraphItems.nodeKey(each.node()),
                        GraphItems.nodeDigest(salt, each.name(), nodeScope));
            }
            var inLeaf = Set.copyOf(inLeaf());
            addLinks(
                    GraphItems.LINK,
                    change.links().stream()
                            .filter(link -> !inLeaf.contains(link))
                            .toList());
            addLinks(GraphItems.LINK_END, change.endedLinks());
        }

        private void addLinks(int table, List<Link> links) {
            var keys = new TreeSet<byte[]>(Arrays::compareUnsigned);
            links.forEach(link -> keys.add(GraphItems.linkKey(link.from(), link.rel(), link.to())));
            keys.forEach(key -> items.put(table, key, GraphItems.linkDigest(table, key)));
        }

        /** The links that stand in the leaf as refs. */
        private List<Link> inLeaf() {
            return change.links().stream()
                    .filter(link -> link.from().equals(change.resource()))
                    .limit(Submission.MAX_REFS)
                    .toList();
        }

        /** Its own, else the text of the reason it was given for. */
        private @Nullable Body body() {
            return change.body() != null ? change.body() : actor.reason();
        }

        private Submission submission(int scope, @Nullable ChangeList list) {
            Permit permit = actor.permit();
            var builder = Submission.of(change.act().text(), permit.who(), actor.request())
                    .namespace(namespaceOf.apply(scope))
                    .onBehalfOf(permit.onBehalfOf())
                    .resource(change.resource().kind().text(), resourceUid)
                    .oldDigest(oldDigest)
                    .newDigest(list == null ? null : list.digest())
                    .tags(change.tags())
                    .refs(refs())
                    .scope((long) scope);
            var why = change.why() != null || permit.reason() == null
                    ? change.why()
                    : permit.reason().code();
            if (why != null) {
                builder.why(why.text());
            }
            Body body = body();
            if (body != null) {
                builder.body(ref(body));
            }
            return builder.build();
        }

        private List<EntryRef> refs() {
            return inLeaf().stream().map(EntryBuilder::ref).toList();
        }

        @SuppressWarnings("NullAway") // The digest may be null; class files do not tell of nullable array components.
        private static EntryRef ref(Link link) {
            return new EntryRef(
                    link.rel().text(), link.to().kind().text(), link.to().uid().bytes(), link.digest());
        }

        @SuppressWarnings("NullAway") // As above: ciphertext digest and n belong to form 2 alone.
        private static BodyRef ref(Body body) {
            return new BodyRef(
                    body.mediaType(), body.form(), body.commit(), body.size(), body.ciphertextDigest(), body.n());
        }

        private <R> void state(RowWrite<R> write) {
            Rows<R> rows = overlay.rows(write.table());
            TableCodec<R> codec = rows.codec();
            Key key = write.key();
            Rows.Slot<R> slot = rows.slot(key);
            if (slot == null) {
                throw new IllegalStateException(
                        "Row %s of %s was not needed; name it in needs()".formatted(key, write.table()));
            }
            R old = slot.row;
            byte[] oldBytes = old == null ? null : slot.bytes != null ? slot.bytes : codec.rowBytes(old);
            R row = write instanceof RowWrite.Put<R>(var _, var value, var _) ? value : null;
            byte[] bytes = row == null ? null : codec.rowBytes(row);
            if (Arrays.equals(bytes, oldBytes)) {
                return;
            }
            if (row != null) {
                requireUnique(rows, key, row);
            }
            boolean erases = change.act().erases();
            byte[] salt = slot.salt == null || old == null || erases ? randomness.salt() : slot.salt;
            byte[] keyBytes = TableCodec.keyBytes(key);
            int number = write.table().number();
            if (bytes == null) {
                items.delete(number, keyBytes);
            } else {
                items.put(number, keyBytes, codec.digest(salt, bytes));
            }
            if (oldBytes != null && slot.salt != null) {
                rememberOld(codec, number, key, slot.salt, oldBytes);
                if (write.table().hasHistory()) {
                    images.add(new @Nullable Object[] {(long) number, keyBytes, slot.seq, seq, slot.salt, oldBytes});
                }
            } else {
                rememberNew(number, key);
            }
            if (erases) {
                erasedImages.add(new @Nullable Object[] {(long) number, keyBytes});
            }
            rows.write(key, row, seq, row == null ? null : salt, bytes, undo);
            weight += 64L + (bytes == null ? 0 : bytes.length) + (oldBytes == null ? 0 : oldBytes.length);
        }

        /** {@code old} is the digest of the resource's own row: the one under its uid in the table with the lowest number. */
        private void rememberOld(TableCodec<?> codec, int number, Key key, byte[] salt, byte[] oldBytes) {
            if (isResource(key) && number < oldTable) {
                oldTable = number;
                oldDigest = codec.digest(salt, oldBytes);
            }
        }

        private void rememberNew(int number, Key key) {
            if (isResource(key) && number < oldTable) {
                oldTable = number;
                oldDigest = null;
            }
        }

        private boolean isResource(Key key) {
            return key.size() == 1 && key.get(0) instanceof byte[] uid && Arrays.equals(uid, resourceUid);
        }

        private <R> void requireUnique(Rows<R> rows, Key key, R row) {
            for (Index<R> index : rows.codec().table().indexes()) {
                if (index.unique()) {
                    Key indexKey = rows.codec().indexKey(index, row);
                    var under = indexKey == null ? null : rows.under(index, indexKey);
                    if (under != null && under.stream().anyMatch(other -> !other.equals(key))) {
                        throw new ClewException(
                                ErrorCode.ALREADY_EXISTS,
                                "Another %s already has this %s; choose another or use the existing one."
                                        .formatted(index.table().name(), String.join(" and ", index.columns())));
                    }
                }
            }
        }

        private <R> void bulk(Change.Bulk<R> appended) {
            Table<R> table = appended.table();
            Rows<R> rows = overlay.rows(table);
            Key key = Key.of(seq);
            if (rows.slot(key) != null) {
                throw new IllegalStateException(
                        "A change appends one row to %s: pack its points into it".formatted(table));
            }
            byte[] salt = bulkSalt == null ? randomness.salt() : bulkSalt;
            bulkSalt = salt;
            var digest = new RowDigest.Bulk(table.number(), salt);
            Table.Points<R> points = table.points();
            if (points == null) {
                byte[] bytes = rows.codec().rowBytes(appended.row());
                digest.add(bytes, 0, bytes.length);
            } else {
                points.forEach(appended.row(), bytes -> digest.add(bytes, 0, bytes.length));
                if (digest.count() != points.count(appended.row())) {
                    throw new IllegalStateException("Table %s gives %d points but counts %d"
                            .formatted(table, digest.count(), points.count(appended.row())));
                }
                weight += 16L * points.count(appended.row());
            }
            items.bulk(table.number(), digest.count(), digest.digest());
            rows.write(key, appended.row(), seq, null, null, undo);
            weight += 64;
        }
    }
}
