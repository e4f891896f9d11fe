package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Where the hot records are: by id, by the decision they name, by client key. Hashes of 64 bits in one open-addressed table a kind; who
 * finds a place compares the whole id there. Thread-safe: the writer adds, anyone looks.
 */
final class HotIndex {
    static final int PLACE_BITS = 12;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final TreeMap<Long, ChunkHashes> chunks = new TreeMap<>();
    private Places ids = new Places();
    private Places targets = new Places();
    private Places clients = new Places();

    /** Hashes of one chunk; 0 where a record has none. */
    record ChunkHashes(long[] ids, long[] targets, long[] clients) {}

    /** Hash to place; equal hashes lie one behind the other. */
    private static final class Places {
        private static final int LEAST = 256;

        long[] hashes;
        long[] places;
        int count;

        Places() {
            this(LEAST / 2);
        }

        /** With room for so many. */
        Places(int expected) {
            int slots = Integer.highestOneBit(Math.max(LEAST, 2 * expected) - 1) * 2;
            this.hashes = new long[slots];
            this.places = new long[slots];
        }

        void add(long hash, long place) {
            if ((count + 1) * 2 > hashes.length) {
                grow();
            }
            int slot = free(hash);
            hashes[slot] = hash;
            places[slot] = place;
            count++;
        }

        private int free(long hash) {
            int slot = home(hash);
            while (hashes[slot] != 0) {
                slot = (slot + 1) & (hashes.length - 1);
            }
            return slot;
        }

        private int home(long hash) {
            return (int) ((hash * 0x9E3779B97F4A7C15L) >>> (64 - Integer.numberOfTrailingZeros(hashes.length)));
        }

        private void grow() {
            long[] oldHashes = hashes;
            long[] oldPlaces = places;
            hashes = new long[oldHashes.length * 2];
            places = new long[hashes.length];
            for (int i = 0; i < oldHashes.length; i++) {
                if (oldHashes[i] != 0) {
                    int slot = free(oldHashes[i]);
                    hashes[slot] = oldHashes[i];
                    places[slot] = oldPlaces[i];
                }
            }
        }

        long[] find(long hash) {
            long[] found = new long[4];
            int n = 0;
            for (int slot = home(hash); hashes[slot] != 0; slot = (slot + 1) & (hashes.length - 1)) {
                if (hashes[slot] == hash) {
                    if (n == found.length) {
                        found = Arrays.copyOf(found, n * 2);
                    }
                    found[n++] = places[slot];
                }
            }
            long[] result = Arrays.copyOf(found, n);
            Arrays.sort(result);
            return result;
        }
    }

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

    void add(long chunk, ChunkHashes hashes) {
        lock.writeLock().lock();
        try {
            chunks.put(chunk, hashes);
            enter(chunk, hashes);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void enter(long chunk, ChunkHashes hashes) {
        for (int i = 0; i < hashes.ids.length; i++) {
            long place = chunk << PLACE_BITS | i;
            ids.add(hashes.ids[i], place);
            if (hashes.targets[i] != 0) {
                targets.add(hashes.targets[i], place);
            }
            if (hashes.clients[i] != 0) {
                clients.add(hashes.clients[i], place);
            }
        }
    }

    /** Forgets chunks that were compacted. */
    void remove(Iterable<Long> compacted) {
        lock.writeLock().lock();
        try {
            compacted.forEach(chunks::remove);
            int left =
                    chunks.values().stream().mapToInt(chunk -> chunk.ids.length).sum();
            ids = new Places(left);
            targets = new Places();
            clients = clients.count == 0 ? new Places() : new Places(left);
            chunks.forEach(this::enter);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Places (chunk ‖ 12 bits of position), oldest first, that may hold the id. */
    long[] byId(byte[] id) {
        return find(() -> ids, hashOfId(id));
    }

    long[] byTarget(byte[] target) {
        return find(() -> targets, hashOfId(target));
    }

    long[] byClient(byte[] clientKey) {
        return find(() -> clients, hash(clientKey, 0));
    }

    long size() {
        lock.readLock().lock();
        try {
            return ids.count;
        } finally {
            lock.readLock().unlock();
        }
    }

    private long[] find(Supplier<Places> places, long hash) {
        lock.readLock().lock();
        try {
            return places.get().find(hash);
        } finally {
            lock.readLock().unlock();
        }
    }
}
