package dev.clew.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/** One transaction that many writers share, to count its statements: as many for many writers as for few. */
public final class SharedGroup {
    /** Whatever waits goes into one group, and nothing is closed by time. */
    public static final JournalConfig CONFIG = new JournalConfig(
            4_096,
            4L << 20,
            Duration.ofHours(1),
            4_096,
            Duration.ofHours(1),
            65_536,
            Duration.ofDays(10_000),
            1 << 16,
            0);

    /** Writers are numbered from 0 up to here. */
    public static final int MANY = 60;

    private static final int FEW = 4;

    /** Most statements of any group: to load, to confirm what was assumed absent, and a batch for each text. */
    private static final long MOST = 40;

    private SharedGroup() {}

    /** The group of four writers and that of all the others run as many statements. */
    public static void assertSameStatements(Journal journal, WatchedDatabase database, IntConsumer write)
            throws InterruptedException {
        long few = statements(journal, database, FEW, 0, write);
        long many = statements(journal, database, MANY - FEW, FEW, write);
        assertThat(many).isEqualTo(few).isPositive().isLessThan(MOST);
    }

    private static long statements(Journal journal, WatchedDatabase database, int writers, int from, IntConsumer write)
            throws InterruptedException {
        var queued = new CountDownLatch(1);
        var running = new CountDownLatch(1);
        var gate = journal.submitExclusive(JournalFixture.permit(Permission.RUN_WRITE), transaction -> {
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
        while (journal.queued() < writers) {
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
