package dev.clew.ledger.tiles;

import dev.clew.ledger.tree.ConsistencyProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.ledger.tree.InclusionProof;
import dev.clew.ledger.tree.NodeSource;
import dev.clew.ledger.tree.ProofException;
import dev.clew.ledger.tree.Proofs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hashes of complete subtrees of a log of one size, read from its tiles; makes proofs and roots.
 *
 * <p>A proof reads at most two tiles a level. Tiles are kept for the life of this object, at most {@value #CACHED}: make
 * one per request. The tiles are taken as they are: only a verified proof says that they are right. Confined to one thread.
 */
public final class TileNodes implements NodeSource {
    private static final int CACHED = 64;
    private static final int LOG_FULL = 8;

    private final TileReader reader;
    private final long size;
    private final Map<Tile, byte[]> cache = new LinkedHashMap<>();

    /** @param size size of the log whose tiles are read; partial tiles are asked for at this size's width */
    public TileNodes(TileReader reader, long size) {
        this.reader = reader;
        this.size = size;
    }

    /** Root at this size. */
    public byte[] root() throws IOException {
        return rootAt(size);
    }

    /** Root as it was at an earlier size. */
    public byte[] rootAt(long earlier) throws IOException {
        requireWithin(earlier);
        return reading(() -> Proofs.root(this, earlier));
    }

    /** Proof that entry {@code index} is in the log at this size. */
    public InclusionProof inclusion(long index) throws IOException {
        return reading(() -> Proofs.inclusion(this, index, size));
    }

    /** Proof that the log at size {@code from} is a prefix of the log at this size. */
    public ConsistencyProof consistency(long from) throws IOException {
        return reading(() -> Proofs.consistency(this, from, size));
    }

    private void requireWithin(long wanted) {
        if (wanted < 0 || wanted > size) {
            throw new IllegalArgumentException("The log has " + size + " entries, not " + wanted + ".");
        }
    }

    private interface Reading<T> {
        T run();
    }

    private static <T> T reading(Reading<T> work) throws IOException {
        try {
            return work.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Hash of a complete subtree.
     *
     * @throws UncheckedIOException if a tile cannot be read
     * @throws ProofException if a tile is shorter than its width
     */
    @Override
    public byte[] node(int level, long index) {
        int tileLevel = level / LOG_FULL;
        int height = level % LOG_FULL;
        long first = index << height;
        byte[] tile = tile(Tile.at(tileLevel, first / Tile.FULL, size));
        int from = (int) (first % Tile.FULL) * Hashing.SIZE;
        int count = 1 << height;
        if (from + count * Hashing.SIZE > tile.length) {
            throw new ProofException(
                    "the log of size " + size + " has no complete subtree " + index + " at level " + level);
        }
        byte[] root = new byte[Hashing.SIZE];
        Hashing.foldInto(Arrays.copyOfRange(tile, from, from + count * Hashing.SIZE), count, root, 0);
        return root;
    }

    private byte[] tile(Tile tile) {
        byte[] cached = cache.get(tile);
        if (cached != null) {
            return cached;
        }
        byte[] bytes;
        try {
            bytes = reader.read(tile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.length < tile.width() * Hashing.SIZE) {
            throw new ProofException("tile " + tile.path() + " has " + bytes.length + " bytes");
        }
        if (cache.size() >= CACHED) {
            cache.remove(cache.keySet().iterator().next());
        }
        cache.put(tile, bytes);
        return bytes;
    }
}
