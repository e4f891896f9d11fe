package dev.clew.ledger.tiles;

import dev.clew.ledger.tree.CompactRange;
import dev.clew.ledger.tree.Hashing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The growing end of a log: the partial tile of every level and the partial entry bundle.
 *
 * <p>Each appended entry costs a leaf hash and on average one node hash; full tiles go to a {@link TileSink} once. Root and
 * compact range are folded from the partial tiles when asked for, at most 255 hashes a level.
 * Memory: 8 KiB a level and one bundle. Serves as {@link TileReader} for the partial tiles, at any width up to what is
 * there. Confined to one thread; {@link #snapshot()} gives readers their own.
 */
public final class RightEdge implements TileReader {

    private final TileSink sink;
    private final List<Level> levels = new ArrayList<>();
    private byte[] bundle = new byte[64 * 1024];
    private int bundleBytes;
    private long size;

    /** The end of an empty log. */
    public RightEdge(TileSink sink) {
        this.sink = sink;
    }

    /**
     * Goes on with a log that has {@code size} entries: partial tiles and the partial bundle are read from {@code reader}.
     * They are checked against the compact range, not believed.
     *
     * @param range append state of the log
     * @throws IOException if a file is missing or is not that of the range
     */
    public static RightEdge resume(TileSink sink, CompactRange range, TileReader reader) throws IOException {
        RightEdge edge = new RightEdge(sink);
        long size = range.size();
        edge.size = size;
        for (int level = 0; Tile.available(level, size) > 0; level++) {
            Level here = edge.level(level);
            int width = (int) (Tile.available(level, size) % Tile.FULL);
            if (width > 0) {
                Tile tile = new Tile(level, Tile.available(level, size) / Tile.FULL, width);
                here.load(require(reader.read(tile), width * Hashing.SIZE, tile), width);
            }
        }
        int width = (int) (size % Tile.FULL);
        if (width > 0) {
            Tile tile = Tile.entries(size / Tile.FULL, width);
            byte[] bytes = reader.read(tile);
            edge.loadBundle(bytes, width, tile);
        }
        if (!Arrays.equals(edge.range().toByteArray(), range.toByteArray())) {
            throw new IOException("The partial tiles of size " + size + " do not hash to the compact range.");
        }
        return edge;
    }

    private static byte[] require(byte[] bytes, int length, Tile tile) throws IOException {
        if (bytes.length < length) {
            throw new IOException("Tile " + tile.path() + " has " + bytes.length + " bytes.");
        }
        return bytes;
    }

    private void loadBundle(byte[] bytes, int width, Tile tile) throws IOException {
        try {
            int at = 0;
            for (byte[] entry : EntryBundle.decode(bytes, width)) {
                byte[] hash = Hashing.leaf(entry);
                if (!Arrays.equals(hash, 0, Hashing.SIZE, level(0).hashes, at, at + Hashing.SIZE)) {
                    throw new IOException("Bundle " + tile.path() + " is not that of its tile.");
                }
                at += Hashing.SIZE;
            }
            bundleBytes = EntryBundle.prefixLength(bytes, width);
        } catch (IllegalArgumentException e) {
            throw new IOException("Bundle " + tile.path() + " is malformed.", e);
        }
        bundle = Arrays.copyOf(bytes, Math.max(bundleBytes, bundle.length));
    }

    /** Number of entries. */
    public long size() {
        return size;
    }

    /** Root over all entries. */
    public byte[] root() {
        return range().root();
    }

    /** The append state at this size. */
    public CompactRange range() {
        byte[] hashes = new byte[Long.bitCount(size) * Hashing.SIZE];
        int at = 0;
        for (int number = levels.size() - 1; number >= 0; number--) {
            Level here = levels.get(number);
            int from = 0;
            for (int width = Tile.FULL / 2; width > 0; width /= 2) {
                if ((here.count & width) != 0) {
                    here.rootInto(from, width, hashes, at);
                    from += width;
                    at += Hashing.SIZE;
                }
            }
        }
        return CompactRange.of(size, hashes);
    }

    /** Adds one entry. */
    public void append(byte[] leafData) {
        append(leafData, 0, leafData.length);
    }

    /** Adds one entry whose leaf data is a range of {@code data}. */
    public void append(byte[] data, int offset, int length) {
        if (length > 0xffff) {
            throw new IllegalArgumentException("An entry has at most 65535 bytes, not " + length + ".");
        }
        Level zero = level(0);
        int at = zero.count * Hashing.SIZE;
        Hashing.leafInto(data, offset, length, zero.hashes, at);
        addToBundle(data, offset, length);
        zero.count++;
        size++;
        if (zero.count == Tile.FULL) {
            completeTiles();
        }
    }

    private void addToBundle(byte[] data, int offset, int length) {
        if (bundle.length - bundleBytes < length + 2) {
            bundle = Arrays.copyOf(bundle, Math.max(bundle.length * 2, bundleBytes + length + 2));
        }
        bundle[bundleBytes] = (byte) (length >>> 8);
        bundle[bundleBytes + 1] = (byte) length;
        System.arraycopy(data, offset, bundle, bundleBytes + 2, length);
        bundleBytes += length + 2;
    }

    private void completeTiles() {
        sink.accept(Tile.entries(size / Tile.FULL - 1, Tile.FULL), Arrays.copyOf(bundle, bundleBytes));
        bundleBytes = 0;
        for (int number = 0; level(number).count == Tile.FULL; number++) {
            Level here = level(number);
            Level parent = level(number + 1);
            sink.accept(new Tile(number, Tile.available(number, size) / Tile.FULL - 1, Tile.FULL), here.hashes.clone());
            here.rootInto(0, Tile.FULL, parent.hashes, parent.count * Hashing.SIZE);
            parent.count++;
            here.count = 0;
        }
    }

    private Level level(int number) {
        while (levels.size() <= number) {
            levels.add(new Level());
        }
        return levels.get(number);
    }

    /** Every partial tile and the partial bundle, empty ones left out: what an export or object store writes too. */
    public List<Tile> partialTiles() {
        List<Tile> tiles = new ArrayList<>();
        if (size % Tile.FULL > 0) {
            tiles.add(Tile.entries(size / Tile.FULL, (int) (size % Tile.FULL)));
        }
        for (int level = 0; level < levels.size(); level++) {
            if (levels.get(level).count > 0) {
                tiles.add(new Tile(level, Tile.available(level, size) / Tile.FULL, levels.get(level).count));
            }
        }
        return tiles;
    }

    /**
     * A partial tile or bundle of the right edge, cut to the width asked for.
     *
     * @throws FileNotFoundException if the tile is not on the edge or is not yet that wide
     */
    @Override
    public byte[] read(Tile tile) throws FileNotFoundException {
        int number = Math.max(tile.level(), 0);
        int there = number < levels.size() ? levels.get(number).count : 0;
        if (tile.index() != Tile.available(number, size) / Tile.FULL || tile.width() > there) {
            throw new FileNotFoundException(tile.path());
        }
        if (tile.isEntries()) {
            return Arrays.copyOf(bundle, EntryBundle.prefixLength(bundle, tile.width()));
        }
        return Arrays.copyOf(levels.get(number).hashes, tile.width() * Hashing.SIZE);
    }

    /** A copy for readers on other threads, frozen at this size; it must not be appended to. */
    public RightEdge snapshot() {
        RightEdge copy = new RightEdge((tile, bytes) -> {
            throw new IllegalStateException("A snapshot of the right edge is read-only.");
        });
        copy.size = size;
        levels.forEach(level -> copy.levels.add(level.copy()));
        copy.bundle = Arrays.copyOf(bundle, bundleBytes);
        copy.bundleBytes = bundleBytes;
        return copy;
    }

    /** One level's partial tile. */
    private static final class Level {
        private final byte[] hashes = new byte[Tile.FULL_BYTES];
        private int count;

        void load(byte[] bytes, int width) {
            System.arraycopy(bytes, 0, hashes, 0, width * Hashing.SIZE);
            count = width;
        }

        /** Root over {@code width} hashes, a power of two, from {@code from}. */
        void rootInto(int from, int width, byte[] out, int at) {
            byte[] work = Arrays.copyOfRange(hashes, from * Hashing.SIZE, (from + width) * Hashing.SIZE);
            Hashing.foldInto(work, width, out, at);
        }

        Level copy() {
            Level copy = new Level();
            System.arraycopy(hashes, 0, copy.hashes, 0, count * Hashing.SIZE);
            copy.count = count;
            return copy;
        }
    }
}
