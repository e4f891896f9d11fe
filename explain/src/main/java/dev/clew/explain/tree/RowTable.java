package dev.clew.explain.tree;

/**
 * The constants of a {@link PathTree} laid out for one row: for each node and each state of it, the numbers that apply,
 * next to each other, so that a row reads those and nothing else.
 *
 * <p>State 0: an earlier edge on the feature was not taken; 1: the row goes right; 2: it goes left. Per state, K values
 * each: factor and credit of the left child, then of the right one; if both are leaves only their common ones. Nodes without
 * an earlier edge have no state 0. The values are what {@link BlockKernel} computes from the constants, bit for bit.
 * Immutable.
 */
final class RowTable {
    /** Where state 0 of a node begins, or would begin. */
    final int[] at;

    final double[] values;

    RowTable(PathTree tree) {
        int k = tree.order;
        at = new int[tree.count];
        int size = 0;
        for (int v = 0; v < tree.count; v++) {
            int stride = stride(tree, v);
            at[v] = tree.earlier[v] < 0 ? size - stride : size;
            size += (tree.earlier[v] < 0 ? 2 : 3) * stride;
        }
        values = new double[size];
        for (int v = 0; v < tree.count; v++) {
            int stride = stride(tree, v);
            for (int state = tree.earlier[v] < 0 ? 1 : 0; state < 3; state++) {
                int to = at[v] + state * stride;
                fill(tree, v, tree.at[v], state, to);
                if (!tree.isTwig(v)) {
                    fill(tree, v, tree.other(v), state, to + 2 * k);
                }
            }
        }
    }

    /** Values of one state of a node. */
    static int stride(PathTree tree, int v) {
        return 2 * tree.order * (tree.isTwig(v) ? 1 : 2);
    }

    private void fill(PathTree tree, int v, int from, int state, int to) {
        int k = tree.order;
        double[] a = tree.constants;
        double m = state == 2 ? 1 : 0;
        for (int i = 0; i < k; i++) {
            int c = from + i;
            if (tree.earlier[v] < 0) {
                values[to + i] = Math.fma(m, a[c + 2 * k], a[c + k]);
                values[to + k + i] = Math.fma(m, a[c + 4 * k], a[c + 3 * k]);
            } else {
                double p = state == 0 ? 0 : 1;
                values[to + i] = Math.fma(m, a[c + 2 * k], Math.fma(p, a[c + k], a[c]));
                values[to + k + i] = Math.fma(m, a[c + 4 * k], p * a[c + 3 * k]);
            }
        }
    }
}
