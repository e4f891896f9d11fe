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
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE_MILLIS = 100;

    private LostCommit() {}

    /**
     * Asks until the store answers.
     *
     * @return whether the group is stored; false too when the store did not answer in time, and then nothing is promised
     */
    static boolean happened(Writer writer, Group group) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                writer.rollback();
                writer.begin();
                // The lock waits for a commit that is still under way.
                Tail.lock(writer);
                boolean stored = isStored(writer, group);
                writer.rollback();
                return stored;
            } catch (StorageException e) {
                if (System.nanoTime() > until) {
                    return false;
                }
                pause();
            }
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
