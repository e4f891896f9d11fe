package dev.clew.ledger.tiles;

/** Takes the files a growing log completes. */
@FunctionalInterface
public interface TileSink {
    /**
     * A full tile or entry bundle, final for ever. Called in the order of completion: bundle, level 0, level 1 …
     *
     * @param bytes the file's content; the receiver's to keep
     */
    void accept(Tile tile, byte[] bytes);
}
