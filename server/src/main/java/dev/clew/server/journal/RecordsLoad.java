package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Row;
import dev.clew.server.storage.Snapshot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, while the journal already works, what it keeps in memory of records stored before: where those in chunks are, and whose repeats
 * are noticed. Who needs all of it waits; a start does not. One thread, which ends with the work. Thread-safe.
 */
final class RecordsLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordsLoad.class);
    private static final int CHUNKS_A_QUERY = 32;

    /** No view of the store is held longer, so that the engine need not keep what is replaced meanwhile. */
    private static final long VIEW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Database database;
    private final RecordKeys keys;
    private final HotIndex index;
    private final OlderRecords older;
    private final JournalConfig config;
    private final CompletableFuture<SeenWindow> window = new CompletableFuture<>();
    private @Nullable Thread thread;
    private @Nullable ClewException damage;
    private long after = -1;
    private volatile boolean stopping;

    RecordsLoad(Database database, RecordKeys keys, HotIndex index, OlderRecords older, JournalConfig config) {
        this.database = database;
        this.keys = keys;
        this.index = index;
        this.older = older;
        this.config = config;
    }

    /**
     * Starts reading.
     *
     * @param before the first chunk that the writer itself keeps track of
     * @param nowMicros time from which the window reaches back
     */
    void start(long before, long nowMicros) {
        thread = Thread.ofPlatform().name("records-load").start(() -> run(before, nowMicros));
    }

    private void run(long before, long nowMicros) {
        try {
            var seen = new SeenWindow(config.duplicateWindow());
            older.forEachSeen(
                    nowMicros - SeenWindow.MAX_AGE_MICROS,
                    config.duplicateWindow(),
                    each -> seen.add(each.clientKey(), each.id(), each.content(), each.micros()));
            while (!stopping && !readFor(before, seen)) {
                LOG.debug("Records are being read chunk={}", after);
            }
            if (damage != null) {
                window.completeExceptionally(damage);
            } else if (stopping) {
                window.completeExceptionally(Health.stopping());
            } else {
                window.complete(seen);
            }
        } catch (RuntimeException e) {
            LOG.error("Records that are stored could not be read", e);
            window.completeExceptionally(e);
        }
    }

    /** Reads until a view has been open long enough; true at the end. */
    private boolean readFor(long before, SeenWindow seen) {
        long start = System.nanoTime();
        try (Snapshot snapshot = database.snapshot()) {
            while (!stopping && System.nanoTime() - start < VIEW_NANOS) {
                long from = after;
                snapshot.sql()
                        .query("SELECT " + StoredChunk.COLUMNS + """
                                 FROM hot_chunk WHERE chunk > :after AND chunk < :before
                                ORDER BY chunk LIMIT\s""" + CHUNKS_A_QUERY)
                        .bind("after", from)
                        .bind("before", before)
                        .forEach(row -> take(row, seen));
                if (after == from) {
                    return true;
                }
            }
        }
        return false;
    }

    private void take(Row row, SeenWindow seen) {
        after = row.integer("chunk");
        try {
            StoredChunk chunk = StoredChunk.read(row, keys);
            index.add(chunk.namespace(), chunk.number(), HotRecords.hashes(chunk.keys()));
            for (int i = 0; i < chunk.keys().size(); i++) {
                ChunkCodec.RecordKey key = chunk.keys().get(i);
                byte[] clientKey = key.clientKey();
                if (clientKey != null) {
                    seen.add(clientKey, key.id(), key.content(), chunk.micros());
                }
            }
        } catch (ClewException e) {
            LOG.error("A chunk of records is not what was written chunk={}", after, e);
            damage = damage == null ? e : damage;
        }
    }

    boolean isWhole() {
        return window.isDone() && !window.isCompletedExceptionally();
    }

    /** Waits for the end of the work, however it ended. */
    void finished() {
        window.handle((seen, failure) -> true).join();
    }

    /**
     * Waits until everything was read.
     *
     * @throws ClewException ROW_DAMAGED when some of it is not what was written: then nothing can be said to be absent
     */
    SeenWindow await() {
        try {
            return window.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ClewException failure) {
                throw new ClewException(failure.code(), String.valueOf(failure.getMessage()), failure);
            }
            throw new ClewException(ErrorCode.UNAVAILABLE, "Stored records could not be read; restart the server.", e);
        }
    }

    @Override
    public void close() {
        stopping = true;
        Thread reading = thread;
        if (reading != null) {
            try {
                reading.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
