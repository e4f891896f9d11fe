package dev.clew.server.storage;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * The relational store: one writer (the journal), many readers. Thread-safe. Reads run on a bounded platform pool, never on the
 * caller's virtual thread; when its queue is full they are refused with OVERLOADED.
 */
public interface Database extends AutoCloseable {
    Dialect dialect();

    /**
     * Runs one read transaction (a consistent snapshot, at most 2 s) and returns what it computed. Blocks the caller, not a carrier.
     * A read inside a read joins the outer one.
     *
     * @throws dev.clew.server.common.ClewException OVERLOADED when the pool's queue is full, UNAVAILABLE when the engine is gone,
     *     TIMEOUT when it took too long
     */
    <T> T read(Function<Sql, T> work);

    /**
     * Lifts the time limit of reads until what is returned is closed: for a start, which reads more than any request, on whatever
     * machine.
     */
    default Unhurried unhurried() {
        return () -> {};
    }

    /** See {@link #unhurried}. */
    interface Unhurried extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Opens a view that lasts, on a connection of its own and without the time limit of {@link #read}. Not for requests.
     *
     * @throws dev.clew.server.common.ClewException UNAVAILABLE when the engine is gone, ROW_DAMAGED when the store cannot be read
     */
    Snapshot snapshot();

    /**
     * Writes a consistent copy of everything committed into a new file, without what was deleted. Readers and the writer go on; it may take
     * long and must not run on a virtual thread.
     */
    void copyTo(Path file);

    /**
     * Opens the write session. Only the journal calls it, once at a time.
     *
     * @throws IllegalStateException while another one is open
     */
    Writer openWriter();

    @Override
    void close();
}
