package dev.clew.server.decisions;

import dev.clew.ledger.tree.InclusionProof;
import dev.clew.ledger.tree.MerkleTree;
import dev.clew.server.journal.Records;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Proofs in the inner trees of batches. A batch has up to 4 096 records, and hashing them for every proof takes a millisecond; so the
 * roots of its subtrees of {@value #UNIT} leaves are kept, and a proof reads the leaves of one subtree. Thread-safe.
 */
final class BatchTrees {
    private static final int UNIT = 64;
    private static final int KEPT = 2_048;

    private final Records records;
    private final Map<Long, Tops> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Tops> eldest) {
            return size() > KEPT;
        }
    };

    /** @param tree over the roots of the subtrees: they are aligned, so it is the upper part of the tree of all leaves */
    private record Tops(int count, MerkleTree tree) {}

    BatchTrees(Records records) {
        this.records = records;
    }

    /** The path of a record in its batch; of size 0 when there is no such batch. */
    InclusionProof path(long batch, int position) {
        Tops tops = tops(batch);
        int unit = position / UNIT;
        List<byte[]> leaves = records.innerHashes(batch, unit * UNIT, (unit + 1) * UNIT);
        int within = position % UNIT;
        if (unit >= tops.tree.size() || within >= leaves.size()) {
            return new InclusionProof(position, 0, List.of());
        }
        var path = new ArrayList<>(MerkleTree.ofHashes(leaves)
                .inclusionProof(within, leaves.size())
                .path());
        path.addAll(tops.tree.inclusionProof(unit, tops.tree.size()).path());
        return new InclusionProof(position, tops.count, path);
    }

    private Tops tops(long batch) {
        synchronized (kept) {
            Tops known = kept.get(batch);
            if (known != null) {
                return known;
            }
        }
        List<byte[]> leaves = records.innerHashes(batch, 0, Integer.MAX_VALUE);
        var tree = new MerkleTree();
        for (int from = 0; from < leaves.size(); from += UNIT) {
            tree.append(MerkleTree.ofHashes(leaves.subList(from, Math.min(leaves.size(), from + UNIT)))
                    .root());
        }
        var tops = new Tops(leaves.size(), tree);
        if (tops.count > 0) {
            synchronized (kept) {
                kept.put(batch, tops);
            }
        }
        return tops;
    }
}
