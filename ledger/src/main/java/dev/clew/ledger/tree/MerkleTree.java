package dev.clew.ledger.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A whole tree in memory: 64 bytes a leaf. For the inner trees of batches and for tests; a log uses tiles.
 *
 * <p>Grows by {@link #append}; every earlier size stays provable. Confined to one thread while it grows.
 */
public final class MerkleTree implements NodeSource {
    private final List<Level> levels = new ArrayList<>();
    private long size;

    /** The empty tree. */
    public MerkleTree() {}

    /** A tree over leaf data. */
    public static MerkleTree of(List<byte[]> leaves) {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(leaf -> tree.append(Hashing.leaf(leaf)));
        return tree;
    }

    /** A tree over leaf hashes. */
    public static MerkleTree ofHashes(List<byte[]> leafHashes) {
        MerkleTree tree = new MerkleTree();
        leafHashes.forEach(tree::append);
        return tree;
    }

    /** Adds a leaf by its hash. */
    public void append(byte[] leafHash) {
        size++;
        byte[] hash = leafHash;
        for (int level = 0; ; level++) {
            if (level == levels.size()) {
                levels.add(new Level());
            }
            Level here = levels.get(level);
            here.add(hash);
            if ((here.count & 1) == 1) {
                return;
            }
            hash = Hashing.node(here.get(here.count - 2), here.get(here.count - 1));
        }
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** Root over all leaves. */
    public byte[] root() {
        return Proofs.root(this, size);
    }

    /** Root as it was at {@code size}. */
    public byte[] rootAt(long size) {
        requireSize(size);
        return Proofs.root(this, size);
    }

    /** Proof for leaf {@code index} in the tree as it was at {@code size}. */
    public InclusionProof inclusionProof(long index, long size) {
        requireSize(size);
        return Proofs.inclusion(this, index, size);
    }

    /** Proof that the tree at size {@code from} is a prefix of that at {@code to}. */
    public ConsistencyProof consistencyProof(long from, long to) {
        requireSize(to);
        return Proofs.consistency(this, from, to);
    }

    @Override
    public byte[] node(int level, long index) {
        return levels.get(level).get((int) index);
    }

    private void requireSize(long wanted) {
        if (wanted < 0 || wanted > size) {
            throw new IllegalArgumentException("The tree has " + size + " leaves, not " + wanted + ".");
        }
    }

    /** Hashes of one level side by side. */
    private static final class Level {
        private byte[] hashes = new byte[8 * Hashing.SIZE];
        private int count;

        void add(byte[] hash) {
            if (count * Hashing.SIZE == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * hashes.length);
            }
            System.arraycopy(hash, 0, hashes, count * Hashing.SIZE, Hashing.SIZE);
            count++;
        }

        byte[] get(int index) {
            if (index >= count) {
                throw new IndexOutOfBoundsException("node " + index + " of " + count);
            }
            return Arrays.copyOfRange(hashes, index * Hashing.SIZE, (index + 1) * Hashing.SIZE);
        }
    }
}
