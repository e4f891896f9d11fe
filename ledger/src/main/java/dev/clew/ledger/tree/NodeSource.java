package dev.clew.ledger.tree;

/** Gives hashes of complete subtrees: what a prover needs, wherever they are kept. */
@FunctionalInterface
public interface NodeSource {
    /**
     * Hash of the complete subtree over leaves {@code [index << level, (index + 1) << level)}.
     *
     * @param level 0 for leaf hashes, up to 62
     * @param index position among the subtrees of that level
     */
    byte[] node(int level, long index);
}
