package dev.clew.server.fsck;

import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds the hash tiles above level 0 from the roots of full tiles below, and compares each full one with its file. Confined to one thread. */
final class TileTower {
    private final TileReader tiles;
    private final long forced;
    private final Findings findings;
    private final List<Level> levels = new ArrayList<>();
    private long checked;

    private static final class Level {
        final byte[] hashes = new byte[Tile.FULL_BYTES];
        int count;
        long index;
    }

    /** @param forced below this size every full tile must be on disk */
    TileTower(TileReader tiles, long forced, Findings findings) {
        this.tiles = tiles;
        this.forced = forced;
        this.findings = findings;
    }

    /** Takes the root over one full level-0 tile. */
    void full(byte[] root) {
        add(1, root);
    }

    private void add(int number, byte[] root) {
        while (levels.size() < number) {
            levels.add(new Level());
        }
        Level level = levels.get(number - 1);
        System.arraycopy(root, 0, level.hashes, level.count * Hashing.SIZE, Hashing.SIZE);
        level.count++;
        if (level.count == Tile.FULL) {
            compare(number, level);
            byte[] above = new byte[Hashing.SIZE];
            Hashing.foldInto(level.hashes, Tile.FULL, above, 0);
            level.count = 0;
            level.index++;
            add(number + 1, above);
        }
    }

    private void compare(int number, Level level) {
        Tile tile = new Tile(number, level.index, Tile.FULL);
        long width = 1L << (8 * (number + 1));
        try {
            checked++;
            if (!Arrays.equals(tiles.read(tile), level.hashes)) {
                findings.add(
                        "E-TILE", tile.path(), "does not hold the hashes of the tiles below it", level.index * width);
            }
        } catch (IOException e) {
            if ((level.index + 1) * width <= forced) {
                findings.add("E-TILE", tile.path(), "is missing or cannot be read", level.index * width);
            }
        }
    }

    /** Tiles compared. */
    long checked() {
        return checked;
    }
}
