package dev.clew.ledger.tiles;

import java.io.IOException;

/** Where tiles come from: a directory, a store, a server, the right edge in memory. */
@FunctionalInterface
public interface TileReader {
    /**
     * Bytes of a tile or entry bundle, of at least its width: more is lawful, because a partial tile is a prefix of the
     * fuller one.
     *
     * @throws java.io.FileNotFoundException or {@link java.nio.file.NoSuchFileException} if it is not there
     * @throws IOException if it cannot be read
     */
    byte[] read(Tile tile) throws IOException;
}
