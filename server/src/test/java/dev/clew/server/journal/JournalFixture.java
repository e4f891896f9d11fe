package dev.clew.server.journal;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A database and a journal in a folder, under a clock that the test moves. */
public final class JournalFixture implements AutoCloseable {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Database database;
    private final Journal journal;
    private final Entries entries;

    private JournalFixture(Database database, JournalConfig config) {
        this.database = database;
        // The monotonic clock follows the test's, so that moving it is not a jump of the wall clock.
        this.journal = Journal.on(database, clock(), config)
                .nanoTime(() -> TimeUnit.MILLISECONDS.toNanos(now.get().toEpochMilli()))
                .open();
        this.entries = new Entries(database);
    }

    /** A fresh database, or the one that the folder has, of the engine under test. */
    public static JournalFixture open(Path folder) {
        return open(folder, JournalConfig.DEFAULT);
    }

    public static JournalFixture open(Path folder, JournalConfig config) {
        return new JournalFixture(TestDatabase.open(folder), config);
    }

    /** On a database of the caller's choice, which is closed with the fixture. */
    public static JournalFixture on(Database database, JournalConfig config) {
        return new JournalFixture(database, config);
    }

    public Database database() {
        return database;
    }

    public Journal journal() {
        return journal;
    }

    public Entries entries() {
        return entries;
    }

    public InstantSource clock() {
        return now::get;
    }

    public void setNow(Instant instant) {
        now.set(instant);
    }

    /** A permit of a person in the default project. */
    public static Permit permit(Permission permission) {
        return new Permit("usr:test", null, permission, Scopes.DEFAULT_PROJECT, Permit.NEVER_STALE, null);
    }

    @Override
    public void close() {
        journal.close();
        database.close();
    }
}
