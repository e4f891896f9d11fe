package dev.clew.explain.tree;

import dev.clew.explain.model.Columns;
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

    /** Per node: 0 if an earlier edge on the feature was not taken, 1 if the row goes right, 2 if left. */
    private final byte[] state;

    /** Per node: where the numbers of its state are. */
    private final int[] chosen;

    /** First the path's polynomial at the quadrature nodes, then the subtree's integral. */
    private final double[] work;

    RowKernel(TreeEnsemble model, PathTree[] trees) {
        this.model = model;
        columns = model.columns();
        int nodes = 0;
        int cells = 0;
        for (PathTree tree : trees) {
            nodes = Math.max(nodes, tree.count);
            cells = Math.max(cells, tree.count * tree.order);
        }
        rank = new int[columns.count()];
        state = new byte[nodes];
        chosen = new int[nodes];
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
    void add(PathTree tree, RowTable table, double[] phi, int from) {
        if (tree.count > 0) {
            choose(tree, table);
            if (tree.order == 3) {
                forward3(tree, table.values);
                backward3(tree, table.values, phi, from);
            } else {
                forward(tree, table.values);
                backward(tree, table.values, phi, from);
            }
        }
    }

    private void choose(PathTree tree, RowTable table) {
        for (int v = 0; v < tree.count; v++) {
            int earlier = tree.earlier[v];
            int s = 1 + goesLeft(tree, v);
            if (earlier >= 0 && state[earlier] != (tree.earlierLeft[v] ? 2 : 1)) {
                s = 0;
            }
            state[v] = (byte) s;
            chosen[v] = table.at[v] + s * RowTable.stride(tree, v);
        }
    }

    private int goesLeft(PathTree tree, int v) {
        int column = tree.column[v];
        if (column >= 0) {
            return (rank[column] - tree.bound[v]) >>> 31;
        }
        return model.goesLeft(tree.source[v], row[tree.feature[v]]) ? 1 : 0;
    }

    private void forward(PathTree tree, double[] values) {
        int k = tree.order;
        for (int i = 0; i < k; i++) {
            work[i] = 1;
        }
        for (int v = 0; v < tree.count; v++) {
            int left = tree.left[v] * k;
            int right = tree.right[v] * k;
            int at = chosen[v];
            if (left >= 0 && right >= 0) {
                for (int i = 0; i < k; i++) {
                    double c = work[v * k + i];
                    work[left + i] = c * values[at + i];
                    work[right + i] = c * values[at + 2 * k + i];
                }
            } else if (left >= 0 || right >= 0) {
                int child = Math.max(left, right);
                int from = left >= 0 ? at : at + 2 * k;
                for (int i = 0; i < k; i++) {
                    work[child + i] = work[v * k + i] * values[from + i];
                }
            }
        }
    }

    /** Per quadrature node first a leaf or the left subtree, then the (other) subtree. */
    private void backward(PathTree tree, double[] values, double[] phi, int from) {
        int k = tree.order;
        for (int v = tree.count - 1; v >= 0; v--) {
            int left = tree.left[v] * k;
            int right = tree.right[v] * k;
            int at = chosen[v];
            int other = at + 2 * k;
            int own = v * k;
            double sum = phi[from + tree.feature[v]];
            if (left >= 0 && right >= 0) {
                for (int i = 0; i < k; i++) {
                    double h = work[left + i];
                    double x = work[right + i];
                    sum = Math.fma(x, values[other + k + i], Math.fma(h, values[at + k + i], sum));
                    work[own + i] = h + x;
                }
            } else if (left < 0 && right < 0) {
                for (int i = 0; i < k; i++) {
                    double c = work[own + i];
                    sum = Math.fma(c, values[at + k + i], sum);
                    work[own + i] = c * values[at + i];
                }
            } else {
                int leaf = left >= 0 ? other : at;
                int edge = left >= 0 ? at : other;
                int child = Math.max(left, right);
                for (int i = 0; i < k; i++) {
                    double c = work[own + i];
                    double x = work[child + i];
                    sum = Math.fma(x, values[edge + k + i], Math.fma(c, values[leaf + k + i], sum));
                    work[own + i] = c * values[leaf + i] + x;
                }
            }
            phi[from + tree.feature[v]] = sum;
        }
    }

    /** {@link #forward} for three quadrature nodes, which is trees of depth 5 and 6; written out because it pays. */
    private void forward3(PathTree tree, double[] values) {
        work[0] = work[1] = work[2] = 1;
        for (int v = 0; v < tree.count; v++) {
            int at = chosen[v];
            int left = 3 * tree.left[v];
            int right = 3 * tree.right[v];
            double c0 = work[3 * v];
            double c1 = work[3 * v + 1];
            double c2 = work[3 * v + 2];
            if (left >= 0) {
                work[left] = c0 * values[at];
                work[left + 1] = c1 * values[at + 1];
                work[left + 2] = c2 * values[at + 2];
            }
            if (right >= 0) {
                work[right] = c0 * values[at + 6];
                work[right + 1] = c1 * values[at + 7];
                work[right + 2] = c2 * values[at + 8];
            }
        }
    }

    private void backward3(PathTree tree, double[] values, double[] phi, int from) {
        for (int v = tree.count - 1; v >= 0; v--) {
            int left = 3 * tree.left[v];
            int right = 3 * tree.right[v];
            int at = chosen[v];
            int own = 3 * v;
            double sum = phi[from + tree.feature[v]];
            if (left < 0 && right < 0) {
                double c0 = work[own];
                double c1 = work[own + 1];
                double c2 = work[own + 2];
                sum = Math.fma(c2, values[at + 5], Math.fma(c1, values[at + 4], Math.fma(c0, values[at + 3], sum)));
                work[own] = c0 * values[at];
                work[own + 1] = c1 * values[at + 1];
                work[own + 2] = c2 * values[at + 2];
                phi[from + tree.feature[v]] = sum;
                continue;
            }
            boolean both = left >= 0 && right >= 0;
            int child = both ? right : Math.max(left, right);
            int edge = right >= 0 ? at + 9 : at + 3;
            int first = both || left < 0 ? at : at + 6;
            int from0 = both ? left : own;
            double h0 = work[from0];
            double h1 = work[from0 + 1];
            double h2 = work[from0 + 2];
            double x0 = work[child];
            double x1 = work[child + 1];
            double x2 = work[child + 2];
            sum = Math.fma(x0, values[edge], Math.fma(h0, values[first + 3], sum));
            sum = Math.fma(x1, values[edge + 1], Math.fma(h1, values[first + 4], sum));
            sum = Math.fma(x2, values[edge + 2], Math.fma(h2, values[first + 5], sum));
            work[own] = (both ? h0 : h0 * values[first]) + x0;
            work[own + 1] = (both ? h1 : h1 * values[first + 1]) + x1;
            work[own + 2] = (both ? h2 : h2 * values[first + 2]) + x2;
            phi[from + tree.feature[v]] = sum;
        }
    }
}
