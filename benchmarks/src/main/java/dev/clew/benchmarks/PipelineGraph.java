package dev.clew.benchmarks;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.State;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Runs of jobs and the versions of data they read and wrote: every node has four or five causes among those made shortly before, as a
 * pipeline that runs every day has. Written by the journal into a stopped directory, one entry a node.
 */
final class PipelineGraph {
    private static final int NODES_A_COMMAND = 16;
    private static final int WAITING = 512;
    private static final int NEAREST = 10;
    private static final int FARTHEST = 60;

    private PipelineGraph() {}

    /** One step of the pipeline each, from node {@code first} on. */
    private record Grow(long first, int scope) implements Command<Integer> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            var random = new Random(first);
            var changes = new ArrayList<Change>();
            for (long i = first; i < first + NODES_A_COMMAND; i++) {
                Node node = node(i);
                Change change =
                        Change.of(Act.LINEAGE_EVENT, node).scope(scope).event().name(node, "step " + i);
                int causes = 4 + random.nextInt(2);
                for (long back = NEAREST + random.nextInt(8); causes > 0 && back < FARTHEST && back <= i; causes--) {
                    change.link(Rel.DERIVED_FROM, node(i - back));
                    back += 1 + random.nextInt(9);
                }
                changes.add(change);
            }
            return Decision.of(NODES_A_COMMAND, changes);
        }
    }

    /** Makes the run depend on the end of the pipeline. */
    private record Use(Node run, long last, int scope) implements Command<Integer> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            Change change = Change.of(Act.LINEAGE_EVENT, run).scope(scope).event();
            for (int i = 0; i < 5; i++) {
                change.link(Rel.ON, node(last - i));
            }
            return Decision.of(1, change);
        }
    }

    private static Node node(long number) {
        byte[] uid = ByteBuffer.allocate(16)
                .putLong(0x0197_0000_0000_7000L)
                .putLong(number | Long.MIN_VALUE)
                .array();
        return Node.of(number % 2 == 0 ? Kind.DATASET_VERSION : Kind.JOB_RUN, Uid.of(uid));
    }

    /** Adds nodes with about {@code links} links, the last of which the run depends on. */
    static long add(Path data, int links, String run, int scope) {
        Permit permit = Permit.system(Permission.INSTANCE_STORAGE, scope);
        long nodes = links * 2L / 9 / NODES_A_COMMAND * NODES_A_COMMAND;
        try (var database = SqliteDatabase.open(data.resolve("clew.db"));
                var journal = Journal.open(database, InstantSource.system(), BulkJournal.CONFIG)) {
            var waiting = new ArrayDeque<CompletableFuture<Receipt<Integer>>>();
            for (long i = 0; i < nodes; i += NODES_A_COMMAND) {
                waiting.add(journal.submit(permit, new Grow(i, scope)));
                if (waiting.size() == WAITING) {
                    Journal.await(waiting.poll());
                }
            }
            waiting.forEach(Journal::await);
            journal.write(permit, new Use(Node.of(Kind.RUN, Uid.parse(run)), nodes - 1, scope));
            return database.read(
                            sql -> sql.query("SELECT COUNT(*) AS n FROM link").first(row -> row.integer("n")))
                    .orElseThrow();
        }
    }
}
