package dev.clew.ledger.tree;

import java.util.ArrayList;
import java.util.List;

/** Generates roots and proofs (RFC 6962 sections 2.1, 2.1.1 and 2.1.2) from hashes of complete subtrees. Stateless. */
public final class Proofs {
    private Proofs() {}

    /** Root of the first {@code size} leaves. */
    public static byte[] root(NodeSource nodes, long size) {
        requireSize(size);
        return size == 0 ? Hashing.emptyRoot() : range(nodes, 0, size);
    }

    /**
     * Proof that leaf {@code index} is in the tree of {@code size}.
     *
     * @throws IllegalArgumentException unless 0 ≤ index < size
     */
    public static InclusionProof inclusion(NodeSource nodes, long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("Leaf " + index + " is not in a tree of size " + size + ".");
        }
        List<byte[]> path = new ArrayList<>();
        path(nodes, index, 0, size, path);
        return new InclusionProof(index, size, path);
    }

    private static void path(NodeSource nodes, long index, long from, long to, List<byte[]> out) {
        if (to - from == 1) {
            return;
        }
        long middle = from + split(to - from);
        if (index < middle) {
            path(nodes, index, from, middle, out);
            out.add(range(nodes, middle, to));
        } else {
            path(nodes, index, middle, to, out);
            out.add(range(nodes, from, middle));
        }
    }

    /**
     * Proof that the tree of size {@code from} is a prefix of the tree of size {@code to}; empty when the sizes are equal.
     *
     * @throws IllegalArgumentException unless 0 < from ≤ to
     */
    public static ConsistencyProof consistency(NodeSource nodes, long from, long to) {
        if (from <= 0 || from > to) {
            throw new IllegalArgumentException("There is no consistency proof from size " + from + " to " + to + ".");
        }
        List<byte[]> path = new ArrayList<>();
        subproof(nodes, from, 0, to, true, path);
        return new ConsistencyProof(from, to, path);
    }

    private static void subproof(NodeSource nodes, long size, long from, long to, boolean isWhole, List<byte[]> out) {
        if (size == to - from) {
            if (!isWhole) {
                out.add(range(nodes, from, to));
            }
            return;
        }
        long left = split(to - from);
        if (size <= left) {
            subproof(nodes, size, from, from + left, isWhole, out);
            out.add(range(nodes, from + left, to));
        } else {
            subproof(nodes, size - left, from + left, to, false, out);
            out.add(range(nodes, from, from + left));
        }
    }

    /** Hash over leaves {@code [from, to)} where {@code from} is aligned to the split of the range. */
    private static byte[] range(NodeSource nodes, long from, long to) {
        long count = to - from;
        if (Long.bitCount(count) == 1) {
            int level = Long.numberOfTrailingZeros(count);
            return nodes.node(level, from >>> level);
        }
        long middle = from + split(count);
        return Hashing.node(range(nodes, from, middle), range(nodes, middle, to));
    }

    /** Largest power of two below {@code count}, which is at least 2. */
    static long split(long count) {
        return Long.highestOneBit(count - 1);
    }

    private static void requireSize(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("A tree size is not negative: " + size + ".");
        }
    }
}
