package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs executions one after the other on a thread of its own, and repeats what failed until it is done. Thread-safe. */
final class ErasureQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ErasureQueue.class);
    private static final long DESTROYED_SECONDS = 30;
    private static final long FORGOTTEN_SECONDS = 5;
    private static final long MAX_PAUSE_SECONDS = 60;

    private final Execution execution;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("erasures").daemon().unstarted(task));
    private final Map<Uid, Running> running = new ConcurrentHashMap<>();

    /** One under way. */
    private static final class Running {
        final CompletableFuture<Boolean> destroyed = new CompletableFuture<>();
        final CompletableFuture<Boolean> forgotten = new CompletableFuture<>();
        long pauseSeconds = 1;
    }

    ErasureQueue(Execution execution) {
        this.execution = execution;
    }

    /** Starts it, unless it runs, and waits until the key is gone, and a moment for the rest. */
    void run(Uid erasure) {
        Running one = start(erasure);
        await(one.destroyed, DESTROYED_SECONDS, erasure);
        try {
            one.forgotten.get(FORGOTTEN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("An erasure goes on after its answer erasure={}", erasure.dashed());
        }
    }

    /** Starts it, unless it runs, and returns. */
    Running start(Uid erasure) {
        return running.computeIfAbsent(erasure, uid -> {
            var one = new Running();
            schedule(uid, one, 0);
            return one;
        });
    }

    private void schedule(Uid erasure, Running one, long seconds) {
        try {
            thread.schedule(() -> attempt(erasure, one), seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            one.destroyed.completeExceptionally(stopping());
            one.forgotten.completeExceptionally(stopping());
        }
    }

    private void attempt(Uid erasure, Running one) {
        try {
            execution.destroy(erasure);
            one.destroyed.complete(true);
            execution.forget(erasure);
            running.remove(erasure);
            one.forgotten.complete(true);
        } catch (RuntimeException e) {
            LOG.warn(
                    "An erasure was held up and is tried again erasure={} seconds={}",
                    erasure.dashed(),
                    one.pauseSeconds,
                    e);
            one.destroyed.completeExceptionally(e);
            one.forgotten.completeExceptionally(e);
            var again = new Running();
            again.pauseSeconds = Math.min(MAX_PAUSE_SECONDS, one.pauseSeconds * 2);
            running.put(erasure, again);
            schedule(erasure, again, one.pauseSeconds);
        }
    }

    private static void await(CompletableFuture<Boolean> step, long seconds, Uid erasure) {
        try {
            step.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        } catch (TimeoutException | ExecutionException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "Erasure %s was taken on but is not done yet; it goes on by itself. Ask for its state with GET /api/clew/v1/erasures/%s."
                            .formatted(erasure.dashed(), erasure.dashed()),
                    e);
        }
    }

    private static ClewException stopping() {
        return new ClewException(ErrorCode.UNAVAILABLE, "The server is stopping; the erasure goes on when it is back.");
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(MAX_PAUSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
