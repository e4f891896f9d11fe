package dev.clew.ledger.tree;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A proof that an older tree is a prefix of a newer one: RFC 6962 section 2.1.2, verified as in RFC 9162 section 2.1.4.2.
 *
 * @param from size of the older tree
 * @param to size of the newer tree
 * @param path hashes in the order of the RFC, 32 bytes each; empty when the sizes are equal
 */
@SuppressWarnings("ArrayRecordComponent")
public record ConsistencyProof(long from, long to, List<byte[]> path) {
    /** Copies the list, not the hashes. */
    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /**
     * Checks the proof against both roots.
     *
     * @throws ProofException if it does not hold; an empty older tree proves nothing and is refused too
     */
    public void check(byte[] rootFrom, byte[] rootTo) {
        if (from <= 0) {
            throw new ProofException("consistency from an empty tree proves nothing");
        }
        if (from > to) {
            throw new ProofException("size " + from + " is beyond size " + to);
        }
        if (from == to) {
            if (!path.isEmpty()) {
                throw new ProofException("equal sizes have an empty proof");
            }
            requireEqual(rootFrom, rootTo, "equal sizes have different roots");
            return;
        }
        if (path.isEmpty()) {
            throw new ProofException("the proof is empty");
        }
        walk(rootFrom, rootTo);
    }

    private void walk(byte[] rootFrom, byte[] rootTo) {
        List<byte[]> hashes = path;
        if (Long.bitCount(from) == 1) {
            hashes = new ArrayList<>(path.size() + 1);
            hashes.add(rootFrom);
            hashes.addAll(path);
        }
        long node = from - 1;
        long last = to - 1;
        while ((node & 1) == 1) {
            node >>>= 1;
            last >>>= 1;
        }
        byte[] older = hashes.getFirst();
        byte[] newer = older;
        InclusionProof.requireHash(older);
        for (byte[] hash : hashes.subList(1, hashes.size())) {
            InclusionProof.requireHash(hash);
            if (last == 0) {
                throw new ProofException("the proof is too long");
            }
            if ((node & 1) == 1 || node == last) {
                older = Hashing.node(hash, older);
                newer = Hashing.node(hash, newer);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                newer = Hashing.node(newer, hash);
            }
            node >>>= 1;
            last >>>= 1;
        }
        if (last != 0) {
            throw new ProofException("the proof is too short");
        }
        requireEqual(older, rootFrom, "the proof does not lead to the older root");
        requireEqual(newer, rootTo, "the proof does not lead to the newer root");
    }

    /** True if the proof holds between the two roots. */
    public boolean verify(byte[] rootFrom, byte[] rootTo) {
        try {
            check(rootFrom, rootTo);
            return true;
        } catch (ProofException e) {
            return false;
        }
    }

    private static void requireEqual(byte[] a, byte[] b, String otherwise) {
        if (!MessageDigest.isEqual(a, b)) {
            throw new ProofException(otherwise);
        }
    }
}
