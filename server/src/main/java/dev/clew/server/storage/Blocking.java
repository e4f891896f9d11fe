package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Platform threads for calls that block in native code or in the file system: a virtual thread that makes such a call holds its
 * carrier, and as many of them as there are cores stop the process. A caller that is a platform thread runs its call itself. Bounded
 * in threads and in waiting calls. Thread-safe.
 */
public final class Blocking implements AutoCloseable {
    /** A call that may fail as files do. */
    @FunctionalInterface
    public interface Call<T> {
        T run() throws IOException;
    }

    private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

    private final String name;
    private final ThreadPoolExecutor pool;

    /** @param queued calls that may wait; one more is refused with OVERLOADED */
    public Blocking(String name, int threads, int queued) {
        this.name = name;
        var number = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queued),
                task -> Thread.ofPlatform()
                        .name(name + "-" + number.incrementAndGet())
                        .daemon()
                        .unstarted(task));
        pool.allowCoreThreadTimeOut(true);
    }

    /** Runs the call and waits for it. */
    public <T> T call(Call<T> call) throws IOException {
        return Thread.currentThread().isVirtual() ? await(after(NOTHING, call)) : call.run();
    }

    /** Runs the call on one of the threads once {@code before} is done, unless that failed. Does not wait. */
    <T> CompletableFuture<T> after(CompletableFuture<?> before, Call<T> call) {
        return before.thenApplyAsync(
                _ -> {
                    try {
                        return call.run();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                pool);
    }

    /** Waits for a call, and fails as it did. */
    <T> T await(CompletableFuture<T> called) throws IOException {
        try {
            return called.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "The request was stopped while it waited; try again.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RejectedExecutionException) {
                throw new ClewException(
                        ErrorCode.OVERLOADED,
                        "The server was asked for more %s than it can queue; try again.".formatted(name),
                        e);
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
