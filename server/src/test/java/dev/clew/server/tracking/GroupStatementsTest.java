package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.journal.WatchedDatabase;
import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group asks the store as often for many writers as for few: what they need is loaded together. */
class GroupStatementsTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.RUN_WRITE, SCOPE);
    private static final int FEW = 4;
    private static final int MANY = 60;

    /** Most statements of any group here: to load, to confirm what was assumed absent, and a batch for each text. */
    private static final long MOST = 40;

    private static final JournalConfig ONE_GROUP =
            new JournalConfig(4_096, 4L << 20, Duration.ofHours(1), 65_536, Duration.ofDays(10_000), 1 << 16, 0);

    private WatchedDatabase database;
    private JournalFixture fixture;
    private Tracking tracking;
    private final List<Run> runs = new ArrayList<>();

    @BeforeEach
    void open(@TempDir Path folder) {
        database = new WatchedDatabase(SqliteDatabase.open(folder.resolve("clew.db")));
        fixture = JournalFixture.on(database, ONE_GROUP);
        tracking = new Tracking(fixture.journal(), database, fixture.clock());
        tracking.open();
        for (int i = 0; i < MANY; i++) {
            runs.add(tracking.createRun(PERMIT, SCOPE, 0, "ann", i, Map.of("mlflow.runName", "r" + i))
                    .answer());
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void ofBatchesOfMetricsParametersAndTags() throws Exception {
        constant(i -> log(i, batch(new LogBatch(), i)));
        // What is there already is replaced and compared, as often.
        constant(i -> log(i, batch(new LogBatch(), i + 1)));
    }

    @Test
    void ofTags() throws Exception {
        constant(i -> log(i, new LogBatch().tag("stage", "s" + i)));
        constant(i -> log(i, new LogBatch().tag("stage", "t" + i)));
        constant(i -> tracking.deleteTag(PERMIT, SCOPE, runs.get(i).uid(), "stage"));
    }

    @Test
    void ofRunsThatAreMade() throws Exception {
        constant(i -> tracking.createRun(PERMIT, SCOPE, 0, "ann", i, Map.of("mlflow.runName", "new")));
    }

    private void log(int run, LogBatch batch) {
        tracking.log(PERMIT, SCOPE, runs.get(run).uid(), batch, Act.RUN_LOG, false);
    }

    private static LogBatch batch(LogBatch batch, int step) {
        for (int i = 0; i < 5; i++) {
            batch.metric("m" + i, step, step, step, null, null, null);
        }
        return batch.tag("t", "v" + step);
    }

    private void constant(IntConsumer write) throws InterruptedException {
        long few = statements(FEW, 0, write);
        long many = statements(MANY - FEW, FEW, write);
        assertThat(many).isEqualTo(few).isLessThan(MOST);
    }

    /** Statements of the one transaction that so many writers share. */
    private long statements(int writers, int from, IntConsumer write) throws InterruptedException {
        var queued = new CountDownLatch(1);
        var running = new CountDownLatch(1);
        var gate = fixture.journal().submitExclusive(PERMIT, transaction -> {
            running.countDown();
            try {
                queued.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 0;
        });
        running.await();
        var threads = new ArrayList<Thread>();
        for (int i = from; i < from + writers; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().start(() -> write.accept(number)));
        }
        while (fixture.journal().queued() < writers) {
            Thread.onSpinWait();
        }
        queued.countDown();
        Journal.await(gate);
        for (Thread thread : threads) {
            thread.join();
        }
        return database.statementsOfLastCommit();
    }
}
