package dev.clew.server.journal;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.BatchRef;
import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborWriter;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.SqlType;
import dev.clew.server.storage.Writer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * High-rate records of all namespaces. A group's records become chunk rows, at most one of {@value BatchRef#MAX_COUNT} records or 4 MiB
 * more than needed a namespace; chunks behind the last batch are kept in memory until a batch entry covers them. Confined to the
 * writer.
 */
final class HotRecords {
    static final long MAX_BATCH_BYTES = 4L << 20;

    /** Who looks for one record reads and checks its whole chunk. */
    private static final long MAX_CHUNK_BYTES = 256L << 10;

    private static final String WHO = "sys:clew";
    private static final long UNTOUCHED = -1;
    private static final String INSERT_CHUNK = """
            INSERT INTO hot_chunk (chunk, ns, time_us, n, min_id, max_id, subs, bodies, keys, checked)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final List<SqlType> CHUNK_TYPES = List.of(
            SqlType.INTEGER,
            SqlType.TEXT,
            SqlType.INTEGER,
            SqlType.INTEGER,
            SqlType.BLOB,
            SqlType.BLOB,
            SqlType.BLOB,
            SqlType.BLOB,
            SqlType.BLOB,
            SqlType.BLOB);
    private static final String INSERT_BATCH = """
            INSERT INTO batch (seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final List<SqlType> BATCH_TYPES = List.of(
            SqlType.INTEGER,
            SqlType.TEXT,
            SqlType.INTEGER,
            SqlType.INTEGER,
            SqlType.INTEGER,
            SqlType.BLOB,
            SqlType.BLOB,
            SqlType.BLOB);

    private final JournalConfig config;
    private final LongSupplier nanoTime;
    private final RecordKeys keys;
    private final HotIndex index;
    private final RecordsLoad load;
    private final List<RecordListener> listeners;
    private final Map<String, Waiting> unleaved = new LinkedHashMap<>();
    private final List<Found> found = new ArrayList<>();
    private long foundNanos;
    private final CborWriter encoder = new CborWriter(CborProfile.LEAF, 1 << 16);

    private final Map<String, List<HotRecord>> deciding = new LinkedHashMap<>();
    private final List<NewChunk> chunks = new ArrayList<>();
    private final List<NewBatch> batches = new ArrayList<>();
    private final Map<String, Waiting> after = new LinkedHashMap<>();
    private final List<Long> dropping = new ArrayList<>();
    private long seenMark;
    private long decidingBytes;

    HotRecords(
            JournalConfig config,
            RecordKeys keys,
            HotIndex index,
            RecordsLoad load,
            List<RecordListener> listeners,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.config = config;
        this.keys = keys;
        this.index = index;
        this.load = load;
        this.listeners = listeners;
    }

    /** A chunk that no batch covers yet; what it holds is hashed already. */
    private record Open(long chunk, long micros, byte[] minId, byte[] maxId, int count, long bytes) {}

    /** What one namespace has behind its last batch: the next one as far as it is. */
    private static final class Waiting {
        final ArrayDeque<Open> chunks;
        final CompactRange tree;
        long bytes;
        long closedNanos;

        Waiting(long closedNanos) {
            this.chunks = new ArrayDeque<>();
            this.tree = new CompactRange();
            this.closedNanos = closedNanos;
        }

        private Waiting(Waiting from) {
            this.chunks = new ArrayDeque<>(from.chunks);
            this.tree = from.tree.copy();
            this.bytes = from.bytes;
            this.closedNanos = from.closedNanos;
        }

        /** For a group, which may fail. */
        Waiting copy() {
            return new Waiting(this);
        }

        boolean takes(Open next) {
            return chunks.isEmpty()
                    || (tree.size() + next.count <= BatchRef.MAX_COUNT && bytes + next.bytes <= MAX_BATCH_BYTES);
        }

        boolean isFull() {
            return tree.size() >= BatchRef.MAX_COUNT || bytes >= MAX_BATCH_BYTES;
        }
    }

    private record NewChunk(String namespace, Open open, List<HotRecord> records, List<byte[]> submissions) {}

    private record NewBatch(String namespace, long seq, List<Open> chunks, int count) {}

    /** A chunk that a start found behind the last batch. */
    private record Found(String namespace, Open open, List<byte[]> submissions) {}

    /** Starts a group. */
    void begin() {
        deciding.clear();
        chunks.clear();
        batches.clear();
        after.clear();
        dropping.clear();
        decidingBytes = 0;
        seenMark = UNTOUCHED;
    }

    Optional<SeenRecord> seen(byte[] clientKey) {
        return seen().find(clientKey);
    }

    /** The duplicate window; the first one to need it after a start waits until it was read. */
    private SeenWindow seen() {
        SeenWindow seen = load.await();
        if (seenMark == UNTOUCHED) {
            seenMark = seen.mark();
        }
        return seen;
    }

    boolean isEmpty() {
        return deciding.isEmpty();
    }

    /** Whether any chunk waits for its batch. */
    boolean hasUnleaved() {
        return !found.isEmpty() || unleaved.values().stream().anyMatch(of -> !of.chunks.isEmpty());
    }

    /** Chunks that the running group drops: forgotten once it is committed. */
    void drop(List<Long> chunkNumbers) {
        dropping.addAll(chunkNumbers);
    }

    /** A repeat of an erased record is a new record: nothing of it is remembered. */
    void forgetSeen(byte[] clientKey, byte[] id) {
        seen().forget(clientKey, id);
    }

    long bytes() {
        return decidingBytes;
    }

    /**
     * Takes the records of one accepted command.
     *
     * @throws ClewException STALE when a key that one of them is sealed under is gone: it is sealed anew and sent again
     */
    void add(String namespace, List<HotRecord> records, long micros) {
        long epoch = keys.epoch();
        for (HotRecord each : records) {
            require(each);
            if (each.vaultEpoch() < epoch && each.body().length > 0 && !keys.holdsKey(each.keyId())) {
                throw new ClewException(
                        ErrorCode.STALE,
                        "A key that the record is sealed under was destroyed meanwhile; send it again.");
            }
        }
        List<HotRecord> of = deciding.computeIfAbsent(namespace, ns -> new ArrayList<>());
        for (HotRecord each : records) {
            of.add(each);
            decidingBytes += each.submission().length + each.body().length + 128L;
            byte[] clientKey = each.clientKey();
            if (clientKey != null && each.act() != Act.DECISION_CONFLICT) {
                seen().add(clientKey, each.id().bytes(), each.content(), micros);
            }
        }
    }

    private static void require(HotRecord record) {
        if (!record.act().isInner()
                || record.id().length() != 16
                || record.keyId().length != 16
                || record.content().length != 32
                || (record.clientKey() != null && record.clientKey().length != 16)) {
            throw new IllegalArgumentException("A record of %s has not the required form".formatted(record.act()));
        }
    }

    /** Whether a batch must be closed although nobody writes. */
    boolean isDue() {
        long nanos = nanoTime.getAsLong();
        if (!found.isEmpty() && isPast(foundNanos, nanos)) {
            return true;
        }
        for (Waiting each : unleaved.values()) {
            if (isLate(each, nanos)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLate(Waiting of, long nanos) {
        return !of.chunks.isEmpty() && isPast(of.closedNanos, nanos);
    }

    private boolean isPast(long since, long nanos) {
        return nanos - since >= config.closeRecordsAfter().toNanos();
    }

    /** Writes the group's chunks, closes what is due, and writes the batch rows; the batch entries are added to {@code entries}. */
    void flush(Writer writer, Tail tail, List<BuiltEntry> entries, Randomness randomness, long nowMicros, boolean all) {
        if (!deciding.isEmpty()) {
            long micros = tail.take(nowMicros);
            deciding.forEach((namespace, records) -> cut(namespace, records, micros, tail));
        }
        var rows = new ArrayList<@Nullable Object[]>(chunks.size());
        for (NewChunk each : chunks) {
            rows.add(row(each));
        }
        writer.batch(INSERT_CHUNK, CHUNK_TYPES, rows);
        close(tail, entries, randomness, nowMicros, all);
        var batchRows = new ArrayList<@Nullable Object[]>(batches.size());
        for (NewBatch each : batches) {
            batchRows.add(row(each));
        }
        writer.batch(INSERT_BATCH, BATCH_TYPES, batchRows);
        tail.firstUnleaved = firstUnleaved(tail.nextChunk);
    }

    /** The oldest chunk that still waits when this group is committed. */
    private long firstUnleaved(long nextChunk) {
        long first = nextChunk;
        for (var of : unleaved.entrySet()) {
            Waiting waiting = after.getOrDefault(of.getKey(), of.getValue());
            first = waiting.chunks.isEmpty() ? first : Math.min(first, waiting.chunks.peek().chunk);
        }
        for (Waiting waiting : after.values()) {
            first = waiting.chunks.isEmpty() ? first : Math.min(first, waiting.chunks.peek().chunk);
        }
        return first;
    }

    private void cut(String namespace, List<HotRecord> records, long micros, Tail tail) {
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            long more = records.get(i).submission().length + records.get(i).body().length;
            if (i > from && (i - from == BatchRef.MAX_COUNT || bytes + more > MAX_CHUNK_BYTES)) {
                chunk(namespace, records.subList(from, i), bytes, micros, tail);
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        chunk(namespace, records.subList(from, records.size()), bytes, micros, tail);
    }

    private void chunk(String namespace, List<HotRecord> records, long bytes, long micros, Tail tail) {
        byte[] min = records.getFirst().id().bytes();
        byte[] max = min;
        var submissions = new ArrayList<byte[]>(records.size());
        for (HotRecord each : records) {
            byte[] id = each.id().bytes();
            min = Arrays.compareUnsigned(id, min) < 0 ? id : min;
            max = Arrays.compareUnsigned(id, max) > 0 ? id : max;
            submissions.add(each.submission());
        }
        var open = new Open(tail.nextChunk++, micros, min, max, records.size(), bytes);
        chunks.add(new NewChunk(namespace, open, List.copyOf(records), submissions));
    }

    private @Nullable Object[] row(NewChunk chunk) {
        Open open = chunk.open;
        byte[] subs = ChunkCodec.pack(chunk.submissions);
        var bodies = new ArrayList<byte[]>(open.count);
        chunk.records.forEach(each -> bodies.add(each.body()));
        byte[] packedBodies = ChunkCodec.pack(bodies);
        byte[] sealed = keys.seal(chunk.namespace, open.chunk, ChunkCodec.packKeys(chunk.records));
        long n = open.count;
        byte[] check = CheckValue.of(
                open.chunk, chunk.namespace, open.micros, n, open.minId, open.maxId, subs, packedBodies, sealed);
        return new @Nullable Object[] {
            open.chunk, chunk.namespace, open.micros, n, open.minId, open.maxId, subs, packedBodies, sealed, check
        };
    }

    private void close(Tail tail, List<BuiltEntry> entries, Randomness randomness, long nowMicros, boolean all) {
        long nanos = nanoTime.getAsLong();
        var batching = new Batching(tail, entries, randomness, nowMicros);
        for (Found each : found) {
            after(each.namespace, foundNanos);
            batching.append(each.namespace, each.open, each.submissions);
        }
        for (NewChunk each : chunks) {
            after(each.namespace, nanos);
            batching.append(each.namespace, each.open, each.submissions);
        }
        unleaved.forEach((namespace, of) -> {
            if (all || isLate(of, nanos)) {
                after(namespace, nanos);
            }
        });
        after.forEach((namespace, waiting) -> {
            if (!waiting.chunks.isEmpty() && (all || isLate(waiting, nanos))) {
                batching.close(namespace, waiting);
            }
        });
    }

    /**
     * Begins what the namespace has once the group is committed.
     *
     * @param since when its last batch was closed, if nothing waits
     */
    private void after(String namespace, long since) {
        after.computeIfAbsent(namespace, ns -> {
            Waiting before = unleaved.get(ns);
            return before == null ? new Waiting(since) : before.copy();
        });
    }

    /** Puts chunks into batches, in order. */
    private final class Batching {
        private final Tail tail;
        private final List<BuiltEntry> entries;
        private final Randomness randomness;
        private final long nowMicros;
        private final byte[] hash = new byte[Hashing.SIZE];

        Batching(Tail tail, List<BuiltEntry> entries, Randomness randomness, long nowMicros) {
            this.tail = tail;
            this.entries = entries;
            this.randomness = randomness;
            this.nowMicros = nowMicros;
        }

        void append(String namespace, Open open, List<byte[]> submissions) {
            Waiting waiting = Objects.requireNonNull(after.get(namespace));
            if (!waiting.takes(open)) {
                waiting = close(namespace, waiting);
            }
            for (byte[] submission : submissions) {
                encoder.reset();
                InnerRecord.encodeTo(encoder, (int) waiting.tree.size(), open.micros, submission);
                Hashing.leafInto(encoder.array(), 0, encoder.size(), hash, 0);
                waiting.tree.append(hash, 0);
            }
            waiting.chunks.add(open);
            waiting.bytes += open.bytes;
            if (waiting.isFull()) {
                close(namespace, waiting);
            }
        }

        /** Writes the batch's entry; returns the next one. */
        Waiting close(String namespace, Waiting waiting) {
            int count = (int) waiting.tree.size();
            long micros = tail.take(nowMicros);
            long seq = tail.nextSeq++;
            byte[] leaf = new Leaf(
                            seq,
                            micros,
                            Submission.of(Act.RECORD_BATCH.text(), WHO, randomness.request(micros))
                                    .namespace(namespace)
                                    .batch(new BatchRef(count, waiting.tree.root()))
                                    .build()
                                    .encode())
                    .encode();
            entries.add(BuiltEntry.of(
                    seq, micros, leaf, null, null, null, Act.RECORD_BATCH.text(), WHO, 0, null, Scopes.INSTANCE));
            batches.add(new NewBatch(namespace, seq, List.copyOf(waiting.chunks), count));
            var next = new Waiting(nanoTime.getAsLong());
            after.put(namespace, next);
            return next;
        }
    }

    private static @Nullable Object[] row(NewBatch batch) {
        byte[] min = batch.chunks.getFirst().minId;
        byte[] max = batch.chunks.getFirst().maxId;
        for (Open each : batch.chunks) {
            min = Arrays.compareUnsigned(each.minId, min) < 0 ? each.minId : min;
            max = Arrays.compareUnsigned(each.maxId, max) > 0 ? each.maxId : max;
        }
        long n = batch.count;
        long first = batch.chunks.getFirst().chunk;
        long last = batch.chunks.getLast().chunk;
        byte[] check = CheckValue.of(batch.seq, batch.namespace, n, first, last, min, max);
        return new @Nullable Object[] {batch.seq, batch.namespace, n, first, last, min, max, check};
    }

    /** The group is committed: its records can be found, and listeners are told. */
    void committed() {
        if (!dropping.isEmpty()) {
            index.remove(dropping);
        }
        for (NewChunk each : chunks) {
            index.add(each.namespace, each.open.chunk, hashesOf(each.records));
        }
        found.clear();
        unleaved.putAll(after);
        for (RecordListener listener : listeners) {
            chunks.forEach(each -> listener.stored(each.namespace, each.open.chunk, each.open.micros, each.records));
            batches.forEach(each -> listener.closed(
                    each.namespace, each.seq, each.chunks.getFirst().chunk, each.chunks.getLast().chunk, each.count));
        }
        begin();
    }

    /** The group was not committed: nothing of it was seen. */
    void failed() {
        if (seenMark != UNTOUCHED) {
            seen().truncate(seenMark);
        }
        begin();
    }

    private static HotIndex.ChunkHashes hashesOf(List<HotRecord> records) {
        long[] ids = new long[records.size()];
        long[] targets = new long[records.size()];
        long[] clients = new long[records.size()];
        for (int i = 0; i < ids.length; i++) {
            HotRecord each = records.get(i);
            ids[i] = HotIndex.hashOfId(each.id());
            Uid target = each.target();
            targets[i] = target == null ? 0 : HotIndex.hashOfId(target);
            byte[] client = each.clientKey();
            clients[i] = client == null ? 0 : HotIndex.hash(client, 0);
        }
        return new HotIndex.ChunkHashes(ids, targets, clients);
    }

    static HotIndex.ChunkHashes hashes(List<ChunkCodec.RecordKey> keys) {
        long[] ids = new long[keys.size()];
        long[] targets = new long[keys.size()];
        long[] clients = new long[keys.size()];
        for (int i = 0; i < keys.size(); i++) {
            ChunkCodec.RecordKey key = keys.get(i);
            ids[i] = HotIndex.hashOfId(key.id());
            byte[] target = key.target();
            targets[i] = target == null ? 0 : HotIndex.hashOfId(target);
            byte[] client = key.clientKey();
            clients[i] = client == null ? 0 : HotIndex.hash(client, 0);
        }
        return new HotIndex.ChunkHashes(ids, targets, clients);
    }

    /** Reads the chunks behind their last batch: two statements, however much is stored before. */
    void rebuild(Writer writer, Tail tail) {
        begin();
        foundNanos = nanoTime.getAsLong();
        var covered = new LinkedHashMap<String, Long>();
        writer.sql()
                .query("SELECT ns, MAX(last_chunk) AS last_chunk FROM batch GROUP BY ns")
                .forEach(row -> covered.put(row.text("ns"), row.integer("last_chunk")));
        writer.sql()
                .query("SELECT " + StoredChunk.COLUMNS + " FROM hot_chunk WHERE chunk >= :first ORDER BY chunk")
                .bind("first", tail.firstUnleaved)
                .forEach(row -> {
                    StoredChunk chunk = StoredChunk.read(row, keys);
                    if (chunk.number() > covered.getOrDefault(chunk.namespace(), 0L)) {
                        found.add(new Found(
                                chunk.namespace(),
                                new Open(
                                        chunk.number(),
                                        chunk.micros(),
                                        chunk.minId(),
                                        chunk.maxId(),
                                        chunk.submissions().size(),
                                        chunk.bytes()),
                                chunk.submissions()));
                    }
                });
    }
}
