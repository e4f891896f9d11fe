package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.HotGeneration.Kind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.LongStream;

/**
 * Where the hot records are: by id, by the decision they name, by client key. Hashes of 64 bits; who finds a place compares the whole id
 * there. A namespace's records lie in generations, of which each goes when the last of its chunks is compacted: compaction takes the
 * oldest chunks first, and so a drop costs a step a chunk, however many records stay. Thread-safe: the writer adds, anyone looks.
 */
final class HotIndex {
    static final int PLACE_BITS = 12;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Long, Chunk> chunks = new HashMap<>();
    private final Set<HotGeneration> generations = new LinkedHashSet<>();
    private final Map<String, HotGeneration> newest = new HashMap<>();
    private long size;

    /** Hashes of one chunk; 0 where a record has none. */
    record ChunkHashes(long[] ids, long[] targets, long[] clients) {}

    private record Chunk(HotGeneration generation, int records) {}

    static long hash(byte[] value, int at) {
        long hash = ByteBuffer.wrap(value, at, 8).getLong();
        return hash == 0 ? 1 : hash;
    }

    /** Ids end in random bits, client keys are random from the start. */
    static long hashOfId(byte[] id) {
        return hash(id, id.length - 8);
    }

    static long hashOfId(Uid id) {
        long hash = id.low();
        return hash == 0 ? 1 : hash;
    }

    void add(String namespace, long chunk, ChunkHashes hashes) {
        int records = hashes.ids.length;
        lock.writeLock().lock();
        try {
            HotGeneration generation = newest.get(namespace);
            if (generation == null || !generation.hasRoomFor(records)) {
                generation = new HotGeneration();
                newest.put(namespace, generation);
                generations.add(generation);
            }
            generation.add(chunk, hashes);
            chunks.put(chunk, new Chunk(generation, records));
            size += records;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Forgets chunks that were compacted. */
    void remove(Iterable<Long> compacted) {
        lock.writeLock().lock();
        try {
            for (Long number : compacted) {
                Chunk chunk = chunks.remove(number);
                if (chunk == null) {
                    continue;
                }
                size -= chunk.records;
                if (--chunk.generation.chunks == 0) {
                    generations.remove(chunk.generation);
                    newest.values().remove(chunk.generation);
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Places (chunk ‖ 12 bits of position), oldest first, that may hold the id. */
    long[] byId(byte[] id) {
        return find(Kind.ID, hashOfId(id));
    }

    long[] byTarget(byte[] target) {
        return find(Kind.TARGET, hashOfId(target));
    }

    long[] byClient(byte[] clientKey) {
        return find(Kind.CLIENT, hash(clientKey, 0));
    }

    long size() {
        lock.readLock().lock();
        try {
            return size;
        } finally {
            lock.readLock().unlock();
        }
    }

    private long[] find(Kind kind, long hash) {
        var found = LongStream.builder();
        lock.readLock().lock();
        try {
            generations.forEach(generation -> generation.find(kind, hash, place -> {
                if (chunks.containsKey(place >>> PLACE_BITS)) {
                    found.add(place);
                }
            }));
        } finally {
            lock.readLock().unlock();
        }
        return found.build().sorted().toArray();
    }
}
