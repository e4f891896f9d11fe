package dev.clew.server.vault;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the vault's only write transaction, on one platform thread. What queued while the last one was forced to disk goes into the next
 * one: no timer. Thread-safe.
 */
final class VaultWriter implements AutoCloseable {
    private static final int MAX_QUEUED = 4_096;
    private static final int MAX_GROUP = 256;

    /** One change. It must have checked everything before it writes its first row: what it throws afterwards fails its whole group. */
    @FunctionalInterface
    interface Change<T> {
        T run(KeyStore.Writes rows, Summary summary);
    }

    /** Either a change of a transaction or work between two. */
    private record Pending<T>(
            @Nullable Change<T> change, @Nullable Supplier<T> work, CompletableFuture<T> future) {
        boolean alone() {
            return work != null;
        }
    }

    private record Outcome(Runnable complete) {}

    private final KeyStore store;
    private final byte[] rootKey;
    private final LongConsumer epochs;
    private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final Thread thread;
    private volatile boolean stopping;

    /** @param epochs told the epoch after every commit, before its callers are answered */
    VaultWriter(KeyStore store, byte[] rootKey, LongConsumer epochs) {
        this.store = store;
        this.rootKey = rootKey.clone();
        this.epochs = epochs;
        this.thread = Thread.ofPlatform().name("vault").daemon().start(this::drain);
    }

    <T> CompletableFuture<T> submit(Change<T> change) {
        return queue(new Pending<>(change, null, new CompletableFuture<T>()));
    }

    /** Runs work of the store on the writer's thread between two transactions, and waits for it. */
    void afterwards(Runnable work) {
        Supplier<Boolean> supplied = () -> {
            work.run();
            return true;
        };
        await(queue(new Pending<>(null, supplied, new CompletableFuture<>())));
    }

    private <T> CompletableFuture<T> queue(Pending<T> pending) {
        if (stopping || !queue.offer(pending)) {
            pending.future.completeExceptionally(
                    stopping
                            ? closing()
                            : new ClewException(
                                    ErrorCode.OVERLOADED,
                                    "The vault was asked for new keys; %d requests wait already. Try again."
                                            .formatted(MAX_QUEUED)));
        }
        return pending.future;
    }

    /** Submits and waits until the change is on disk. */
    <T> T run(Change<T> change) {
        return await(submit(change));
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(
                    ErrorCode.UNAVAILABLE, "The request was stopped while it waited for the vault; try again.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private void drain() {
        var group = new ArrayList<Pending<?>>(MAX_GROUP);
        while (true) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                queue.drainTo(group);
                group.forEach(pending -> pending.future.completeExceptionally(closing()));
                return;
            }
            queue.drainTo(group, MAX_GROUP - 1);
            commit(group.stream().filter(pending -> !pending.alone()).toList());
            group.stream().filter(Pending::alone).forEach(VaultWriter::runAlone);
            group.clear();
        }
    }

    private static <T> void runAlone(Pending<T> pending) {
        try {
            pending.future.complete(Objects.requireNonNull(pending.work).get());
        } catch (RuntimeException | Error e) {
            pending.future.completeExceptionally(e);
        }
    }

    private void commit(List<Pending<?>> group) {
        if (group.isEmpty()) {
            return;
        }
        try {
            long[] epoch = new long[1];
            List<Outcome> outcomes = store.write(rows -> {
                Summary summary =
                        rows.summary().map(row -> Summary.open(rootKey, row)).orElseGet(Summary::empty);
                var done = new ArrayList<Outcome>(group.size());
                for (Pending<?> pending : group) {
                    done.add(run(pending, rows, summary));
                }
                if (summary.isChanged()) {
                    rows.putSummary(summary.seal(rootKey));
                }
                epoch[0] = summary.epoch();
                return done;
            });
            epochs.accept(epoch[0]);
            outcomes.forEach(outcome -> outcome.complete.run());
        } catch (RuntimeException | Error e) {
            group.forEach(pending -> pending.future.completeExceptionally(e));
        }
    }

    /** A refusal before the first write fails its caller alone; it is told only after the commit, like everybody. */
    private static <T> Outcome run(Pending<T> pending, KeyStore.Writes rows, Summary summary) {
        try {
            T result = Objects.requireNonNull(pending.change).run(rows, summary);
            return new Outcome(() -> pending.future.complete(result));
        } catch (Refused e) {
            return new Outcome(() -> pending.future.completeExceptionally(e.why()));
        }
    }

    /** Thrown by a change that has written nothing. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final ClewException why;

        Refused(ErrorCode code, String message) {
            super(message, null, false, false);
            this.why = new ClewException(code, message);
        }

        ClewException why() {
            return why;
        }
    }

    private static ClewException closing() {
        return new ClewException(ErrorCode.UNAVAILABLE, "The vault is closing; the server is stopping.");
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
