package dev.clew.explain.tree;

import dev.clew.explain.model.TreeEnsemble;

/**
 * Path-dependent attributions of one row, one tree at a time: forward over nodes in breadth-first order to extend every
 * path's polynomial, backward to sum the integrals of subtrees and credit them to split features.
 *
 * <p>Work is nodes × order, without allocation per row. Confined to one thread.
 */
final class RowKernel {
    private final TreeEnsemble model;

    /** State of the edge into a node: 0 satisfied, 1 first unsatisfied edge on its feature, 2 behind one. */
    private final byte[] state;

    /** First the path's polynomial at the quadrature nodes, then the subtree's integral. */
    private final double[] work;

    RowKernel(TreeEnsemble model, PathConstants[] trees) {
        this.model = model;
        int nodes = 0;
        int cells = 0;
        for (PathConstants tree : trees) {
            nodes = Math.max(nodes, tree.count);
            cells = Math.max(cells, tree.count * tree.order);
        }
        state = new byte[nodes];
        work = new double[cells];
    }

    /** Adds a tree's attributions of a prepared row to {@code phi} from {@code at} on. */
    void add(PathConstants tree, double[] row, double[] phi, int at) {
        forward(tree, row);
        backward(tree, phi, at);
    }

    private void forward(PathConstants tree, double[] row) {
        int k = tree.order;
        for (int i = 0; i < k; i++) {
            work[i] = 1;
        }
        for (int v = 0; v < tree.count; v++) {
            int left = model.left(tree.from + v) - tree.from;
            if (left < 0) {
                for (int i = v * k; i < v * k + k; i++) {
                    work[i] *= tree.leaves[i];
                }
                continue;
            }
            int prev = tree.prev[left];
            if (prev >= 0 && state[prev] != 0) {
                state[left] = state[left + 1] = 2;
                for (int i = 0; i < k; i++) {
                    work[left * k + i] = work[(left + 1) * k + i] = work[v * k + i];
                }
                continue;
            }
            boolean goesLeft = model.goesLeft(tree.from + v, row[model.feature(tree.from + v)]);
            state[left] = (byte) (goesLeft ? 0 : 1);
            state[left + 1] = (byte) (goesLeft ? 1 : 0);
            int leftEdge = left * 4 * k + (goesLeft ? 0 : k);
            int rightEdge = (left + 1) * 4 * k + (goesLeft ? k : 0);
            for (int i = 0; i < k; i++) {
                double c = work[v * k + i];
                work[left * k + i] = c * tree.edges[leftEdge + i];
                work[(left + 1) * k + i] = c * tree.edges[rightEdge + i];
            }
        }
    }

    private void backward(PathConstants tree, double[] phi, int at) {
        int k = tree.order;
        for (int v = tree.count - 1; v >= 0; v--) {
            int left = model.left(tree.from + v) - tree.from;
            if (left < 0) {
                continue;
            }
            double credit = 0;
            boolean open = state[left] != 2;
            int leftEdge = (left * 4 + 2 + state[left]) * k;
            int rightEdge = ((left + 1) * 4 + 2 + state[left + 1]) * k;
            for (int i = 0; i < k; i++) {
                double a = work[left * k + i];
                double b = work[(left + 1) * k + i];
                if (open) {
                    credit += a * tree.edges[leftEdge + i] + b * tree.edges[rightEdge + i];
                }
                work[v * k + i] = a + b;
            }
            phi[at + model.feature(tree.from + v)] += credit;
        }
    }
}
