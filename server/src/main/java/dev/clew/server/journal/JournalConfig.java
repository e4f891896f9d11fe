package dev.clew.server.journal;

import java.time.Duration;

/**
 * Settings {@code journal.*}: how writes are grouped. There is no timer: what queued during the last commit goes into the next.
 *
 * @param maxGroup most commands of one transaction
 * @param maxGroupBytes bytes of rows and entries after which a group is closed
 * @param maxDeciding time of loading, deciding and flushing at which a group is cut, as estimated from the last ones; as long as a commit
 *     takes where that is longer, and four times this at most
 * @param maxBulk most commands of one transaction while all are {@linkplain Command#isUnhurried unhurried}
 * @param maxBulkDeciding what {@code maxDeciding} is for such a transaction
 * @param maxQueued waiting commands; beyond it callers get OVERLOADED
 * @param closeRecordsAfter longest time a durable record waits for its batch entry
 * @param duplicateWindow records with a client id that are remembered, at most 24 h; about 70 bytes each
 * @param minFree bytes of room below which the store is read-only
 */
public record JournalConfig(
        int maxGroup,
        long maxGroupBytes,
        Duration maxDeciding,
        int maxBulk,
        Duration maxBulkDeciding,
        int maxQueued,
        Duration closeRecordsAfter,
        int duplicateWindow,
        long minFree) {
    public static final JournalConfig DEFAULT = new JournalConfig(
            4_096,
            4L << 20,
            Duration.ofMillis(5),
            1_000,
            Duration.ofMillis(400),
            65_536,
            Duration.ofMillis(250),
            1 << 20,
            512L << 20);

    /** The same with another bound of room. */
    public JournalConfig keepingFree(long bytes) {
        return with(closeRecordsAfter, bytes);
    }

    /** The same with another time for records, for tests. */
    public JournalConfig closingRecordsAfter(Duration after) {
        return with(after, minFree);
    }

    private JournalConfig with(Duration closingAfter, long free) {
        return new JournalConfig(
                maxGroup,
                maxGroupBytes,
                maxDeciding,
                maxBulk,
                maxBulkDeciding,
                maxQueued,
                closingAfter,
                duplicateWindow,
                free);
    }
}
