package dev.clew.statistics.domain;

import dev.clew.statistics.SortedValues;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Gradient-boosted trees for two classes: logistic loss, second-order splits over at most 32 bins of each column (Chen and Guestrin 2016),
 * 60 trees of depth 5. Deterministic. Immutable, thread-safe.
 */
final class BoostedTrees {
    private static final int TREES = 60;
    private static final int DEPTH = 5;
    private static final int LEAVES = 1 << DEPTH;
    private static final int BINS = 32;
    private static final double RATE = 0.15;
    private static final double PENALTY = 1;
    private static final double LEAST_WEIGHT = 5;

    /** Per column, values from which on the next bin begins; missing values have the first bin. */
    private final double[][] edges;

    private final Tree[] trees;

    private BoostedTrees(double[][] edges, Tree[] trees) {
        this.edges = edges;
        this.trees = trees;
    }

    /**
     * A tree in a heap: node i has the children 2i + 1 and 2i + 2.
     *
     * @param columns a split goes by; −1 for a node that is not split
     * @param bins last one that goes left
     * @param values of the leaves
     */
    private record Tree(int[] columns, int[] bins, double[] values) {}

    static BoostedTrees fit(double[][] columns, boolean[] second, int[] rows) {
        double[][] edges = new double[columns.length][];
        byte[][] codes = new byte[columns.length][];
        for (int column = 0; column < columns.length; column++) {
            double[] own = columns[column];
            edges[column] =
                    edges(Arrays.stream(rows).mapToDouble(row -> own[row]).toArray());
            codes[column] = new byte[rows.length];
            for (int i = 0; i < rows.length; i++) {
                codes[column][i] = (byte) bin(edges[column], own[rows[i]]);
            }
        }
        double[] sums = new double[rows.length];
        double[] gradients = new double[rows.length];
        double[] weights = new double[rows.length];
        Tree[] trees = new Tree[TREES];
        for (int t = 0; t < TREES; t++) {
            for (int i = 0; i < rows.length; i++) {
                double p = 1 / (1 + Math.exp(-sums[i]));
                gradients[i] = (second[rows[i]] ? 1 : 0) - p;
                weights[i] = p * (1 - p);
            }
            trees[t] = grow(codes, gradients, weights, sums);
        }
        return new BoostedTrees(edges, trees);
    }

    /** Equally full bins. */
    private static double[] edges(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new double[0];
        }
        return IntStream.range(1, BINS - 1)
                .mapToDouble(i -> sorted[(int) ((long) i * sorted.length / (BINS - 1))])
                .distinct()
                .filter(edge -> edge > sorted[0])
                .toArray();
    }

    private static int bin(double[] edges, double value) {
        if (Double.isNaN(value)) {
            return 0;
        }
        int below = SortedValues.countBelow(edges, value);
        return 1 + (below < edges.length && edges[below] == value ? below + 1 : below);
    }

    private static Tree grow(byte[][] codes, double[] gradients, double[] weights, double[] sums) {
        int nodes = LEAVES - 1;
        int[] columns = new int[nodes];
        int[] bins = new int[nodes];
        double[] values = new double[LEAVES];
        int[] at = new int[sums.length];
        for (int depth = 0, first = 0; depth < DEPTH; first = 2 * first + 1, depth++) {
            split(codes, gradients, weights, at, first, columns, bins);
            for (int i = 0; i < at.length; i++) {
                int column = columns[at[i]];
                at[i] = 2 * at[i] + (column < 0 || codes[column][i] <= bins[at[i]] ? 1 : 2);
            }
        }
        double[] gradient = new double[LEAVES];
        double[] weight = new double[LEAVES];
        for (int i = 0; i < at.length; i++) {
            gradient[at[i] - nodes] += gradients[i];
            weight[at[i] - nodes] += weights[i];
        }
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            values[leaf] = RATE * gradient[leaf] / (weight[leaf] + PENALTY);
        }
        for (int i = 0; i < at.length; i++) {
            sums[i] += values[at[i] - nodes];
        }
        return new Tree(columns, bins, values);
    }

    /** Finds the best split of every node of a level, which begins with {@code first} and has {@code first + 1} nodes. */
    private static void split(
            byte[][] codes, double[] gradients, double[] weights, int[] at, int first, int[] columns, int[] bins) {
        int width = first + 1;
        double[] best = new double[width];
        Arrays.fill(columns, first, first + width, -1);
        double[] gradient = new double[width * BINS];
        double[] weight = new double[width * BINS];
        for (int column = 0; column < codes.length; column++) {
            Arrays.fill(gradient, 0);
            Arrays.fill(weight, 0);
            byte[] own = codes[column];
            for (int i = 0; i < own.length; i++) {
                int cell = (at[i] - first) * BINS + own[i];
                gradient[cell] += gradients[i];
                weight[cell] += weights[i];
            }
            for (int node = 0; node < width; node++) {
                int from = node * BINS;
                double allGradient = 0;
                double allWeight = 0;
                for (int bin = 0; bin < BINS; bin++) {
                    allGradient += gradient[from + bin];
                    allWeight += weight[from + bin];
                }
                double left = 0;
                double leftWeight = 0;
                for (int bin = 0; bin < BINS - 1; bin++) {
                    left += gradient[from + bin];
                    leftWeight += weight[from + bin];
                    double right = allGradient - left;
                    double rightWeight = allWeight - leftWeight;
                    double gain = left * left / (leftWeight + PENALTY)
                            + right * right / (rightWeight + PENALTY)
                            - allGradient * allGradient / (allWeight + PENALTY);
                    if (leftWeight >= LEAST_WEIGHT && rightWeight >= LEAST_WEIGHT && gain > best[node] + 1e-9) {
                        best[node] = gain;
                        columns[first + node] = column;
                        bins[first + node] = bin;
                    }
                }
            }
        }
    }

    /** Grows with the probability of the second class. */
    double score(double[][] columns, int row) {
        int[] codes = new int[columns.length];
        for (int column = 0; column < codes.length; column++) {
            codes[column] = bin(edges[column], columns[column][row]);
        }
        double sum = 0;
        for (Tree tree : trees) {
            int at = 0;
            for (int depth = 0; depth < DEPTH; depth++) {
                int column = tree.columns[at];
                at = 2 * at + (column < 0 || codes[column] <= tree.bins[at] ? 1 : 2);
            }
            sum += tree.values[at - (LEAVES - 1)];
        }
        return sum;
    }
}
