package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * Which of the features on the path to each leaf of a tree a row satisfies.
 *
 * <p>Bit i of a leaf's pattern: every edge on the i-th feature of its path is satisfied. Leaves are numbered in the order of the
 * nodes. Only for trees whose paths have at most 31 features. Immutable.
 */
final class LeafPatterns {
    private final TreeEnsemble model;
    private final int from;

    /** Number of nodes. */
    final int count;

    /** Per node: the bit of its edge's feature on its path. */
    private final int[] bit;

    /** The same bit where the edge is the path's first on its feature, else 0. */
    private final int[] first;

    /** Per node: number of the leaf, −1 for inner ones. */
    final int[] leaf;

    /** Per leaf: the features of its path. */
    final int[][] features;

    LeafPatterns(TreeEnsemble model, int tree) {
        this.model = model;
        from = model.root(tree);
        count = model.root(tree + 1) - from;
        bit = new int[count];
        first = new int[count];
        leaf = new int[count];
        features = new int[(count + 1) / 2][];
        int[] parent = new int[count];
        int[] distinct = new int[count];
        int[] place = new int[count];
        parent[0] = -1;
        place[0] = -1;
        int leaves = 0;
        for (int v = 0; v < count; v++) {
            bit[v] = place[v] < 0 ? 0 : 1 << place[v];
            first[v] = parent[v] >= 0 && distinct[v] > distinct[parent[v]] ? bit[v] : 0;
            int left = model.left(from + v);
            if (left < 0) {
                int[] path = new int[distinct[v]];
                for (int up = v; up > 0; up = parent[up]) {
                    path[place[up]] = model.feature(from + parent[up]);
                }
                leaf[v] = leaves;
                features[leaves++] = path;
                continue;
            }
            leaf[v] = -1;
            int same = v;
            while (same > 0 && model.feature(from + parent[same]) != model.feature(from + v)) {
                same = parent[same];
            }
            for (int child = left - from; child <= left - from + 1; child++) {
                parent[child] = v;
                place[child] = same > 0 ? place[same] : distinct[v];
                distinct[child] = distinct[v] + (same > 0 ? 0 : 1);
            }
        }
    }

    /** Value of a leaf's node. */
    double value(int node) {
        return model.leafValue(from + node);
    }

    /** The pattern of a prepared row at every node; {@code pattern} has a place per node. */
    void of(double[] row, int[] pattern) {
        pattern[0] = 0;
        for (int v = 0; v < count; v++) {
            int left = model.left(from + v);
            if (left < 0) {
                continue;
            }
            int child = left - from;
            boolean goesLeft = model.goesLeft(from + v, row[model.feature(from + v)]);
            int other = child + 1;
            // The first edge on a feature sets its bit, any unsatisfied one clears it for good.
            pattern[child] = goesLeft ? pattern[v] | first[child] : pattern[v] & ~bit[child];
            pattern[other] = goesLeft ? pattern[v] & ~bit[other] : pattern[v] | first[other];
        }
    }

    /** How many rows, prepared, have each pattern at each leaf; of paths narrow enough for a table. */
    int[][] seen(double[][] rows) {
        int[][] seen = new int[features.length][];
        for (int l = 0; l < seen.length; l++) {
            seen[l] = new int[1 << features[l].length];
        }
        int[] pattern = new int[count];
        for (double[] row : rows) {
            of(row, pattern);
            for (int v = 0; v < count; v++) {
                if (leaf[v] >= 0) {
                    seen[leaf[v]][pattern[v]]++;
                }
            }
        }
        return seen;
    }
}
