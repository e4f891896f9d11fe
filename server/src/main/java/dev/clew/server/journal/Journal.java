package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way to write. Commands queue; one platform thread takes what queued during the last commit, loads what they need, lets each
 * decide in order, and flushes rows and entries in one transaction. Thread-safe. A receipt means committed and forced to disk.
 */
public final class Journal implements AutoCloseable {
    private final BlockingQueue<Pending<?>> queue;
    private final GroupWriter writer;
    private final Thread thread;
    private volatile boolean closed;

    private Journal(BlockingQueue<Pending<?>> queue, GroupWriter writer) {
        this.queue = queue;
        this.writer = writer;
        this.thread = Thread.ofPlatform().name("journal").start(writer);
    }

    /** Opens the database's one write session and starts the writer. */
    public static Journal open(Database database, InstantSource clock, JournalConfig config) {
        return open(database, clock, config, Randomness.secure());
    }

    /** With salts and request ids from a source of the caller's: for simulations. */
    static Journal open(Database database, InstantSource clock, JournalConfig config, Consumer<byte[]> random) {
        return open(database, clock, config, new Randomness(random));
    }

    private static Journal open(Database database, InstantSource clock, JournalConfig config, Randomness randomness) {
        var queue = new ArrayBlockingQueue<Pending<?>>(config.maxQueued());
        var session = database.openWriter();
        return new Journal(
                queue, new GroupWriter(session, clock, config, queue, randomness, scope -> Scopes.DEFAULT_NAMESPACE));
    }

    /**
     * Queues a command. Completes exceptionally with a {@code ClewException}: the refusal's code, STALE, OVERLOADED when the queue is
     * full, UNAVAILABLE when the group could not be committed (nothing of it happened), READ_ONLY when the disk is full.
     */
    public <R> CompletableFuture<Receipt<R>> submit(Permit permit, Command<R> command) {
        return submit(permit, command, null);
    }

    /** As {@link #submit(Permit, Command)}, with the request id of the caller: {@code req} of the entries. */
    public <R> CompletableFuture<Receipt<R>> submit(Permit permit, Command<R> command, @Nullable Uid request) {
        var pending = new Pending<>(permit, command, request);
        if (closed) {
            pending.fail(new ClewException(
                    ErrorCode.UNAVAILABLE, "The server is stopping; send the change again to the next one."));
        } else if (!queue.offer(pending)) {
            pending.fail(new ClewException(
                    ErrorCode.OVERLOADED, "Too many changes are waiting already; try again shortly."));
        }
        return pending.future;
    }

    /** Submits and waits; throws what {@link #submit} completes with. */
    public <R> Receipt<R> write(Permit permit, Command<R> command) {
        return await(submit(permit, command));
    }

    /** Waits for a receipt; throws the {@code ClewException} it completes with, with the waiting caller's stack. */
    public static <R> Receipt<R> await(CompletableFuture<Receipt<R>> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ClewException failure) {
                throw new ClewException(failure.code(), String.valueOf(failure.getMessage()), failure);
            }
            throw e;
        }
    }

    /** The gate to ask again about permits older than {@link #accessEpoch}. */
    public void recheckWith(PermitCheck gate) {
        writer.recheckWith(gate);
    }

    /** Tells {@code listener} of every commit that appends entries. */
    public void onCommitted(CommitListener listener) {
        writer.listen(listener);
    }

    /** Number of committed changes of access; permits carry the one they were given in. */
    public long accessEpoch() {
        return writer.accessEpoch();
    }

    /** Finishes what was accepted, then closes the write session. */
    @Override
    public void close() {
        closed = true;
        writer.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
