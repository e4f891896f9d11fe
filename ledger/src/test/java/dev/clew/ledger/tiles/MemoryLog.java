package dev.clew.ledger.tiles;

import java.io.FileNotFoundException;
import java.util.HashMap;
import java.util.Map;

/** A log whose full tiles lie in a map: what a server keeps on disk. */
public final class MemoryLog implements TileReader {
    public final Map<Tile, byte[]> full = new HashMap<>();
    public final RightEdge edge = new RightEdge(full::put);

    MemoryLog append(Iterable<byte[]> entries) {
        entries.forEach(edge::append);
        return this;
    }

    /** An empty log. */
    public MemoryLog() {}

    @Override
    public byte[] read(Tile tile) throws FileNotFoundException {
        byte[] bytes = full.get(tile.withWidth(Tile.FULL));
        if (bytes == null) {
            return edge.read(tile);
        }
        int length = tile.isEntries() ? EntryBundle.prefixLength(bytes, tile.width()) : tile.width() * 32;
        return java.util.Arrays.copyOf(bytes, length);
    }
}
