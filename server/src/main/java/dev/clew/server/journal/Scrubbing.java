package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.StorageException;
import dev.clew.server.storage.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waiting requests that nothing deleted be left in the store's files; served between groups. Thread-safe; {@link #run} is the writer's. */
final class Scrubbing {
    /** A read may last 2 s; for what reads longer (a backup, a check) it is tried again later. */
    private static final int MAX_TRIES = 40;

    /** Each try may hold up a group for a moment, so they are spaced. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    private int tries;
    private long nextNanos = System.nanoTime();
    private boolean stopped;

    synchronized CompletableFuture<Boolean> ask() {
        var asked = new CompletableFuture<Boolean>();
        if (stopped) {
            asked.completeExceptionally(Health.stopping());
        } else {
            waiting.add(asked);
        }
        return asked;
    }

    /** One try, when somebody waits. */
    void run(Writer writer) {
        List<CompletableFuture<Boolean>> asked;
        synchronized (this) {
            asked = List.copyOf(waiting);
        }
        if (asked.isEmpty() || System.nanoTime() - nextNanos < 0) {
            return;
        }
        try {
            writer.scrub();
            done(asked);
            asked.forEach(each -> each.complete(true));
        } catch (StorageException e) {
            tries++;
            nextNanos = System.nanoTime() + PAUSE_NANOS;
            if (e.failure() != StorageException.Failure.BUSY) {
                done(asked);
                asked.forEach(each -> each.completeExceptionally(Health.unavailable(e)));
                throw e;
            }
            if (tries >= MAX_TRIES) {
                done(asked);
                asked.forEach(each -> each.completeExceptionally(new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "What was deleted is still being read, so its bytes cannot be removed yet; it is tried again.",
                        e)));
            }
        }
    }

    private synchronized void done(List<CompletableFuture<Boolean>> asked) {
        waiting.removeAll(asked);
        tries = 0;
    }

    synchronized void stop() {
        stopped = true;
        waiting.forEach(each -> each.completeExceptionally(Health.stopping()));
        waiting.clear();
    }
}
