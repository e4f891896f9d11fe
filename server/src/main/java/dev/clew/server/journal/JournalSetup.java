package dev.clew.server.journal;

import dev.clew.server.common.Scopes;
import dev.clew.server.storage.Database;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a journal is opened with. Everything but store, clock and settings has a usual value. Not thread-safe; used once. */
public final class JournalSetup {
    final Database database;
    final InstantSource clock;
    final JournalConfig config;
    RecordKeys recordKeys = RecordKeys.NONE;
    OlderRecords older = OlderRecords.NONE;
    IntFunction<String> namespaceOf = scope -> Scopes.DEFAULT_NAMESPACE;
    LongSupplier nanoTime = System::nanoTime;
    LongSupplier freeBytes = () -> Long.MAX_VALUE;
    Runnable onPoisoned = () -> {};
    Randomness randomness = Randomness.secure();
    boolean acceptClock;

    JournalSetup(Database database, InstantSource clock, JournalConfig config) {
        this.database = database;
        this.clock = clock;
        this.config = config;
    }

    /** Seals what chunks of records say of persons, and tells which keys are gone. */
    public JournalSetup recordKeys(RecordKeys keys) {
        this.recordKeys = keys;
        return this;
    }

    /** Where records are found that were compacted. */
    public JournalSetup older(OlderRecords records) {
        this.older = records;
        return this;
    }

    /** Organisation of a scope: {@code ns} of its entries. */
    public JournalSetup namespaceOf(IntFunction<String> namespace) {
        this.namespaceOf = namespace;
        return this;
    }

    /** Room left where the store lies; below {@link JournalConfig#minFree} nothing is written. */
    public JournalSetup freeBytes(LongSupplier bytes) {
        this.freeBytes = bytes;
        return this;
    }

    /** Called once when the store can no longer be trusted: the process must end. Nothing is written or acknowledged any more. */
    public JournalSetup onPoisoned(Runnable end) {
        this.onPoisoned = end;
        return this;
    }

    /** The monotonic clock, against which jumps of the wall clock are noticed and record batches timed. */
    public JournalSetup nanoTime(LongSupplier source) {
        this.nanoTime = source;
        return this;
    }

    /** Starts although the clock is more than a day behind the last entry. */
    public JournalSetup acceptClock() {
        this.acceptClock = true;
        return this;
    }

    /** Fills salts and request ids: seeded in simulations. */
    JournalSetup random(@Nullable Consumer<byte[]> source) {
        if (source != null) {
            this.randomness = new Randomness(source);
        }
        return this;
    }

    /**
     * Opens the database's one write session, reads what is stored of records, and starts the writer.
     *
     * @throws dev.clew.server.common.ClewException CONFIGURATION when the clock is more than a day behind, ROW_DAMAGED when a chunk is
     *     not what was written
     */
    public Journal open() {
        return Journal.open(this);
    }
}
