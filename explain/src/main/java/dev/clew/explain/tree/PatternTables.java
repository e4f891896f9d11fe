package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * Attributions of a leaf's path features for every pattern of satisfied features, averaged over a background once, so
 * that a row costs the same whatever the background's size.
 *
 * <p>Bit i of a pattern: every edge on the i-th path feature is satisfied. A leaf with u path features has a table of
 * 2^u × u. With F all features, B the pattern of a reference and A that of a row, only A ⊇ F∖B matters: A = F∖B ∪ S with
 * S ⊆ B, so building costs 3^u per leaf. Immutable.
 */
final class PatternTables {
    /** Wider paths are left to {@link PairKernel}. */
    static final int MAX_FEATURES = 10;

    private final int from;

    /** Per node: the bit of its edge's feature on its path. */
    private final int[] bit;

    /** The same bit where the edge is the path's first on its feature, else 0. */
    private final int[] first;

    /** Per node, −1 for inner ones: number of the leaf. */
    private final int[] leaf;

    /** Per leaf. */
    final int[][] features;

    final double[][] tables;
    private final TreeEnsemble model;
    private final int count;

    /** Whether a tree's paths are narrow enough, and how many bytes its tables take; −1 if they are not. */
    static long bytes(TreeEnsemble model, int tree) {
        var shape = new Shape(model, tree);
        long bytes = 0;
        for (int v = 0; v < shape.count; v++) {
            if (model.left(shape.from + v) < 0) {
                if (shape.distinct[v] > MAX_FEATURES) {
                    return -1;
                }
                bytes += 8L * shape.distinct[v] << shape.distinct[v];
            }
        }
        return bytes;
    }

    /** Parents and path features of a tree's nodes. */
    private static final class Shape {
        private final int from;
        private final int count;
        private final int[] parent;
        private final int[] distinct;

        /** Place of the feature of the edge into a node among its path's features. */
        private final int[] place;

        Shape(TreeEnsemble model, int tree) {
            from = model.root(tree);
            count = model.root(tree + 1) - from;
            parent = new int[count];
            distinct = new int[count];
            place = new int[count];
            parent[0] = -1;
            place[0] = -1;
            for (int v = 0; v < count; v++) {
                int left = model.left(from + v);
                if (left < 0) {
                    continue;
                }
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
    }

    /** @param background prepared rows */
    PatternTables(TreeEnsemble model, int tree, double[][] background) {
        this.model = model;
        var shape = new Shape(model, tree);
        from = shape.from;
        count = shape.count;
        bit = new int[count];
        first = new int[count];
        leaf = new int[count];
        int leaves = (count + 1) / 2;
        features = new int[leaves][];
        tables = new double[leaves][];
        int[][] seen = new int[leaves][];
        int next = 0;
        for (int v = 0; v < count; v++) {
            bit[v] = shape.place[v] < 0 ? 0 : 1 << shape.place[v];
            first[v] = shape.parent[v] >= 0 && shape.distinct[v] > shape.distinct[shape.parent[v]] ? bit[v] : 0;
            leaf[v] = -1;
            if (model.left(from + v) < 0) {
                leaf[v] = next;
                features[next] = new int[shape.distinct[v]];
                for (int up = v; up > 0; up = shape.parent[up]) {
                    features[next][shape.place[up]] = model.feature(from + shape.parent[up]);
                }
                seen[next] = new int[1 << shape.distinct[v]];
                next++;
            }
        }
        int[] pattern = new int[count];
        for (double[] row : background) {
            patterns(row, pattern);
            for (int v = 0; v < count; v++) {
                if (leaf[v] >= 0) {
                    seen[leaf[v]][pattern[v]]++;
                }
            }
        }
        double scale = model.treeWeight(tree) / model.divisor(model.treeOutput(tree)) / background.length;
        for (int v = 0; v < count; v++) {
            if (leaf[v] >= 0) {
                tables[leaf[v]] = table(features[leaf[v]].length, seen[leaf[v]], model.leafValue(from + v) * scale);
            }
        }
    }

    private static double[] table(int u, int[] seen, double value) {
        double[] table = new double[u * (1 << u)];
        int full = (1 << u) - 1;
        for (int b = 0; b <= full; b++) {
            if (seen[b] == 0) {
                continue;
            }
            int rowOnly = full & ~b;
            int a = Integer.bitCount(rowOnly);
            double weighted = value * seen[b];
            for (int s = b; ; s = (s - 1) & b) {
                int referenceOnly = b & ~s;
                int r = Integer.bitCount(referenceOnly);
                double plus = a == 0 ? 0 : weighted * Factorials.positive(a, r);
                double minus = r == 0 ? 0 : weighted * Factorials.negative(a, r);
                int at = (rowOnly | s) * u;
                for (int i = 0; i < u; i++) {
                    if ((rowOnly >> i & 1) != 0) {
                        table[at + i] += plus;
                    } else if ((referenceOnly >> i & 1) != 0) {
                        table[at + i] -= minus;
                    }
                }
                if (s == 0) {
                    break;
                }
            }
        }
        return table;
    }

    /** The pattern of a prepared row at every node; {@code pattern} has a place per node. */
    private void patterns(double[] row, int[] pattern) {
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

    /** Adds the attributions of a prepared row. */
    void add(double[] row, int[] pattern, double[] phi, int at) {
        patterns(row, pattern);
        for (int v = 0; v < count; v++) {
            int l = leaf[v];
            if (l < 0) {
                continue;
            }
            int[] own = features[l];
            double[] table = tables[l];
            int entry = pattern[v] * own.length;
            for (int i = 0; i < own.length; i++) {
                phi[at + own[i]] += table[entry + i];
            }
        }
    }

    int nodes() {
        return count;
    }
}
