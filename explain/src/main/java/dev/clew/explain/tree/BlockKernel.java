package dev.clew.explain.tree;

import dev.clew.explain.model.Columns;
import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Path-dependent attributions of a block of rows at once: the tree is walked depth-first, and every step is a plain loop
 * over the rows of the block, which the compiler turns into vector instructions.
 *
 * <p>The same operations in the same order per row as {@link RowKernel}, so both give the
 * same bits. Confined to one
 * thread; memory is depth × order × rows.
 */
final class BlockKernel {
    /** Rows of a block; buffers of a tree of depth 6 then stay in the second-level cache. */
    static final int ROWS = 256;

    /** Deeper trees are left to the row kernel: their buffers would leave the cache. */
    static final int MAX_DEPTH = 48;

    private final TreeEnsemble model;
    private final Columns columns;
    private final int[][] rank;
    private final double[][] prepared;
    private int rows;

    /** Per level: whether a row goes left (and took the earlier edge), and whether it took the edge to this level. */
    private final double[][] goes;

    private final double[][] taken;
    private final double[][] edge;

    /** Per level: polynomials, later integrals, of the left and the right child; order × rows. */
    private final double[][][] leftWork;

    private final double[][][] rightWork;
    private final double[][] phi;

    BlockKernel(TreeEnsemble model, PathTree[] trees) {
        this.model = model;
        columns = model.columns();
        int levels = 1;
        int order = 1;
        for (PathTree tree : trees) {
            if (tree.depth <= MAX_DEPTH) {
                levels = Math.max(levels, tree.depth + 1);
                order = Math.max(order, tree.order);
            }
        }
        rank = new int[columns.count()][ROWS];
        prepared = new double[model.schema().size()][ROWS];
        goes = new double[levels][ROWS];
        edge = new double[levels][ROWS];
        taken = new double[levels][];
        leftWork = new double[levels][order][ROWS];
        rightWork = new double[levels][order][ROWS];
        phi = new double[model.schema().size()][ROWS];
    }

    /** Takes up to {@link #ROWS} rows, prepared, row-major. */
    void start(double[] values, int count, int width) {
        rows = count;
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < count; i++) {
                prepared[j][i] = values[i * width + j];
            }
        }
        for (int c = 0; c < rank.length; c++) {
            double[] x = prepared[columns.feature(c)];
            for (int i = 0; i < count; i++) {
                rank[c][i] = columns.rank(c, x[i]);
            }
        }
    }

    void clear() {
        for (double[] column : phi) {
            Arrays.fill(column, 0);
        }
    }

    double[][] phi() {
        return phi;
    }

    void add(PathTree tree) {
        if (tree.count > 0) {
            for (int i = 0; i < tree.order; i++) {
                Arrays.fill(leftWork[0][i], 0, rows, 1);
            }
            visit(tree, 0, leftWork[0]);
        }
    }

    /** Turns the polynomial {@code c} at a node into the integral of its subtree, in place. */
    private void visit(PathTree tree, int v, double[][] c) {
        int level = tree.level[v];
        int earlier = tree.earlier[v];
        double[] m = goes[level];
        double[] p = earlier < 0 ? null : taken[tree.level[earlier] + 1];
        ask(tree, v, m, p);
        int left = tree.left[v];
        int right = tree.right[v];
        int k = tree.order;
        int at = tree.at[v];
        int other = tree.other(v);
        double[] a = tree.constants;
        double[] sum = phi[tree.feature[v]];
        if (tree.isTwig(v)) {
            for (int i = 0; i < k; i++) {
                Loops.leaf(c[i], sum, a, at + i, k, p, m, rows);
            }
            return;
        }
        double[][] l = leftWork[level + 1];
        double[][] r = rightWork[level + 1];
        if (left >= 0) {
            Loops.extend(c, l, a, at, k, p, m, rows);
        }
        if (right >= 0) {
            Loops.extend(c, r, a, other, k, p, m, rows);
            if ((tree.asked[v] & 2) != 0) {
                taken[level + 1] = edge[level + 1];
                Loops.difference(p, m, edge[level + 1], rows);
            }
            visit(tree, right, r);
        }
        if (left >= 0) {
            taken[level + 1] = m;
            visit(tree, left, l);
        }
        for (int i = 0; i < k; i++) {
            if (left < 0) {
                Loops.leaf(c[i], sum, a, at + i, k, p, m, rows);
                Loops.join(c[i], r[i], c[i], sum, a, other + i, k, p, m, rows);
            } else if (right < 0) {
                Loops.leaf(c[i], sum, a, other + i, k, p, m, rows);
                Loops.join(c[i], l[i], c[i], sum, a, at + i, k, p, m, rows);
            } else {
                Loops.credit(l[i], sum, a, at + i, k, p, m, rows);
                Loops.join(l[i], r[i], c[i], sum, a, other + i, k, p, m, rows);
            }
        }
    }

    private void ask(PathTree tree, int v, double[] m, double @Nullable [] p) {
        int column = tree.column[v];
        if (column >= 0) {
            Loops.below(rank[column], tree.bound[v], p, m, rows);
            return;
        }
        double[] x = prepared[tree.feature[v]];
        int node = tree.source[v];
        for (int i = 0; i < rows; i++) {
            m[i] = (p == null ? 1 : p[i]) * (model.goesLeft(node, x[i]) ? 1 : 0);
        }
    }
}
