package dev.clew.server.storage;

import java.util.function.Function;

/**
 * The relational store: one writer (the journal), many readers. Thread-safe. Reads run on a bounded platform pool, never on the
 * caller's virtual thread; when its queue is full they are refused with OVERLOADED.
 */
public interface Database extends AutoCloseable {
    Dialect dialect();

    /**
     * Runs one read transaction (a consistent snapshot, at most 2 s) and returns what it computed. Blocks the caller, not a carrier.
     *
     * @throws dev.clew.server.common.ClewException OVERLOADED when the pool's queue is full, UNAVAILABLE when the engine is gone
     */
    <T> T read(Function<Sql, T> work);

    @Override
    void close();
}
