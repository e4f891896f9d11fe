package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * Path-dependent attributions of one row, one tree at a time: forward over the inner nodes to extend every path's
 * polynomial, backward to sum the integrals of subtrees and credit them to split features.
 *
 * <p>Work is nodes × order, without allocation per row. The same operations in the same order as {@link BlockKernel}, so
 * both give the same bits. Confined to one thread.
 */
final class RowKernel {
    private final TreeEnsemble model;
    private final Columns columns;
    private final int[] rank;
    private double[] row = new double[0];

    /** Per node: 1 if the row goes left; and 1 if it took the earlier edge on the feature. */
    private final double[] goes;

    private final double[] open;

    /** First the path's polynomial at the quadrature nodes, then the subtree's integral. */
    private final double[] work;

    RowKernel(TreeEnsemble model, Columns columns, PathTree[] trees) {
        this.model = model;
        this.columns = columns;
        int nodes = 0;
        int cells = 0;
        for (PathTree tree : trees) {
            nodes = Math.max(nodes, tree.count);
            cells = Math.max(cells, tree.count * tree.order);
        }
        rank = new int[columns.count()];
        goes = new double[nodes];
        open = new double[nodes];
        work = new double[cells];
    }

    /** Takes a prepared row; the array must stay as it is until the last {@link #add}. */
    void start(double[] prepared) {
        row = prepared;
        for (int c = 0; c < rank.length; c++) {
            rank[c] = columns.rank(c, prepared[columns.feature(c)]);
        }
    }

    /** Adds a tree's attributions of the row to {@code phi} from {@code from} on. */
    void add(PathTree tree, double[] phi, int from) {
        if (tree.count > 0) {
            forward(tree);
            backward(tree, phi, from);
        }
    }

    private void forward(PathTree tree) {
        int k = tree.order;
        double[] a = tree.constants;
        for (int i = 0; i < k; i++) {
            work[i] = 1;
        }
        for (int v = 0; v < tree.count; v++) {
            int earlier = tree.earlier[v];
            double p = earlier < 0 ? 1 : tree.earlierLeft[v] ? goes[earlier] : open[earlier] - goes[earlier];
            double m = p * goesLeft(tree, v);
            open[v] = p;
            goes[v] = m;
            int left = tree.left[v];
            int right = tree.right[v];
            int at = tree.at[v];
            if (left >= 0) {
                extend(a, at, k, p, m, v * k, left * k);
            }
            if (right >= 0) {
                extend(a, at + PathTree.SETS * k, k, p, m, v * k, right * k);
            }
        }
    }

    private double goesLeft(PathTree tree, int v) {
        int column = tree.column[v];
        if (column >= 0) {
            return (rank[column] - tree.bound[v]) >>> 31;
        }
        return model.goesLeft(tree.source[v], row[tree.feature[v]]) ? 1 : 0;
    }

    private void extend(double[] a, int at, int k, double p, double m, int from, int to) {
        for (int i = 0; i < k; i++) {
            work[to + i] = work[from + i] * factor(a, at + i, k, p, m);
        }
    }

    private static double factor(double[] a, int at, int k, double p, double m) {
        return Math.fma(m, a[at + 2 * k], Math.fma(p, a[at + k], a[at]));
    }

    private static double credit(double[] a, int at, int k, double p, double m) {
        return Math.fma(m, a[at + 4 * k], p * a[at + 3 * k]);
    }

    private void backward(PathTree tree, double[] phi, int from) {
        int k = tree.order;
        double[] a = tree.constants;
        for (int v = tree.count - 1; v >= 0; v--) {
            int left = tree.left[v];
            int right = tree.right[v];
            int at = tree.at[v];
            int other = at + PathTree.SETS * k;
            double p = open[v];
            double m = goes[v];
            double sum = phi[from + tree.feature[v]];
            int own = v * k;
            if (left < 0 || right < 0) {
                int leaf = right < 0 && left >= 0 ? other : at;
                for (int i = 0; i < k; i++) {
                    double c = work[own + i];
                    sum = Math.fma(c, credit(a, leaf + i, k, p, m), sum);
                    work[own + i] = c * factor(a, leaf + i, k, p, m);
                }
            } else {
                for (int i = 0; i < k; i++) {
                    double h = work[left * k + i];
                    sum = Math.fma(h, credit(a, at + i, k, p, m), sum);
                    work[own + i] = h;
                }
            }
            if (left >= 0 || right >= 0) {
                int child = right >= 0 ? right : left;
                int edge = right >= 0 ? other : at;
                for (int i = 0; i < k; i++) {
                    double h = work[child * k + i];
                    sum = Math.fma(h, credit(a, edge + i, k, p, m), sum);
                    work[own + i] += h;
                }
            }
            phi[from + tree.feature[v]] = sum;
        }
    }
}
