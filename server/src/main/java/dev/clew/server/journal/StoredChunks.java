package dev.clew.server.journal;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Reads hot chunks; those read last are kept, in a bounded number of bytes. Thread-safe. */
final class StoredChunks {
    /** Bytes of chunks that are kept together; one of a thousand decisions sent at once has about a million. */
    private static final long KEPT_BYTES = 16 << 20;

    private static final int CHUNKS_A_READ = 8;
    private static final long KEPT_CHUNK_BYTES = 4 << 20;

    private final Database database;
    private final RecordKeys keys;
    private final LinkedHashMap<Long, StoredChunk> kept = new LinkedHashMap<>(64, 0.75f, true);

    /** Guarded by {@link #kept}. */
    private long keptBytes;

    /** Moves with every erasure: what was read before one must not be kept after it. Guarded by {@link #kept}. */
    private long erasures;

    StoredChunks(Database database, RecordKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /** One chunk, as it was kept or as it is read now; empty when it was dropped. */
    Optional<StoredChunk> chunk(Sql sql, long number) {
        long before;
        synchronized (kept) {
            StoredChunk chunk = kept.get(number);
            if (chunk != null) {
                return Optional.of(chunk);
            }
            before = erasures;
        }
        Optional<StoredChunk> read = stored(sql, number);
        read.filter(chunk -> chunk.bytes() <= KEPT_CHUNK_BYTES).ifPresent(chunk -> keep(chunk, before));
        return read;
    }

    private Optional<StoredChunk> stored(Sql sql, long number) {
        return sql.query("SELECT " + StoredChunk.COLUMNS + " FROM hot_chunk WHERE chunk = :chunk")
                .bind("chunk", number)
                .first(row -> StoredChunk.read(row, keys));
    }

    private void keep(StoredChunk chunk, long before) {
        synchronized (kept) {
            if (erasures == before && kept.put(chunk.number(), chunk) == null) {
                keptBytes += chunk.bytes();
                while (keptBytes > KEPT_BYTES) {
                    keptBytes -= kept.pollFirstEntry().getValue().bytes();
                }
            }
        }
    }

    /** After an erasure: what was read before is read again. */
    void forget() {
        synchronized (kept) {
            erasures++;
            kept.clear();
            keptBytes = 0;
        }
    }

    /** Chunks with a record that this key sealed, oldest first. Opens what every chunk says of keys. */
    List<Long> under(byte[] keyId) {
        var chunks = new ArrayList<Long>();
        forEachKey((chunk, key) -> {
            if (Arrays.equals(key.keyId(), keyId)) {
                chunks.add(chunk);
            }
        });
        return chunks.stream().distinct().toList();
    }

    /** @param keys authenticated by their seal, so that the chunk's other columns need not be read */
    private record ChunkKeys(long number, List<ChunkCodec.RecordKey> keys) {}

    /** Every record's key of every chunk, oldest first, a few chunks a read. */
    void forEachKey(BiConsumer<Long, ChunkCodec.RecordKey> consumer) {
        long after = -1;
        while (true) {
            long from = after;
            List<ChunkKeys> page = database.read(sql -> sql.query(
                            "SELECT chunk, ns, n, keys FROM hot_chunk WHERE chunk > :after ORDER BY chunk LIMIT "
                                    + CHUNKS_A_READ)
                    .bind("after", from)
                    .list(row -> new ChunkKeys(
                            row.integer("chunk"),
                            ChunkCodec.unpackKeys(
                                    keys.open(row.text("ns"), row.integer("chunk"), row.bytes("keys")),
                                    Math.toIntExact(row.integer("n"))))));
            if (page.isEmpty()) {
                return;
            }
            for (ChunkKeys chunk : page) {
                chunk.keys().forEach(key -> consumer.accept(chunk.number(), key));
            }
            after = page.getLast().number();
        }
    }

    /** Every chunk, oldest first, a few a read. */
    void forEach(Consumer<StoredChunk> consumer) {
        long after = -1;
        while (true) {
            long from = after;
            List<StoredChunk> page = database.read(sql -> sql.query("SELECT " + StoredChunk.COLUMNS
                            + " FROM hot_chunk WHERE chunk > :after ORDER BY chunk LIMIT " + CHUNKS_A_READ)
                    .bind("after", from)
                    .list(row -> StoredChunk.read(row, keys)));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(consumer);
            after = page.getLast().number();
        }
    }

    /** The chunks of a namespace between two, oldest first; one at a time in memory. */
    void each(String namespace, long first, long last, Consumer<StoredChunk> consumer) {
        List<Long> numbers = database.read(sql -> sql.query("""
                        SELECT chunk FROM hot_chunk WHERE ns = :ns AND chunk >= :first AND chunk <= :last ORDER BY chunk""")
                .bind("ns", namespace)
                .bind("first", first)
                .bind("last", last)
                .list(row -> row.integer("chunk")));
        // What is read once, from end to end, does not push out what is read again and again.
        for (long number : numbers) {
            database.read(sql -> stored(sql, number)).ifPresent(consumer);
        }
    }
}
