package dev.clew.ledger.tree;

import java.util.Arrays;

/**
 * The append state of a tree: the roots of its complete subtrees, largest first, one per one-bit of the size.
 *
 * <p>Appending a leaf costs one node hash on average, the root at most 63 more. Confined to one thread.
 */
public final class CompactRange {
    private static final int MAX_LEVELS = 63;

    private final byte[] stack = new byte[MAX_LEVELS * Hashing.SIZE];
    private int depth;
    private long size;

    /** The empty tree. */
    public CompactRange() {}

    /**
     * The state that {@link #toByteArray()} gave for a tree of {@code size}.
     *
     * @throws IllegalArgumentException if the length does not fit the size
     */
    public static CompactRange of(long size, byte[] hashes) {
        if (size < 0 || hashes.length != Long.bitCount(size) * Hashing.SIZE) {
            throw new IllegalArgumentException("A compact range of size " + size + " has " + Long.bitCount(size)
                    + " hashes of 32 bytes, not " + hashes.length + " bytes.");
        }
        CompactRange range = new CompactRange();
        System.arraycopy(hashes, 0, range.stack, 0, hashes.length);
        range.depth = Long.bitCount(size);
        range.size = size;
        return range;
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** Adds a leaf by its 32-byte leaf hash. */
    public void append(byte[] leafHash) {
        append(leafHash, 0);
    }

    /** Adds a leaf whose hash lies at {@code at} of {@code hashes}. */
    public void append(byte[] hashes, int at) {
        appendSubtree(hashes, at, 0);
    }

    /**
     * Adds {@code 2^height} leaves at once by the root over them, which lies at {@code at} of {@code hashes}.
     *
     * @throws IllegalArgumentException if the size is no multiple of that number
     */
    public void appendSubtree(byte[] hashes, int at, int height) {
        long width = 1L << height;
        if ((size & (width - 1)) != 0) {
            throw new IllegalArgumentException(
                    "A subtree of " + width + " leaves cannot follow the first " + size + ".");
        }
        System.arraycopy(hashes, at, stack, depth * Hashing.SIZE, Hashing.SIZE);
        depth++;
        for (long merged = size >>> height; (merged & 1) == 1; merged >>>= 1) {
            depth--;
            int left = (depth - 1) * Hashing.SIZE;
            Hashing.nodeInto(stack, left, stack, left + Hashing.SIZE, stack, left);
        }
        size += width;
    }

    /** Root of the tree; of the empty tree the hash of nothing. */
    public byte[] root() {
        if (size == 0) {
            return Hashing.emptyRoot();
        }
        byte[] root = Arrays.copyOfRange(stack, (depth - 1) * Hashing.SIZE, depth * Hashing.SIZE);
        for (int i = depth - 2; i >= 0; i--) {
            Hashing.nodeInto(stack, i * Hashing.SIZE, root, 0, root, 0);
        }
        return root;
    }

    /** The subtree roots, largest first, 32 bytes each; together with {@link #size()} the whole state. */
    public byte[] toByteArray() {
        return Arrays.copyOf(stack, depth * Hashing.SIZE);
    }

    /** A state of its own that goes on from here. */
    public CompactRange copy() {
        return of(size, toByteArray());
    }
}
