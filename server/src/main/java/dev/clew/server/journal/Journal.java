package dev.clew.server.journal;

import dev.clew.server.common.Permit;
import java.util.concurrent.CompletableFuture;

/**
 * The one way to write. Commands queue; one platform thread takes what queued during the last commit, loads what they need, lets each
 * decide in order, and flushes rows and entries in one transaction. Thread-safe. A receipt means committed and forced to disk.
 */
public interface Journal extends AutoCloseable {
    /**
     * Queues a command. Completes exceptionally with a {@code ClewException}: the refusal's code, STALE, OVERLOADED when the queue is
     * full, UNAVAILABLE when the group could not be committed (nothing of it happened), READ_ONLY when the disk is full.
     */
    <R> CompletableFuture<Receipt<R>> submit(Permit permit, Command<R> command);

    /** Submits and waits; throws what {@link #submit} completes with. */
    <R> Receipt<R> write(Permit permit, Command<R> command);

    @Override
    void close();
}
