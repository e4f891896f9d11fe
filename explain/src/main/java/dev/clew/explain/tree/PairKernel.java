package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * Attributions of one row against one reference row: the game in which absent features take the reference's values.
 *
 * <p>Only leaves that some mixture of the two rows reaches are visited. With a features of a leaf's path satisfied by the
 * row alone and b by the reference alone, a leaf of value v gives v·(a−1)!·b!/(a+b)! to each of the former and
 * −v·a!·(b−1)!/(a+b)! to each of the latter. Recursion is as deep as there are features that differ. Confined to one
 * thread.
 */
final class PairKernel {
    /** Who decides about a feature on a path: the row alone, or the reference alone; 0 while both go alike. */
    static final byte BY_ROW = 1;

    static final byte BY_REFERENCE = 2;

    private final TreeEnsemble model;

    /** Who decides about a feature on the current path: 0 both alike so far. */
    private final byte[] owner;

    private double[] row = new double[0];
    private double[] reference = new double[0];
    private double[] phi = new double[0];
    private int at;
    private double scale;

    /** Result of the last visit: what a feature of the row's, and of the reference's, gets from the leaves below. */
    private double forRow;

    private double forReference;

    PairKernel(TreeEnsemble model) {
        this.model = model;
        owner = new byte[model.schema().size()];
    }

    /** Adds one tree's attributions to {@code phi} from {@code at} on; both rows prepared. */
    void add(int tree, double[] row, double[] reference, double[] phi, int at) {
        this.row = row;
        this.reference = reference;
        this.phi = phi;
        this.at = at;
        scale = model.treeWeight(tree) / model.divisor(model.treeOutput(tree));
        visit(model.root(tree), 0, 0);
    }

    private void visit(int from, int a, int b) {
        int node = from;
        while (model.left(node) >= 0) {
            int f = model.feature(node);
            int rows = model.left(node) + (model.goesLeft(node, row[f]) ? 0 : 1);
            int references = model.left(node) + (model.goesLeft(node, reference[f]) ? 0 : 1);
            if (owner[f] == BY_ROW || rows == references) {
                node = rows;
            } else if (owner[f] == BY_REFERENCE) {
                node = references;
            } else {
                split(f, rows, references, a, b);
                return;
            }
        }
        double value = model.leafValue(node) * scale;
        forRow = a == 0 ? 0 : value * Factorials.positive(a, b);
        forReference = b == 0 ? 0 : -value * Factorials.negative(a, b);
    }

    private void split(int f, int rows, int references, int a, int b) {
        owner[f] = BY_ROW;
        visit(rows, a + 1, b);
        double row = forRow;
        double reference = forReference;
        owner[f] = BY_REFERENCE;
        visit(references, a, b + 1);
        owner[f] = 0;
        phi[at + f] += row + forReference;
        forRow += row;
        forReference += reference;
    }
}
