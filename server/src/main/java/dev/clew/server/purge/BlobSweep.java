package dev.clew.server.purge;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Json;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.journal.Tables;
import dev.clew.server.storage.Blobs;
import dev.clew.server.storage.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Removes stored contents that no row names, neither now nor in history, and that nobody stored lately. Each removal stands in an entry
 * {@code blob.sweep} before it happens. Rests while a backup copies. Thread-safe.
 */
final class BlobSweep {
    /** A content is stored before the row that names it; this is far more than lies between the two. */
    private static final Duration LATELY = Duration.ofHours(1);

    private static final int BATCH = 500;
    private static final long NAMES_AT_ONCE = 2_000_000;
    private static final int FIRST_BYTES = 256;

    private final Database database;
    private final Journal journal;
    private final Blobs blobs;
    private final InstantSource clock;
    private final ReentrantLock removing = new ReentrantLock();

    BlobSweep(Database database, Journal journal, Blobs blobs, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.blobs = blobs;
        this.clock = clock;
    }

    /** Told of what is removed, and whether to go on. */
    interface Watch {
        void removed(long count, long bytes);

        void requireGoing();
    }

    AutoCloseable hold() {
        removing.lock();
        return removing::unlock;
    }

    void run(Permit permit, Uid purge, List<Tables> tables, boolean dryRun, Watch watch) throws IOException {
        Instant since = clock.instant().minus(LATELY);
        var names = tables.stream().flatMap(of -> of.blobs().stream()).toList();
        int passes = (int) Math.min(FIRST_BYTES, 1 + NamedBlobs.count(database, names) / NAMES_AT_ONCE);
        int width = (FIRST_BYTES + passes - 1) / passes;
        for (int from = 0; from < FIRST_BYTES; from += width) {
            int to = Math.min(FIRST_BYTES, from + width);
            NamedBlobs named = NamedBlobs.of(database, names, from, to);
            for (int first = from; first < to; first++) {
                watch.requireGoing();
                var unnamed = new ArrayList<Blobs.Idle>();
                blobs.idle(first, since, found -> {
                    if (!named.holds(found.sha256())) {
                        unnamed.add(found);
                    }
                });
                for (int at = 0; at < unnamed.size(); at += BATCH) {
                    remove(
                            permit,
                            purge,
                            unnamed.subList(at, Math.min(unnamed.size(), at + BATCH)),
                            since,
                            dryRun,
                            watch);
                }
            }
        }
    }

    private void remove(Permit permit, Uid purge, List<Blobs.Idle> batch, Instant since, boolean dryRun, Watch watch)
            throws IOException {
        watch.requireGoing();
        if (dryRun) {
            watch.removed(
                    batch.size(),
                    batch.stream().mapToLong(Blobs.Idle::storedBytes).sum());
            return;
        }
        removing.lock();
        try {
            journal.write(permit, new Sweep(purge, List.copyOf(batch)));
            for (Blobs.Idle idle : batch) {
                if (blobs.deleteIdle(idle.sha256(), since)) {
                    watch.removed(1, idle.storedBytes());
                }
            }
        } finally {
            removing.unlock();
        }
    }

    /** Which contents are removed: a body {@code {"sha256": […]}}. */
    private record Sweep(Uid purge, List<Blobs.Idle> batch) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var body = Json.MAPPER.createObjectNode();
            var digests = body.putArray("sha256");
            batch.forEach(idle -> digests.add(HexFormat.of().formatHex(idle.sha256())));
            return Decision.of(
                    true,
                    Change.of(Act.BLOB_SWEEP, Node.of(Kind.JOB_RUN, purge))
                            .scope(Scopes.INSTANCE)
                            .event()
                            .body(Body.plain("application/json", body.toString().getBytes(StandardCharsets.UTF_8))));
        }
    }
}
