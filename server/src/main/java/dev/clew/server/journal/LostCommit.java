package dev.clew.server.journal;

import dev.clew.server.storage.StorageException;
import dev.clew.server.storage.Writer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether a commit whose answer was lost with the connection happened: by what is stored at the group's first entry or, for
 * a group of records alone, at its first chunk.
 */
final class LostCommit {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_MILLIS = 100;

    private LostCommit() {}

    /** What became of it. */
    enum Outcome {
        STORED,
        NOT_STORED,
        /** The store does not answer: nothing may be decided before it does. */
        UNKNOWN
    }

    /** Asks until the store answers, for as long as callers can be kept waiting. */
    static Outcome await(Writer writer, Group group) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            Outcome outcome = ask(writer, group);
            if (outcome != Outcome.UNKNOWN || System.nanoTime() > until) {
                return outcome;
            }
            pause();
        }
    }

    /**
     * Asks once.
     *
     * @throws StorageException TAKEN when another process has the store by now
     */
    static Outcome ask(Writer writer, Group group) {
        try {
            writer.rollback();
            writer.begin();
            // The lock waits for a commit that is still under way.
            Tail.lock(writer);
            boolean stored = isStored(writer, group);
            writer.rollback();
            return stored ? Outcome.STORED : Outcome.NOT_STORED;
        } catch (StorageException e) {
            if (e.failure() == StorageException.Failure.TAKEN) {
                throw e;
            }
            return Outcome.UNKNOWN;
        }
    }

    private static boolean isStored(Writer writer, Group group) {
        if (!group.entries().isEmpty()) {
            BuiltEntry first = group.entries().getFirst();
            return writer.sql()
                    .query("SELECT leaf FROM entry WHERE seq = :seq")
                    .bind("seq", first.seq())
                    .first(row -> row.bytes("leaf"))
                    .filter(leaf -> Arrays.equals(leaf, first.leaf()))
                    .isPresent();
        }
        // Housekeeping and records: the row that ends every group says how far it came.
        return Tail.read(writer).equalTo(group.tail);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
