package dev.clew.ledger.tree;

import java.security.MessageDigest;
import java.util.List;

/**
 * A proof that a leaf is in a tree: RFC 6962 section 2.1.1, verified as in RFC 9162 section 2.1.3.2.
 *
 * @param index the leaf
 * @param size size of the tree
 * @param path hashes from the leaf's sibling upwards, 32 bytes each
 */
@SuppressWarnings("ArrayRecordComponent")
public record InclusionProof(long index, long size, List<byte[]> path) {
    /** Copies the list, not the hashes. */
    public InclusionProof {
        path = List.copyOf(path);
    }

    /**
     * The root this proof leads to from a leaf hash; the caller compares it with the signed one.
     *
     * @throws ProofException if the index is not in the tree, a hash has not 32 bytes or the path has the wrong length
     */
    public byte[] rootFrom(byte[] leafHash) {
        if (index < 0 || index >= size) {
            throw new ProofException("index " + index + " is not below size " + size);
        }
        requireHash(leafHash);
        long node = index;
        long last = size - 1;
        byte[] root = leafHash;
        for (byte[] sibling : path) {
            requireHash(sibling);
            if (last == 0) {
                throw new ProofException("the path is too long");
            }
            if ((node & 1) == 1 || node == last) {
                root = Hashing.node(sibling, root);
                // At the right edge a node without a right sibling rises unhashed to where it is a right child.
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                root = Hashing.node(root, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        if (last != 0) {
            throw new ProofException("the path is too short");
        }
        return root;
    }

    /** True if the leaf with this hash is in the tree with this root. */
    public boolean verify(byte[] leafHash, byte[] root) {
        try {
            return MessageDigest.isEqual(rootFrom(leafHash), root);
        } catch (ProofException e) {
            return false;
        }
    }

    static void requireHash(byte[] hash) {
        if (hash.length != Hashing.SIZE) {
            throw new ProofException("a hash has " + hash.length + " bytes, not 32");
        }
    }
}
