package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pairwise path-dependent interactions of a block of rows, on the same walk as {@link BlockKernel}: where a subtree's
 * integral is credited to its split feature, it is multiplied by the credit of every other feature that lives on the path.
 *
 * <p>Each pair's credit is collected on the side of the deeper edge; a leaf's product of two credits is the telescoping sum
 * over the edges of both, so both directions together are the leaf's Shapley interaction index. Confined to one thread.
 */
final class InteractionKernel {
    static final int ROWS = 128;

    private final TreeEnsemble model;
    private final int features;
    private final int[][] rank;
    private final double[][] prepared;
    private final double[][] goes;
    private final double[][] taken;
    private final double[][] edge;
    private final double[][][] leftWork;
    private final double[][][] rightWork;

    /** Per level: credit of the edge into it, by quadrature node. */
    private final double[][][] gain;

    /** Features on the path, each with the level of its deepest edge so far. */
    private final int[] live;

    private final int[] liveLevel;
    private int lives;
    private double[] inverse = new double[0];

    /** What the current node credits, by quadrature node. */
    private final double[][] credit;

    /** Attributions, and pairs as first · features + second, made when first needed. */
    private final double[][] phi;

    private final double[] @Nullable [] pair;
    private int rows;

    InteractionKernel(TreeEnsemble model, PathTree[] trees) {
        this.model = model;
        features = model.schema().size();
        int levels = 1;
        int order = 1;
        for (PathTree tree : trees) {
            levels = Math.max(levels, tree.depth + 1);
            order = Math.max(order, tree.order);
        }
        rank = new int[model.columns().count()][ROWS];
        prepared = new double[features][ROWS];
        goes = new double[levels][ROWS];
        edge = new double[levels][ROWS];
        taken = new double[levels][];
        leftWork = new double[levels][order][ROWS];
        rightWork = new double[levels][order][ROWS];
        gain = new double[levels][order][ROWS];
        credit = new double[order][ROWS];
        live = new int[levels];
        liveLevel = new int[levels];
        phi = new double[features][ROWS];
        pair = new double[features * features][];
    }

    void start(double[][] block, int count) {
        rows = count;
        for (int j = 0; j < features; j++) {
            for (int i = 0; i < count; i++) {
                prepared[j][i] = block[i][j];
            }
        }
        for (int c = 0; c < rank.length; c++) {
            double[] x = prepared[model.columns().feature(c)];
            for (int i = 0; i < count; i++) {
                rank[c][i] = model.columns().rank(c, x[i]);
            }
        }
    }

    void clear() {
        for (double[] column : phi) {
            Arrays.fill(column, 0);
        }
        for (double[] column : pair) {
            if (column != null) {
                Arrays.fill(column, 0);
            }
        }
    }

    /** Adds one tree; its depth is at most {@link BlockKernel#MAX_DEPTH}. */
    void add(PathTree tree) {
        if (tree.count > 0) {
            for (int i = 0; i < tree.order; i++) {
                Arrays.fill(leftWork[0][i], 0, rows, 1);
            }
            lives = 0;
            inverse = tree.inverseShares(model);
            visit(tree, 0, leftWork[0]);
        }
    }

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
        double[][] l = leftWork[level + 1];
        double[][] r = rightWork[level + 1];
        if (left >= 0) {
            Loops.extend(c, l, a, at, k, p, m, rows);
        }
        if (right >= 0) {
            Loops.extend(c, r, a, other, k, p, m, rows);
        }
        if (right >= 0) {
            descend(tree, v, right, r, p, m, false);
        }
        if (left >= 0) {
            descend(tree, v, left, l, p, m, true);
        }
        for (int i = 0; i < k; i++) {
            double[] own = credit[i];
            Arrays.fill(own, 0, rows, 0);
            if (left < 0 || right < 0) {
                Loops.leaf(c[i], own, a, (left >= 0 ? other : at) + i, k, p, m, rows);
            }
            if (left >= 0 && right >= 0) {
                Loops.credit(l[i], own, a, at + i, k, p, m, rows);
                Loops.join(l[i], r[i], c[i], own, a, other + i, k, p, m, rows);
            } else if (right >= 0) {
                Loops.join(c[i], r[i], c[i], own, a, other + i, k, p, m, rows);
            } else if (left >= 0) {
                Loops.join(c[i], l[i], c[i], own, a, at + i, k, p, m, rows);
            }
        }
        give(tree.feature[v], k);
    }

    private void descend(
            PathTree tree, int v, int child, double[][] work, double @Nullable [] p, double[] m, boolean goesLeft) {
        int level = tree.level[v] + 1;
        double[] sat = m;
        if (!goesLeft) {
            sat = edge[level];
            Loops.difference(p, m, sat, rows);
        }
        taken[level] = sat;
        double q = inverse[2 * v + (goesLeft ? 0 : 1)];
        for (int i = 0; i < tree.order; i++) {
            double t = Quadrature.nodes(tree.order)[i];
            double other = -1 / (1 - t);
            Loops.blend(sat, other, (q - 1) / (1 + (q - 1) * t) - other, gain[level][i], rows);
        }
        int feature = tree.feature[v];
        int place = 0;
        while (place < lives && live[place] != feature) {
            place++;
        }
        boolean fresh = place == lives;
        int before = liveLevel[place];
        live[place] = feature;
        liveLevel[place] = level;
        lives += fresh ? 1 : 0;
        visit(tree, child, work);
        if (fresh) {
            lives--;
        } else {
            liveLevel[place] = before;
        }
    }

    private void give(int feature, int k) {
        for (int i = 0; i < k; i++) {
            Loops.add(credit[i], phi[feature], rows);
        }
        for (int place = 0; place < lives; place++) {
            if (live[place] == feature) {
                continue;
            }
            double[] sum = pair(feature, live[place]);
            double[][] with = gain[liveLevel[place]];
            for (int i = 0; i < k; i++) {
                Loops.multiplyAdd(credit[i], with[i], sum, rows);
            }
        }
    }

    private double[] pair(int first, int second) {
        int at = first * features + second;
        double[] sum = pair[at];
        if (sum == null) {
            sum = new double[ROWS];
            pair[at] = sum;
        }
        return sum;
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

    /** Writes the matrix of row {@code i} of the block. */
    void take(int i, double[] values, int at) {
        for (int f = 0; f < features; f++) {
            double own = phi[f][i];
            for (int g = 0; g < features; g++) {
                if (g == f) {
                    continue;
                }
                double[] there = pair[f * features + g];
                double[] back = pair[g * features + f];
                double half = ((there == null ? 0 : there[i]) + (back == null ? 0 : back[i])) / 2;
                values[at + f * features + g] = half;
                own -= half;
            }
            values[at + f * features + f] = own;
        }
    }
}
