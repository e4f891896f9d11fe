package dev.clew.explain.model;

import dev.clew.explain.internal.DoubleList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Leaves that answer a line in some features instead of a constant (LightGBM's {@code linear_tree}); where one of those is missing they
 * answer the constant after all. Immutable; nobody writes to the arrays.
 */
final class LinearLeaves {
    /** Per node, which line it answers; −1 for none. */
    private final int[] line;

    private final double[] constant;

    /** Per line, where its terms begin; the last one is where all end. */
    private final int[] start;

    private final int[] feature;
    private final double[] coefficient;

    LinearLeaves(int[] line, double[] constant, int[] start, int[] feature, double[] coefficient) {
        this.line = line;
        this.constant = constant;
        this.start = start;
        this.feature = feature;
        this.coefficient = coefficient;
    }

    /** The first nodes alone; the lines are shared. */
    LinearLeaves first(int nodes) {
        return new LinearLeaves(Arrays.copyOf(line, nodes), constant, start, feature, coefficient);
    }

    /** @param otherwise what the leaf answers where it has no line, or a feature of it is missing */
    double value(int node, double[] row, double otherwise) {
        int own = line[node];
        if (own < 0) {
            return otherwise;
        }
        double sum = constant[own];
        for (int i = start[own]; i < start[own + 1]; i++) {
            double x = row[feature[i]];
            if (Double.isNaN(x)) {
                return otherwise;
            }
            sum += coefficient[i] * x;
        }
        return sum;
    }

    /** Takes lines in the order of the nodes. Confined to one thread. */
    static final class Builder {
        private final DoubleList constants = new DoubleList();
        private final DoubleList coefficients = new DoubleList();
        private final List<Integer> nodes = new ArrayList<>();
        private final List<Integer> starts = new ArrayList<>();
        private final List<Integer> features = new ArrayList<>();

        void add(int node, double constant, int[] of, double[] slopes) {
            nodes.add(node);
            constants.add(constant);
            starts.add(features.size());
            for (int i = 0; i < of.length; i++) {
                features.add(of[i]);
                coefficients.add(slopes[i]);
            }
        }

        boolean isEmpty() {
            return nodes.isEmpty();
        }

        LinearLeaves build(int count) {
            int[] line = new int[count];
            Arrays.fill(line, -1);
            for (int i = 0; i < nodes.size(); i++) {
                line[nodes.get(i)] = i;
            }
            starts.add(features.size());
            return new LinearLeaves(
                    line,
                    constants.toArray(),
                    starts.stream().mapToInt(i -> i).toArray(),
                    features.stream().mapToInt(i -> i).toArray(),
                    coefficients.toArray());
        }
    }
}
