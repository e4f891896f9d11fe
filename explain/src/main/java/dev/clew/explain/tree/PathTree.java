package dev.clew.explain.tree;

import dev.clew.explain.model.Columns;
import dev.clew.explain.model.TreeEnsemble;

/**
 * One tree as both path-dependent kernels read it: inner nodes in pre-order, leaves folded into their parents, every
 * factor of the path polynomials prepared.
 *
 * <p>For an edge into node v with feature f: w = cover[v] / cover[parent], q = product of 1/w over the edges on f from the
 * root to v. With quadrature node t, and P = 1 + (q' − 1)·t for the earlier edge on f with q' (P = 1 if there is none):
 *
 * <ul>
 *   <li>extension: factor of the edge in the path's polynomial, relative to the earlier edge: (1 + (q − 1)·t)/P if the row
 *       takes it, (1 − t)/P if not, 1 if the earlier one was not taken;
 *   <li>credit: what a unit of the subtree's integral gives to f: (q − 1)/(1 + (q − 1)·t) − g if taken, −1/(1 − t) − g if
 *       not, 0 if the earlier one was not taken; g = (q' − 1)/P.
 * </ul>
 *
 * <p>Both depend on two bits of the row only: m = the node sends it left, and p = it took the earlier edge on f (always,
 * if there is none), m ≤ p. So a factor is F0 + p·F1 + m·F2 and a credit p·C1 + m·C2; kernels evaluate exactly this, with
 * fused multiply-add, so that all of them give the same bits. For a child that is a leaf the factors are multiplied by its
 * value · Z · weight of the quadrature node, and the credit is that of the leaf itself.
 *
 * <p>Constants of node v, K values each from {@code at[v]}: F0 F1 F2 C1 C2 of the left child, then of the right one; if
 * both are leaves only their sums. Without an earlier edge F0 is folded into F1 and has no place: {@code at[v]} is K before
 * F1 all the same. Immutable.
 */
final class PathTree {
    /** Smallest share of a child; a smaller or zero cover counts as this, as in XGBoost 3.3 and later. */
    static final double MIN_SHARE = 1e-12;

    final int output;
    final int order;

    /** Inner nodes; 0 if the tree is one leaf. */
    final int count;

    /** Most inner nodes on a path. */
    final int depth;

    /** Node of the model. */
    final int[] source;

    final int[] feature;

    /** Where a row's rank lies and what it must be below to go left ({@link Columns}); column −1: ask the model. */
    final int[] column;

    final int[] bound;

    /** Inner nodes; −1 where the child is a leaf. A left inner child is always the next node. */
    final int[] left;

    final int[] right;

    /** Inner nodes above this one; the root has 0. */
    final int[] level;

    /** Nearest ancestor on the same feature, −1 if none. */
    final int[] earlier;

    /** Whether the path leaves {@link #earlier} to the left. */
    final boolean[] earlierLeft;

    /** Bits: 1 a descendant asks for the left edge, 2 for the right one. */
    final byte[] asked;

    final int[] at;
    final double[] constants;

    /** Expected value of the tree under its covers. */
    final double expected;

    PathTree(TreeEnsemble model, int tree) {
        output = model.treeOutput(tree);
        order = Quadrature.order(model.widestPath(tree));
        int root = model.root(tree);
        double scale = model.treeWeight(tree) / model.divisor(output);
        count = (model.root(tree + 1) - root) / 2;
        source = new int[count];
        feature = new int[count];
        column = new int[count];
        bound = new int[count];
        left = new int[count];
        right = new int[count];
        level = new int[count];
        earlier = new int[count];
        earlierLeft = new boolean[count];
        asked = new byte[count];
        at = new int[count];
        if (count == 0) {
            expected = model.leafValue(root) * scale;
            depth = 0;
            constants = new double[0];
            return;
        }
        depth = order(model, root);
        int size = 0;
        for (int v = 0; v < count; v++) {
            column[v] = model.columns().column(source[v]);
            bound[v] = model.columns().bound(source[v]);
            at[v] = earlier[v] < 0 ? size - order : size;
            size += span(v) * (isTwig(v) ? 1 : 2);
        }
        constants = new double[size];
        expected = prepare(model, scale);
    }

    /** Numbers the inner nodes in pre-order, without recursion: a file may hold a chain of any length. */
    private int order(TreeEnsemble model, int root) {
        int[] parent = new int[count];
        int[] stack = new int[count + 1];
        int[] above = new int[count + 1];
        int top = 1;
        int placed = 0;
        int deepest = 0;
        stack[0] = root;
        above[0] = -1;
        while (top > 0) {
            int node = stack[--top];
            int up = above[top];
            int v = placed++;
            source[v] = node;
            feature[v] = model.feature(node);
            left[v] = right[v] = -1;
            parent[v] = up;
            level[v] = up < 0 ? 0 : level[up] + 1;
            deepest = Math.max(deepest, level[v] + 1);
            if (up >= 0) {
                if (model.left(source[up]) == node) {
                    left[up] = v;
                } else {
                    right[up] = v;
                }
            }
            int same = up;
            int below = v;
            while (same >= 0 && feature[same] != feature[v]) {
                below = same;
                same = parent[same];
            }
            earlier[v] = same;
            if (same >= 0) {
                earlierLeft[v] = left[same] == below;
                asked[same] |= (byte) (earlierLeft[v] ? 1 : 2);
            }
            int child = model.left(node);
            for (int next = child + 1; next >= child; next--) {
                if (model.left(next) >= 0) {
                    stack[top] = next;
                    above[top++] = v;
                }
            }
        }
        return deepest;
    }

    private double prepare(TreeEnsemble model, double scale) {
        double[] q = inverseShares(model);
        double[] z = new double[count];
        z[0] = 1;
        double sum = 0;
        for (int v = 0; v < count; v++) {
            double before = before(v, q);
            for (int side = 0; side < 2; side++) {
                int child = model.left(source[v]) + side;
                double share = share(model.cover(source[v]), model.cover(child));
                int inner = side == 0 ? left[v] : right[v];
                if (inner >= 0) {
                    z[inner] = z[v] * share;
                    edge(v, side, q[2 * v + side], before, 0);
                } else {
                    double value = model.leafValue(child) * scale * (z[v] * share);
                    sum += value;
                    edge(v, side, q[2 * v + side], before, value);
                }
            }
        }
        return sum;
    }

    /** Product of 1/w over the path's edges on the feature, for the left and the right edge of each node. */
    double[] inverseShares(TreeEnsemble model) {
        double[] q = new double[2 * count];
        for (int v = 0; v < count; v++) {
            for (int side = 0; side < 2; side++) {
                double share = share(model.cover(source[v]), model.cover(model.left(source[v]) + side));
                q[2 * v + side] = before(v, q) / share;
            }
        }
        return q;
    }

    private double before(int v, double[] q) {
        int same = earlier[v];
        return same < 0 ? 1 : q[2 * same + (earlierLeft[v] ? 0 : 1)];
    }

    /** Constants of one child. */
    private int span(int v) {
        return earlier[v] < 0 ? 4 * order : 5 * order;
    }

    /** Where the constants of the right child are, as {@code at[v]} is where those of the left one are; of no twig. */
    int other(int v) {
        return at[v] + span(v);
    }

    /** Whether both children are leaves. */
    boolean isTwig(int v) {
        return left[v] < 0 && right[v] < 0;
    }

    static double share(double parent, double child) {
        return parent <= 0 ? 0.5 : Math.max(child / parent, MIN_SHARE);
    }

    /** Fills in one child. A leaf is added to what stands there, so that two leaves give their sum. */
    private void edge(int v, int side, double q, double before, double leaf) {
        int inner = side == 0 ? left[v] : right[v];
        int from = side == 1 && !isTwig(v) ? other(v) : at[v];
        for (int i = 0; i < order; i++) {
            double t = Quadrature.nodes(order)[i];
            double taken = 1 + (q - 1) * t;
            double other = 1 - t;
            double p = 1 + (before - 1) * t;
            double share = (before - 1) / p;
            double takenCredit = (q - 1) / taken - share;
            double otherCredit = -1 / other - share;
            // m is 1 where the row goes left, so the left edge is the taken one then, the right edge otherwise.
            double off = (side == 0 ? other : taken) / p;
            double on = (side == 0 ? taken : other) / p;
            double offCredit = side == 0 ? otherCredit : takenCredit;
            double onCredit = side == 0 ? takenCredit : otherCredit;
            double weight = inner >= 0 ? 1 : leaf * Quadrature.weights(order)[i];
            add(from, i, earlier[v] >= 0, weight, off * weight, on * weight);
            double scale = inner >= 0 ? 1 : off * weight;
            double onScale = inner >= 0 ? 1 : on * weight;
            constants[from + 3 * order + i] += offCredit * scale;
            constants[from + 4 * order + i] += onCredit * onScale - offCredit * scale;
        }
    }

    private void add(int from, int i, boolean hasEarlier, double behind, double off, double on) {
        if (hasEarlier) {
            constants[from + i] += behind;
            constants[from + order + i] += off - behind;
        } else {
            constants[from + order + i] += off;
        }
        constants[from + 2 * order + i] += on - off;
    }
}
