package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * What a path-dependent kernel needs to know about a tree, free of any row.
 *
 * <p>For an edge into node v with feature f: w = cover[v] / cover[parent], q = product of 1/w over the edges on f from the
 * root to v, prev = nearest ancestor edge on f. With p = q − 1 and quadrature node t:
 *
 * <ul>
 *   <li>extension R: factor of the edge in the path's polynomial, relative to the earlier edge on the same feature:
 *       (1 + p·t)/P if satisfied, (1 − t)/P if not, 1 if an earlier one was not;
 *   <li>accumulation E: what a unit of the subtree's integral credits to f: p/(1 + p·t) − g if satisfied,
 *       −1/(1 − t) − g if not, 0 if an earlier one was not; g is the earlier edge's share.
 * </ul>
 *
 * Constants of one edge lie together: R0[K] R1[K] E0[K] E1[K]. Immutable.
 */
final class PathConstants {
    /** Smallest share of a child; a smaller or zero cover counts as this, as in XGBoost 3.3 and later. */
    static final double MIN_SHARE = 1e-12;

    final int from;
    final int count;
    final int output;
    final int order;

    /** Nearest ancestor on the same feature, −1 if none; by node within the tree. */
    final int[] prev;

    final double[] edges;

    /** value · Z · weight per leaf and quadrature node; 0 at inner nodes. */
    final double[] leaves;

    /** Expected value of the tree under its covers. */
    final double expected;

    PathConstants(TreeEnsemble model, int tree) {
        from = model.root(tree);
        count = model.root(tree + 1) - from;
        output = model.treeOutput(tree);
        order = Quadrature.order(model.widestPath(tree));
        double scale = model.treeWeight(tree) / model.divisor(output);
        int k = order;
        prev = new int[count];
        edges = new double[count * 4 * k];
        leaves = new double[count * k];
        int[] parent = new int[count];
        double[] q = new double[count];
        double[] z = new double[count];
        z[0] = 1;
        q[0] = 1;
        prev[0] = -1;
        parent[0] = -1;
        double sum = 0;
        for (int v = 0; v < count; v++) {
            int left = model.left(from + v);
            if (left < 0) {
                double value = model.leafValue(from + v) * scale * z[v];
                sum += value;
                for (int i = 0; i < k; i++) {
                    leaves[v * k + i] = value * Quadrature.weights(k)[i];
                }
                continue;
            }
            int same = v;
            while (same > 0 && model.feature(from + parent[same]) != model.feature(from + v)) {
                same = parent[same];
            }
            for (int child = left - from; child <= left - from + 1; child++) {
                double share = share(model.cover(from + v), model.cover(from + child));
                parent[child] = v;
                prev[child] = same > 0 ? same : -1;
                z[child] = z[v] * share;
                q[child] = (same > 0 ? q[same] : 1) / share;
                edge(child, q[child], same > 0 ? q[same] : 1);
            }
        }
        expected = sum;
    }

    static double share(double parent, double child) {
        return parent <= 0 ? 0.5 : Math.max(child / parent, MIN_SHARE);
    }

    private void edge(int v, double q, double earlier) {
        int at = v * 4 * order;
        for (int i = 0; i < order; i++) {
            double t = Quadrature.nodes(order)[i];
            double satisfied = 1 + (q - 1) * t;
            double blocked = 1 - t;
            double before = 1 + (earlier - 1) * t;
            double share = (earlier - 1) / before;
            edges[at + i] = satisfied / before;
            edges[at + order + i] = blocked / before;
            edges[at + 2 * order + i] = (q - 1) / satisfied - share;
            edges[at + 3 * order + i] = -1 / blocked - share;
        }
    }
}
