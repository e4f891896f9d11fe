package dev.clew.server.segments;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes segments: moves closed batches out of the chunks when there are enough of them or they are old enough,
 * joins small segments, and empties bodies of erased persons. What it cannot do now it tries again later; until then chunks serve.
 * Thread-safe.
 */
public final class Compactor implements AutoCloseable {
    static final Permit PERMIT = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final int MAX_TASKS = 256;
    private static final long TICK_MILLIS = 500;
    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(30);

    private final Compaction compaction;
    private final Segments segments;
    private final HotLevels levels;
    private final BlockingQueue<FutureTask<?>> tasks = new ArrayBlockingQueue<>(MAX_TASKS);
    private final Thread thread;
    private volatile boolean stopping;

    private Compactor(
            Journal journal, Segments segments, SegmentsConfig config, Summaries summaries, InstantSource clock) {
        this.segments = segments;
        this.levels = new HotLevels(config, clock);
        this.compaction = new Compaction(journal, segments, config, summaries, levels, clock, () -> stopping);
        journal.onRecords(levels);
        segments.erasedBy(this::erase);
        this.thread = Thread.ofPlatform().name("compactor").start(this::run);
    }

    /** Starts the thread; what an unclean stop left between a segment and its chunks is finished first. */
    public static Compactor start(
            Journal journal, Segments segments, SegmentsConfig config, Summaries summaries, InstantSource clock) {
        return new Compactor(journal, segments, config, summaries, clock);
    }

    /** Moves every closed batch now and waits for it. */
    public void compact() {
        await(() -> {
            compaction.run(true);
            return true;
        });
    }

    /** Waits until no file is written or removed; goes on when what is returned is closed. For a copy of the files. */
    public AutoCloseable hold() {
        var resting = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var task = new FutureTask<>(() -> {
            resting.countDown();
            released.await();
            return true;
        });
        if (stopping || !tasks.offer(task)) {
            throw unavailable(null);
        }
        try {
            while (!resting.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (stopping) {
                    throw unavailable(null);
                }
            }
        } catch (InterruptedException e) {
            released.countDown();
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
        return released::countDown;
    }

    /** @return records that were emptied */
    private long erase(byte[] psid) {
        return await(() -> compaction.erase(psid));
    }

    private <T> T await(Callable<T> work) {
        var task = new FutureTask<>(work);
        if (stopping || !tasks.offer(task)) {
            throw unavailable(null);
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        } catch (CancellationException e) {
            throw unavailable(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClewException failure) {
                throw new ClewException(failure.code(), String.valueOf(failure.getMessage()), failure);
            }
            LOG.error("A segment could not be written", e);
            throw unavailable(e);
        }
    }

    private static ClewException unavailable(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.UNAVAILABLE, "Segments of records cannot be written now; try again shortly.", cause);
    }

    private void run() {
        long restUntil = System.nanoTime();
        try {
            while (!stopping) {
                FutureTask<?> task = tasks.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (task != null) {
                    task.run();
                } else if (System.nanoTime() - restUntil >= 0 && !runOnce()) {
                    restUntil = System.nanoTime() + REST_AFTER_FAILURE.toNanos();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The compactor was interrupted");
        }
        tasks.forEach(task -> task.cancel(false));
    }

    private boolean runOnce() {
        try {
            compaction.run(false);
            return true;
        } catch (IOException | RuntimeException e) {
            if (!stopping) {
                LOG.error("Records could not be moved to a segment; they stay in the database for now", e);
            }
            return false;
        }
    }

    /** Gives up what is being written, which changes nothing, and waits for the thread. */
    @Override
    public void close() {
        stopping = true;
        segments.erasedBy(psid -> {
            throw unavailable(null);
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
