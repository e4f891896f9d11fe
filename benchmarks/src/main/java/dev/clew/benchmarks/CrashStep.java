package dev.clew.benchmarks;

import java.util.List;

/** Where a server is killed: steps of a write and of what follows it, each a place in the server that is entered there. */
enum CrashStep {
    RANDOM("any moment"),
    QUEUE("a command enters the queue", Place.at("journal.Journal", "enqueue", 60)),
    FLUSH(
            "rows are written, entries not yet",
            Place.at("journal.BuiltEntry", "insert", 40),
            Place.at("journal.Tail", "write", 20)),
    COMMIT("the commit is under way", Place.during("storage.SqliteDatabase$SqliteWriter", "commit", 20, 4_000)),
    COMMITTED("committed, nobody told yet", Place.at("journal.GroupWriter", "committed", 20)),
    TILE(
            "a full tile is being written, or is there and not forced",
            Place.during("ledgers.TileFiles", "accept", 2, 500),
            Place.at("ledgers.TileFiles", "force", 1)),
    CHECKPOINT(
            "before a checkpoint's row, or its row is there and the anchor not",
            Place.at("ledgers.Integrator", "publish", 3),
            Place.at("ledgers.Anchor", "write", 2)),
    ANCHOR("the anchor is being replaced", Place.during("ledgers.TileFiles", "replace", 2, 500)),
    SEGMENT(
            "a segment's files are being written",
            Place.at("segments.SegmentWriter", "finish", 1),
            Place.at("segments.Compaction", "register", 1)),
    COMPACTION(
            "a segment's row is there, the chunks it takes the place of go",
            Place.at("segments.Segments", "enforce", 1),
            Place.at("journal.Journal", "drop", 1)),
    VAULT(
            "keys are being stored, before the records they seal",
            Place.during("storage.JdbcKeyStore", "write", 10, 3_000)),
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
