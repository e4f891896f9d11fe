package dev.clew.benchmarks;

import java.util.List;

/** Where a server is killed: steps of a write and of what follows it, each a place in the server that is entered there. */
enum CrashStep {
    RANDOM("any moment"),
    QUEUE("a command enters the queue", Place.at("journal.Journal", "enqueue", 300)),
    FLUSH(
            "rows are written, entries not yet",
            Place.at("journal.BuiltEntry", "insert", 100),
            Place.at("journal.Tail", "write", 100)),
    COMMIT("the commit is under way", Place.during("storage.SqliteDatabase$SqliteWriter", "commit", 100, 4_000)),
    COMMITTED("committed, nobody told yet", Place.at("journal.GroupWriter", "committed", 100)),
    TILE(
            "a full tile is being written, or is there and not forced",
            Place.during("ledgers.TileFiles", "accept", 3, 500),
            Place.at("ledgers.TileFiles", "force", 2)),
    CHECKPOINT(
            "before a checkpoint's row, or its row is there and the anchor not",
            Place.at("ledgers.Integrator", "publish", 4),
            Place.at("ledgers.Anchor", "write", 4)),
    ANCHOR("the anchor is being replaced", Place.during("ledgers.TileFiles", "replace", 4, 500)),
    SEGMENT(
            "a segment's files, its row, or the chunks it takes the place of",
            Place.at("segments.SegmentWriter", "finish", 1),
            Place.at("segments.Compaction", "register", 1),
            Place.at("segments.Segments", "enforce", 1),
            Place.at("journal.Journal", "drop", 1)),
    VAULT(
            "keys are being stored, before the records they seal",
            Place.during("storage.JdbcKeyStore", "write", 20, 3_000)),
    ERASURE(
            "a person is being erased",
            Place.at("vault.VaultErasing", "begin", 1),
            Place.at("vault.VaultErasing", "list", 1),
            Place.at("vault.VaultErasing", "destroy", 1),
            Place.at("privacy.ErasureLog", "append", 1),
            Place.at("privacy.Execution", "forget", 1),
            Place.at("journal.HotErasure", "run", 1),
            Place.at("vault.VaultErasing", "finish", 1)),
    BACKUP(
            "a backup is being copied",
            Place.at("backup.BackupCopy", "inspect", 1),
            Place.at("backup.BackupCopy", "finishKeys", 1));

    /**
     * One place.
     *
     * @param type below {@code dev.clew.server}
     * @param mostHits the kill comes at one of so many first entries
     * @param mostMicros the server goes on for at most so long before it is killed; 0 stops it at the place
     */
    record Place(String type, String method, int mostHits, int mostMicros) {
        static Place at(String type, String method, int mostHits) {
            return new Place("dev.clew.server." + type, method, mostHits, 0);
        }

        static Place during(String type, String method, int mostHits, int mostMicros) {
            return new Place("dev.clew.server." + type, method, mostHits, mostMicros);
        }
    }

    private final String words;
    private final List<Place> places;

    CrashStep(String words, Place... places) {
        this.words = words;
        this.places = List.of(places);
    }

    String words() {
        return words;
    }

    /** Empty for a kill at any moment. */
    List<Place> places() {
        return places;
    }
}
