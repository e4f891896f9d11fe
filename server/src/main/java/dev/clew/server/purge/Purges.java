package dev.clew.server.purge;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Tables;
import dev.clew.server.spans.Spans;
import dev.clew.server.storage.Blobs;
import dev.clew.server.storage.Database;
import dev.clew.server.trace.Dependents;
import dev.clew.server.tracking.Deletions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Purges, one at a time, on a thread of their own. Each thing goes in a transaction of its own, so a stop leaves nothing half gone, and the
 * next purge goes on where this one ended. Thread-safe.
 */
public final class Purges implements AutoCloseable {
    /** Longest time that may be asked for: a hundred years. */
    public static final long MAX_OLDER_SECONDS = 3_155_760_000L;

    private static final int REMEMBERED = 100;
    private static final long CLOSE_SECONDS = 3;

    private final Deletions deletions;
    private final Spans spans;
    private final Dependents dependents;
    private final BlobSweep sweep;
    private final List<Tables> tables;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("purge").daemon().unstarted(task));
    private final Map<Uid, Purge> known = new LinkedHashMap<>();
    private volatile boolean stopping;

    /** @param tables of every feature: what names stored contents */
    public Purges(
            Journal journal,
            Database database,
            Blobs blobs,
            Deletions deletions,
            Spans spans,
            Dependents dependents,
            List<Tables> tables,
            InstantSource clock) {
        this.deletions = deletions;
        this.spans = spans;
        this.dependents = dependents;
        this.sweep = new BlobSweep(database, journal, blobs, clock);
        this.tables = List.copyOf(tables);
        this.clock = clock;
    }

    /**
     * Begins a purge.
     *
     * @param olderThan only what was deleted at least so long ago
     * @param dryRun counts and judges alone
     * @throws ClewException WRONG_STATE while another one runs
     */
    public PurgeReport start(Permit permit, Duration olderThan, boolean dryRun) {
        Uid uid = Uid.next(clock.millis());
        Purge purge;
        synchronized (known) {
            if (known.values().stream().anyMatch(each -> each.report().isRunning())) {
                throw new ClewException(ErrorCode.WRONG_STATE, "A purge is running already; wait until it is done.");
            }
            if (known.size() == REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
            purge = new Purge(uid, permit, olderThan, dryRun, deletions, spans, dependents, clock, () -> stopping);
            known.put(uid, purge);
        }
        thread.execute(() -> purge.run(sweep, tables));
        return purge.report();
    }

    public Optional<PurgeReport> find(Uid purge) {
        synchronized (known) {
            return Optional.ofNullable(known.get(purge)).map(Purge::report);
        }
    }

    /** Keeps stored contents where they are until what is returned is closed, by the same thread. */
    public AutoCloseable hold() {
        return sweep.hold();
    }

    /** Lets a running one end after the thing it is at. */
    @Override
    public void close() {
        stopping = true;
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
