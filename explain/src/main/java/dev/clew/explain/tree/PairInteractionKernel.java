package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * Interactions of one row against one reference row, the game of {@link PairKernel}: halves of the Shapley interaction index.
 *
 * <p>With a features of a leaf's path satisfied by the row alone and b by the reference alone, a leaf of value v gives
 * ½·v·(a−2)!·b!/(a+b−1)! to a pair of the former, ½·v·a!·(b−2)!/(a+b−1)! to a pair of the latter and −½·v·(a−1)!·(b−1)!/(a+b−1)!
 * to one of each. Confined to one thread.
 */
final class PairInteractionKernel {
    private final TreeEnsemble model;
    private final int features;

    /** Features that the row alone, or the reference alone, decides about on the current path. */
    private final int[] byRow;

    private final int[] byReference;

    /** Per feature who decides about it, as in {@link PairKernel}. */
    private final byte[] owner;

    private double[] row = new double[0];
    private double[] reference = new double[0];
    private double[] values = new double[0];
    private int at;
    private double scale;

    PairInteractionKernel(TreeEnsemble model) {
        this.model = model;
        features = model.schema().size();
        byRow = new int[features];
        byReference = new int[features];
        owner = new byte[features];
    }

    /**
     * Adds one tree's interactions, times {@code weight}, to the matrix in {@code values} from {@code at} on, each to the cell in the
     * lesser feature's row; both rows prepared.
     */
    void add(int tree, double[] row, double[] reference, double weight, double[] values, int at) {
        this.row = row;
        this.reference = reference;
        this.values = values;
        this.at = at;
        scale = weight * model.treeWeight(tree) / model.divisor(model.treeOutput(tree));
        visit(model.root(tree), 0, 0);
    }

    private void visit(int from, int a, int b) {
        int node = from;
        while (model.left(node) >= 0) {
            int f = model.feature(node);
            int rows = model.left(node) + (model.goesLeft(node, row[f]) ? 0 : 1);
            int references = model.left(node) + (model.goesLeft(node, reference[f]) ? 0 : 1);
            if (owner[f] == PairKernel.BY_ROW || rows == references) {
                node = rows;
            } else if (owner[f] == PairKernel.BY_REFERENCE) {
                node = references;
            } else {
                owner[f] = PairKernel.BY_ROW;
                byRow[a] = f;
                visit(rows, a + 1, b);
                owner[f] = PairKernel.BY_REFERENCE;
                byReference[b] = f;
                visit(references, a, b + 1);
                owner[f] = 0;
                return;
            }
        }
        give(model.leafValue(node) * scale, a, b);
    }

    private void give(double value, int a, int b) {
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < i; j++) {
                values[cell(byRow[i], byRow[j])] += value * Factorials.alike(a, b);
            }
            for (int j = 0; j < b; j++) {
                values[cell(byRow[i], byReference[j])] += value * Factorials.mixed(a, b);
            }
        }
        for (int i = 0; i < b; i++) {
            for (int j = 0; j < i; j++) {
                values[cell(byReference[i], byReference[j])] += value * Factorials.alike(b, a);
            }
        }
    }

    private int cell(int f, int g) {
        return at + Math.min(f, g) * features + Math.max(f, g);
    }
}
