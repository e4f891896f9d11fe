package dev.clew.ledger.tiles;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.tree.Hashing;

/**
 * Coordinates of a hash tile or an entry bundle.
 *
 * <p>Hash {@code i} of tile (level, index) is the root over leaves {@code [(index·256 + i)·256^level,
 * (index·256 + i + 1)·256^level)}. A bundle has the coordinates of the level-0 tile over the same entries.
 *
 * @param level 0 to {@value #MAX_LEVEL}, or {@value #ENTRIES} for an entry bundle
 * @param index position at its level, from 0
 * @param width hashes or entries in it, 1 to {@value #FULL}
 */
public record Tile(int level, long index, int width) {
    /** Width of a full tile. */
    public static final int FULL = 256;
    /** Bytes of a full hash tile. */
    public static final int FULL_BYTES = FULL * Hashing.SIZE;
    /** Level that marks an entry bundle. */
    public static final int ENTRIES = -1;
    /** Highest level that a tree of 2^63 leaves has. */
    public static final int MAX_LEVEL = 7;

    private static final String ROOT = "tile/";
    private static final int LOG_FULL = 8;

    /** Checks the ranges. */
    public Tile {
        if (level < ENTRIES || level > MAX_LEVEL || index < 0 || width < 1 || width > FULL) {
            throw new IllegalArgumentException(
                    "There is no tile at level " + level + ", index " + index + ", width " + width + ".");
        }
    }

    /** The entry bundle over entries {@code [index·256, index·256 + width)}. */
    public static Tile entries(long index, int width) {
        return new Tile(ENTRIES, index, width);
    }

    /**
     * The tile as it is in a tree of {@code size}: full, or partial at the right edge.
     *
     * @throws IllegalArgumentException if a tree of that size has nothing there
     */
    public static Tile at(int level, long index, long size) {
        long available = available(level, size);
        if (index < 0 || index > available / FULL) {
            throw new IllegalArgumentException(
                    "A log of size " + size + " has no tile at level " + level + ", index " + index + ".");
        }
        return new Tile(level, index, (int) Math.min(available - index * FULL, FULL));
    }

    /** Number of hashes at {@code level} in a tree of {@code size}; at level {@value #ENTRIES} the number of entries. */
    public static long available(int level, long size) {
        return size >>> (LOG_FULL * Math.max(level, 0));
    }

    /** True if the tile has all of its 256 hashes or entries, so that it never changes again. */
    public boolean isFull() {
        return width == FULL;
    }

    /** True for an entry bundle. */
    public boolean isEntries() {
        return level == ENTRIES;
    }

    /** The same tile at another width. */
    public Tile withWidth(int newWidth) {
        return new Tile(level, index, newWidth);
    }

    /** Path relative to the log's prefix, such as {@code tile/0/x001/067.p/112} or {@code tile/entries/000}. */
    public String path() {
        return ROOT + (isEntries() ? "entries" : Integer.toString(level)) + "/" + position();
    }

    /** The part of the path that says index and width, such as {@code x001/067.p/112}. */
    public String position() {
        return indexPath(index) + (isFull() ? "" : ".p/" + width);
    }

    /** A number in groups of three digits, all but the last prefixed {@code x}: 1234067 is {@code x001/x234/067}. */
    public static String indexPath(long index) {
        StringBuilder path = new StringBuilder(threeDigits(index % 1_000));
        for (long rest = index / 1_000; rest > 0; rest /= 1_000) {
            path.insert(0, "x" + threeDigits(rest % 1_000) + "/");
        }
        return path.toString();
    }

    private static String threeDigits(long number) {
        String digits = Long.toString(number);
        return "000".substring(digits.length()) + digits;
    }

    /**
     * Parses a path as {@link #path()} writes it.
     *
     * @throws IllegalArgumentException for every other text
     */
    public static Tile parse(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length < 3 || !path.startsWith(ROOT)) {
            throw notATile(path);
        }
        int level = parts[1].equals("entries") ? ENTRIES : (int) Math.min(CanonicalText.parseDecimal(parts[1]), FULL);
        boolean partial = parts[parts.length - 2].endsWith(".p");
        int width = partial ? (int) Math.min(CanonicalText.parseDecimal(parts[parts.length - 1]), FULL + 1) : FULL;
        int last = partial ? parts.length - 2 : parts.length - 1;
        long index = 0;
        for (int i = 2; i <= last; i++) {
            String group = parts[i];
            group = i < last && group.startsWith("x") ? group.substring(1) : group;
            group = i == last && partial ? group.substring(0, group.length() - 2) : group;
            if (index > Long.MAX_VALUE / 1_000 - 1) {
                throw notATile(path);
            }
            index = index * 1_000 + digits(group, path);
        }
        Tile tile = new Tile(level, index, width);
        if (!tile.path().equals(path)) {
            throw notATile(path);
        }
        return tile;
    }

    private static int digits(String group, String path) {
        if (group.length() != 3 || !group.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw notATile(path);
        }
        return Integer.parseInt(group);
    }

    private static IllegalArgumentException notATile(String path) {
        return new IllegalArgumentException("\"" + path + "\" is not the path of a tile.");
    }
}
