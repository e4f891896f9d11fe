package dev.clew.benchmarks;

import dev.clew.server.journal.JournalConfig;
import java.time.Duration;

/** How data sets are made: nobody waits for a single answer, so groups are as large as memory allows and one commit serves thousands. */
final class BulkJournal {
    static final JournalConfig CONFIG = new JournalConfig(
            8_192,
            64L << 20,
            Duration.ofSeconds(2),
            8_192,
            Duration.ofSeconds(2),
            65_536,
            Duration.ofMillis(250),
            1 << 20,
            512L << 20);

    private BulkJournal() {}
}
