package dev.clew.server.journal;

import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads high-rate records wherever they are: in hot chunks, whether or not a batch covers them yet, or in segments. A record is looked
 * for in the chunks first: it is in a segment before its chunk is dropped, so it is never missed. Thread-safe; a look-up blocks for one
 * read of the store, or for one of each file of a segment.
 */
public final class Records {
    private static final int PLACE_MASK = (1 << HotIndex.PLACE_BITS) - 1;

    private final Database database;
    private final HotIndex index;
    private final OlderRecords older;
    private final RecordsLoad load;
    private final StoredChunks chunks;
    private final BatchRows batches;

    Records(Database database, RecordKeys keys, HotIndex index, OlderRecords older, RecordsLoad load) {
        this.database = database;
        this.chunks = new StoredChunks(database, keys);
        this.batches = new BatchRows(database);
        this.index = index;
        this.older = older;
        this.load = load;
    }

    /**
     * One record as it is stored.
     *
     * @param micros when it was accepted: the time of its inner record
     * @param body sealed body bytes, empty without one
     * @param keyId key the body is sealed under
     * @param batch entry that covers it, or −1 while none does
     * @param position its {@code i} in that batch, or −1
     */
    public record Stored(
            Uid id,
            String namespace,
            long micros,
            byte[] submission,
            byte[] body,
            byte[] keyId,
            @Nullable Uid target,
            long batch,
            int position) {
        public boolean isLeaved() {
            return batch >= 0;
        }
    }

    /** A record with what only a compactor needs; see {@link HotRecord}. */
    public record Keyed(Stored stored, byte @Nullable [] clientKey, byte[] content) {}

    /** A batch whose records are still in hot chunks. */
    public record Batch(long seq, String namespace, int count, long firstChunk, long lastChunk, Uid minId, Uid maxId) {}

    OlderRecords older() {
        return older;
    }

    /** Whether any record is sealed under this subject's key. */
    public boolean holds(byte[] keyId) {
        return older.holds(keyId) || !chunks.under(keyId).isEmpty();
    }

    /**
     * Waits until the chunks that a start found were read.
     *
     * @throws ClewException ROW_DAMAGED when one is not what was written
     */
    public void awaitLoaded() {
        load.await();
    }

    /** Records in hot chunks. */
    public long size() {
        return index.size();
    }

    public Optional<Stored> find(Uid id) {
        boolean whole = load.isWhole();
        Optional<Stored> found = look(id);
        if (found.isPresent() || whole) {
            return found;
        }
        // Not all chunks were read yet since the start: that it is not there cannot be said before.
        load.finished();
        found = look(id);
        if (found.isEmpty()) {
            load.await();
        }
        return found;
    }

    private Optional<Stored> look(Uid id) {
        Optional<Stored> found = at(index.byId(id.bytes()), key -> Arrays.equals(key.id(), id.bytes())).stream()
                .findFirst();
        return found.isPresent() ? found : older.find(id);
    }

    /** Records that name this decision, oldest first. */
    public List<Stored> about(Uid target) {
        load.await();
        return joined(
                at(index.byTarget(target.bytes()), key -> Arrays.equals(key.target(), target.bytes())),
                older.about(target));
    }

    /** Records under a client key, oldest first. */
    public List<Stored> byClientKey(byte[] clientKey) {
        load.await();
        return joined(
                at(index.byClient(clientKey), key -> Arrays.equals(key.clientKey(), clientKey)),
                older.byClientKey(clientKey));
    }

    /** Between the commit of a segment and the dropping of its chunks a record is in both. */
    private static List<Stored> joined(List<Stored> hot, List<Stored> compacted) {
        if (compacted.isEmpty() || hot.isEmpty()) {
            return compacted.isEmpty() ? hot : compacted;
        }
        var joined = new LinkedHashMap<Uid, Stored>();
        compacted.forEach(each -> joined.put(each.id(), each));
        hot.forEach(each -> joined.putIfAbsent(each.id(), each));
        return List.copyOf(joined.values());
    }

    private List<Stored> at(long[] places, Predicate<ChunkCodec.RecordKey> matches) {
        if (places.length == 0) {
            return List.of();
        }
        return database.read(sql -> {
            var found = new ArrayList<Stored>();
            for (long place : places) {
                int i = (int) (place & PLACE_MASK);
                chunks.chunk(sql, place >>> HotIndex.PLACE_BITS).ifPresent(chunk -> {
                    if (matches.test(chunk.keys().get(i))) {
                        located(sql, chunk, i).ifPresent(found::add);
                    }
                });
            }
            return found;
        });
    }

    /**
     * Records whose body a key sealed: those in chunks, then those in segments, the latter only for keys of subjects. Opens what every
     * chunk says of keys, a few chunks a read.
     */
    public void forEachUnder(byte[] keyId, Consumer<Stored> consumer) {
        var met = new HashSet<Uid>();
        forEachHotUnder(keyId, record -> {
            met.add(record.id());
            consumer.accept(record);
        });
        older.forEachUnder(keyId, record -> {
            if (!met.contains(record.id())) {
                consumer.accept(record);
            }
        });
    }

    private void forEachHotUnder(byte[] keyId, Consumer<Stored> consumer) {
        for (long number : chunks.under(keyId)) {
            List<Stored> found = database.read(sql -> chunks.chunk(sql, number)
                    .map(chunk -> IntStream.range(0, chunk.keys().size())
                            .filter(i -> Arrays.equals(chunk.keys().get(i).keyId(), keyId))
                            .mapToObj(i -> located(sql, chunk, i))
                            .flatMap(Optional::stream)
                            .toList())
                    .orElse(List.of()));
            found.forEach(consumer);
        }
    }

    List<Long> chunksUnder(byte[] keyId) {
        return chunks.under(keyId);
    }

    /** After an erasure: what was read before is read again. */
    void forgetKept() {
        chunks.forget();
    }

    /** Ids of the keys under which records are sealed, as far as the test holds; of records in segments only keys of subjects. */
    public Set<Uid> keyIds(Predicate<Uid> wanted) {
        var asked = new HashSet<Uid>();
        var found = new HashSet<Uid>();
        chunks.forEachKey((chunk, key) -> {
            Uid id = Uid.of(key.keyId());
            if (asked.add(id) && wanted.test(id)) {
                found.add(id);
            }
        });
        found.addAll(older.keyIds(wanted));
        return found;
    }

    /** Empty when the chunk was dropped since it was read. */
    private static Optional<Stored> located(Sql sql, StoredChunk chunk, int i) {
        Optional<Batch> batch = sql.query("""
                        SELECT seq, ns, n, first_chunk, last_chunk, min_id, max_id, checked FROM batch
                        WHERE ns = :ns AND last_chunk >= :chunk ORDER BY last_chunk LIMIT 1""")
                .bind("ns", chunk.namespace())
                .bind("chunk", chunk.number())
                .first(BatchRows::batch)
                .filter(found -> found.firstChunk() <= chunk.number());
        if (batch.isEmpty()) {
            return sql.query("SELECT chunk FROM hot_chunk WHERE chunk = :chunk")
                    .bind("chunk", chunk.number())
                    .first(row -> stored(chunk, i, -1, -1));
        }
        long before = sql.query("""
                        SELECT COALESCE(SUM(n), 0) AS before FROM hot_chunk
                        WHERE ns = :ns AND chunk >= :first AND chunk < :chunk""")
                .bind("ns", chunk.namespace())
                .bind("first", batch.get().firstChunk())
                .bind("chunk", chunk.number())
                .first(row -> row.integer("before"))
                .orElse(0L);
        return Optional.of(stored(chunk, i, batch.get().seq(), (int) before + i));
    }

    private static Stored stored(StoredChunk chunk, int i, long batch, int position) {
        ChunkCodec.RecordKey key = chunk.keys().get(i);
        byte[] target = key.target();
        return new Stored(
                Uid.of(key.id()),
                chunk.namespace(),
                chunk.micros(),
                chunk.submissions().get(i),
                chunk.bodies().get(i),
                key.keyId(),
                target == null ? null : Uid.of(target),
                batch,
                position);
    }

    /** Organisations that have batches whose chunks may be hot. */
    public List<String> namespaces() {
        return batches.namespaces();
    }

    /** Batches of an organisation whose chunks are still hot, oldest first, with a seq above {@code after}; at most {@code limit}. */
    public List<Batch> batches(String namespace, long after, int limit) {
        return batches.hot(namespace, after, limit);
    }

    /** @param lastBatch seq of the newest batch, −1 without one */
    public record Hot(long chunks, long bytes, long lastBatch) {}

    /** How much of an organisation is in chunks. Reads a page of every chunk row. */
    public Hot hot(String namespace) {
        return batches.howMuch(namespace);
    }

    /** Batches whose chunks are still hot, oldest first, with a seq above {@code after}; at most {@code limit}. */
    public List<Batch> batches(long after, int limit) {
        return batches.hot(after, limit);
    }

    public Optional<Batch> batchAt(long seq) {
        return batches.at(seq);
    }

    /**
     * The records that an entry {@code record.batch} covers, by position, hot or in a segment; empty when there is no such batch.
     *
     * @throws ClewException LEDGER_DAMAGED when they are not as many as the batch says
     */
    public List<Stored> ofBatch(long seq) {
        Optional<List<Stored>> hot = batchAt(seq).flatMap(this::ofHot);
        return hot.isPresent() ? hot.get() : older.ofBatch(seq);
    }

    /** Leaf hashes {@code [from, to)} of the inner tree of a batch; empty when there is no such batch. */
    public List<byte[]> innerHashes(long seq, int from, int to) {
        Optional<List<byte[]>> hot = batchAt(seq).flatMap(batch -> hotHashes(batch, from, to));
        return hot.isPresent() ? hot.get() : older.innerHashes(seq, from, to);
    }

    /** Reads only the chunks that hold these positions; empty when one was dropped meanwhile, so that the batch is in a segment. */
    private Optional<List<byte[]>> hotHashes(Batch batch, int from, int to) {
        return database.read(sql -> {
            var hashes = new ArrayList<byte[]>();
            int position = 0;
            for (Count each : counts(sql, batch)) {
                if (position + each.n > from && position < to) {
                    Optional<StoredChunk> chunk = chunks.chunk(sql, each.chunk);
                    if (chunk.isEmpty()) {
                        return Optional.empty();
                    }
                    for (int i = Math.max(0, from - position); i < each.n && position + i < to; i++) {
                        byte[] submission = chunk.get().submissions().get(i);
                        hashes.add(Hashing.leaf(
                                new InnerRecord(position + i, chunk.get().micros(), submission).encode()));
                    }
                }
                position += each.n;
            }
            return position == batch.count() ? Optional.of(hashes) : Optional.empty();
        });
    }

    private record Count(long chunk, int n) {}

    private static List<Count> counts(Sql sql, Batch batch) {
        return sql.query("""
                        SELECT chunk, n FROM hot_chunk WHERE ns = :ns AND chunk >= :first AND chunk <= :last ORDER BY chunk""")
                .bind("ns", batch.namespace())
                .bind("first", batch.firstChunk())
                .bind("last", batch.lastChunk())
                .list(row -> new Count(row.integer("chunk"), (int) row.integer("n")));
    }

    /** Empty when its chunks were dropped meanwhile: then it is in a segment. */
    private Optional<List<Stored>> ofHot(Batch batch) {
        try {
            return Optional.of(ofBatch(batch));
        } catch (ClewException e) {
            if (isHot(batch)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private boolean isHot(Batch batch) {
        return database.read(sql -> sql.query("SELECT chunk FROM hot_chunk WHERE chunk = :chunk")
                .bind("chunk", batch.lastChunk())
                .first(row -> row.integer("chunk"))
                .isPresent());
    }

    /**
     * The records of a batch whose chunks are hot, by position.
     *
     * @throws ClewException LEDGER_DAMAGED when they are not as many as the batch says
     */
    public List<Stored> ofBatch(Batch batch) {
        var records = new ArrayList<Stored>(batch.count());
        forEach(batch, record -> records.add(record.stored()));
        return records;
    }

    /**
     * The records of a batch whose chunks are hot, by position; in memory one chunk at a time.
     *
     * @throws ClewException LEDGER_DAMAGED, at the end, when they are not as many as the batch says
     */
    public void forEach(Batch batch, Consumer<Keyed> consumer) {
        int[] count = new int[1];
        chunks.each(batch.namespace(), batch.firstChunk(), batch.lastChunk(), chunk -> {
            for (int i = 0; i < chunk.keys().size(); i++) {
                ChunkCodec.RecordKey key = chunk.keys().get(i);
                consumer.accept(new Keyed(stored(chunk, i, batch.seq(), count[0]++), key.clientKey(), key.content()));
            }
        });
        if (count[0] != batch.count()) {
            throw new ClewException(
                    ErrorCode.LEDGER_DAMAGED,
                    "Batch %d covers %d records but %d are stored; the store was altered. Restore a copy of the data directory."
                            .formatted(batch.seq(), batch.count(), count[0]));
        }
    }

    /** Every hot record, oldest chunk first, for rebuilding what is kept in memory. Places are counted along the way, not asked for. */
    public void forEach(Consumer<Stored> consumer) {
        var places = new HashMap<String, Places>();
        chunks.forEach(
                chunk -> places.computeIfAbsent(chunk.namespace(), namespace -> new Places(batches.from(namespace)))
                        .walk(chunk, consumer));
    }

    /**
     * Every hot record, then those of segments, newest segment first, until there is enough: for rebuilding what is kept in memory. One that
     * is moved to a segment meanwhile comes twice, never not at all.
     */
    public void forEachNewest(BooleanSupplier enough, Consumer<Stored> consumer) {
        forEach(consumer);
        older.forEachNewest(enough, consumer);
    }

    /** Batch and place of the chunks of one namespace, met in order. */
    private static final class Places {
        private final List<Batch> batches;
        private int at;
        private int counted;

        Places(List<Batch> batches) {
            this.batches = batches;
        }

        void walk(StoredChunk chunk, Consumer<Stored> consumer) {
            while (at < batches.size() && batches.get(at).lastChunk() < chunk.number()) {
                at++;
                counted = 0;
            }
            boolean isLeaved = at < batches.size() && batches.get(at).firstChunk() <= chunk.number();
            for (int i = 0; i < chunk.keys().size(); i++) {
                consumer.accept(
                        isLeaved ? stored(chunk, i, batches.get(at).seq(), counted++) : stored(chunk, i, -1, -1));
            }
        }
    }
}
