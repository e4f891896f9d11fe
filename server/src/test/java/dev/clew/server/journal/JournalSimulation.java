package dev.clew.server.journal;

import static dev.clew.server.journal.TestTables.LATEST;
import static dev.clew.server.journal.TestTables.PAIRS;
import static dev.clew.server.journal.TestTables.THINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Leaf;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.journal.TestTables.Latest;
import dev.clew.server.journal.TestTables.Pair;
import dev.clew.server.journal.TestTables.Thing;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of groups of random commands on the real journal and a real database, with refusals, stale readers, failing commits and crashes
 * on both sides of a commit, against a model that holds maps. A failure names the seed; {@code -Dclew.simulation.seed=N} runs it again.
 */
class JournalSimulation {
    private static final int GROUPS = 5_000;
    private static final int MOST_COMMANDS = 8;
    private static final int COMPARED_EVERY = 200;
    private static final Permit PERMIT = JournalFixture.permit(Permission.RUN_WRITE);

    @TempDir
    Path folder;

    private final SimulationModel model = new SimulationModel();
    private int groups;
    private int crashes;

    @Test
    void doesWhatANaiveModelDoesUnderFaults() throws Exception {
        long seed = Long.getLong("clew.simulation.seed", System.nanoTime());
        try (var database = new WatchedDatabase(SqliteDatabase.open(folder.resolve("clew.db")))) {
            run(database, new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "after group %d of seed %d; again with -Dclew.simulation.seed=%d".formatted(groups, seed, seed), e);
        }
        assertThat(crashes).isGreaterThan(GROUPS / 50);
        assertThat(model.entries()).hasSizeGreaterThan(GROUPS);
    }

    private void run(WatchedDatabase database, Random random) throws InterruptedException {
        Journal journal = open(database);
        try {
            while (groups < GROUPS) {
                groups++;
                var fault = WatchedDatabase.Fault.draw(random);
                boolean crashed = group(journal, database, random, fault);
                if (crashed) {
                    crashes++;
                    journal.close();
                    journal = open(database);
                }
                if (crashed || groups % COMPARED_EVERY == 0) {
                    compare(database, crashed && crashes % 8 != 0);
                }
            }
            compare(database, false);
        } finally {
            journal.close();
        }
    }

    private static Journal open(WatchedDatabase database) {
        // Both clocks stand still: a machine that stalls must not look like a jump of the wall clock, which is an
        // entry.
        return Journal.on(database, () -> JournalFixture.START, SharedGroup.CONFIG)
                .nanoTime(() -> 0)
                .open();
    }

    /** One transaction of random commands; whether the process "ended" in it. */
    private boolean group(Journal journal, WatchedDatabase database, Random random, WatchedDatabase.Fault fault)
            throws InterruptedException {
        var queued = new CountDownLatch(1);
        // While this one has the writer to itself, the others gather into one group.
        var gate = journal.submitExclusive(PERMIT, transaction -> {
            try {
                queued.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 0;
        });
        int count = 1 + random.nextInt(MOST_COMMANDS);
        var commands = new ArrayList<SimulatedCommand>();
        var told = new ArrayList<CompletableFuture<Receipt<String>>>();
        for (int i = 0; i < count; i++) {
            var command = SimulatedCommand.draw(random);
            commands.add(command);
            told.add(journal.submit(PERMIT, command));
        }
        database.nextCommit(fault);
        queued.countDown();
        Journal.await(gate);
        List<String> expected = model.decide(commands);
        boolean commits = model.writes();
        boolean failed = commits && fault != WatchedDatabase.Fault.NONE;
        for (int i = 0; i < count; i++) {
            assertThat(said(told.get(i)))
                    .as("%s after %s, commit: %s", commands.get(i), commands.subList(0, i), fault)
                    .isEqualTo(failed ? "UNAVAILABLE" : expected.get(i));
        }
        database.nextCommit(WatchedDatabase.Fault.NONE);
        if (failed && fault != WatchedDatabase.Fault.CRASH_AFTER_COMMIT) {
            model.forget();
        } else {
            model.keep();
        }
        return failed && fault != WatchedDatabase.Fault.REFUSED_COMMIT;
    }

    private static String said(CompletableFuture<Receipt<String>> told) {
        return told.handle((receipt, failure) -> receipt != null
                        ? receipt.answer()
                        : failure instanceof dev.clew.server.common.ClewException refused
                                ? refused.code().name()
                                : String.valueOf(failure))
                .join();
    }

    /** Rows, entries and records are those of the model. */
    private void compare(WatchedDatabase database, boolean sizeAlone) {
        var entries = new Entries(database);
        assertThat(entries.size()).isEqualTo(model.entries().size());
        if (sizeAlone) {
            return;
        }
        var acts = new ArrayList<String>();
        for (List<byte[]> page = entries.leaves(0, Entries.MAX_PAGE);
                !page.isEmpty();
                page = entries.leaves(acts.size(), acts.size() + Entries.MAX_PAGE)) {
            page.forEach(leaf -> acts.add(Leaf.decode(leaf).decodeSubmission().act()));
        }
        assertThat(acts).isEqualTo(model.entries());
        List<Thing> things = database.read(sql ->
                sql.query("SELECT uid, name, grp, amount FROM test_thing").list(THINGS::read));
        assertThat(things).containsExactlyInAnyOrderElementsOf(model.things());
        List<Pair> pairs = database.read(
                sql -> sql.query("SELECT uid, k, v FROM test_pair").list(PAIRS::read));
        assertThat(pairs).containsExactlyInAnyOrderElementsOf(model.pairs());
        List<Latest> latest = database.read(
                sql -> sql.query("SELECT owner, total, first FROM test_latest").list(LATEST::read));
        assertThat(latest).containsExactlyInAnyOrderElementsOf(model.latest());
        long points = database.read(sql -> sql.query("SELECT COALESCE(SUM(n), 0) AS n FROM test_points")
                .first(row -> row.integer("n"))
                .orElseThrow());
        assertThat(points).isEqualTo(model.points());
        long records = database.read(sql -> sql.query("SELECT COALESCE(SUM(n), 0) AS n FROM hot_chunk")
                .first(row -> row.integer("n"))
                .orElseThrow());
        assertThat(records).isEqualTo(model.records());
    }
}
