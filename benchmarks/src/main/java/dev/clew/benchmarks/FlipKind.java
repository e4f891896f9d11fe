package dev.clew.benchmarks;

import java.nio.file.Path;

/** Kinds of files of a data directory whose bytes are flipped. */
enum FlipKind {
    TILE("hash tiles and entry bundles"),
    ANCHOR("the anchor outside the directory"),
    SEGMENT("segments of records"),
    KEY("key files"),
    FILE("stored files"),
    DATABASE("clew.db and vault.db"),
    OTHER("what else lies there");

    private final String words;

    FlipKind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** @param file relative to the data directory */
    static FlipKind of(Path file) {
        String path = file.toString().replace('\\', '/');
        if (path.endsWith(".db")) {
            return DATABASE;
        }
        return switch (path.contains("/") ? path.substring(0, path.indexOf('/')) : path) {
            case "ledger" -> TILE;
            case "decisions" -> SEGMENT;
            case "keys" -> KEY;
            case "blobs" -> FILE;
            default -> OTHER;
        };
    }
}
