package dev.clew.server.journal;

import java.util.concurrent.atomic.LongAdder;

/** What the writer has done since it was opened. Thread-safe: the writer counts, anyone reads. */
public final class JournalStats {
    private final LongAdder groups = new LongAdder();
    private final LongAdder commands = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder workNanos = new LongAdder();
    private final LongAdder clockJumps = new LongAdder();

    void flushed(int commandCount, int entryCount, long nanos) {
        groups.increment();
        commands.add(commandCount);
        entries.add(entryCount);
        workNanos.add(nanos);
    }

    void clockJumped() {
        clockJumps.increment();
    }

    /** Transactions that wrote something. */
    public long groups() {
        return groups.sum();
    }

    public long commands() {
        return commands.sum();
    }

    public long entries() {
        return entries.sum();
    }

    /** Time of loading, deciding and flushing, without commits. */
    public long workNanos() {
        return workNanos.sum();
    }

    /** Jumps of the wall clock that were noted as entries. */
    public long clockJumps() {
        return clockJumps.sum();
    }
}
