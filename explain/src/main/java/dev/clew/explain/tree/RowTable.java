package dev.clew.explain.tree;

/**
 * The constants of a {@link PathTree} laid out for one row: for each node and each state of it, the numbers that apply,
 * next to each other, so that a row reads those and nothing else.
 *
 * <p>State 0: an earlier edge on the feature was not taken; 1: the row goes right; 2: it goes left. Per state, K values
 * each: factor and credit of the left child, then of the right one; if both are leaves only their common ones. The values
 * are what {@link BlockKernel} computes from the constants, bit for bit. Immutable.
 */
final class RowTable {
    private static final int STATES = 3;

    /** Values of one state. */
    final int[] stride;

    /** Where state 0 of a node begins. */
    final int[] at;

    final double[] values;

    RowTable(PathTree tree) {
        int k = tree.order;
        at = new int[tree.count];
        stride = new int[tree.count];
        int size = 0;
        for (int v = 0; v < tree.count; v++) {
            stride[v] = 2 * k * (tree.isTwig(v) ? 1 : 2);
            at[v] = size;
            size += STATES * stride[v];
        }
        values = new double[size];
        for (int v = 0; v < tree.count; v++) {
            for (int state = tree.earlier[v] < 0 ? 1 : 0; state < STATES; state++) {
                int to = at[v] + state * stride[v];
                for (int child = 0; child < stride[v] / (2 * k); child++) {
                    fill(tree.constants, tree.at[v] + child * PathTree.SETS * k, k, state, to + child * 2 * k);
                }
            }
        }
    }

    private void fill(double[] a, int from, int k, int state, int to) {
        double p = state == 0 ? 0 : 1;
        double m = state == 2 ? 1 : 0;
        for (int i = 0; i < k; i++) {
            int c = from + i;
            values[to + i] = Math.fma(m, a[c + 2 * k], Math.fma(p, a[c + k], a[c]));
            values[to + k + i] = Math.fma(m, a[c + 4 * k], p * a[c + 3 * k]);
        }
    }
}
