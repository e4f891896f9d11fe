package dev.clew.statistics.drift.embedding;

import dev.clew.statistics.test.SymmetricEigen;
import java.util.Arrays;

/** Vectors of one length, one a row. Immutable, thread-safe. */
public final class Embeddings {
    /** By component, then by row. */
    private final double[][] components;

    private final int rows;

    private Embeddings(double[][] components, int rows) {
        this.components = components;
        this.rows = rows;
    }

    /**
     * Takes vectors; they are copied.
     *
     * @param vectors at least one, all of one length of at least 1, without NaN and ∞
     * @throws IllegalArgumentException if they are not that, naming the row
     */
    public static Embeddings of(double[][] vectors) {
        if (vectors.length == 0 || vectors[0].length == 0) {
            throw new IllegalArgumentException(
                    "There is no embedding; give at least one vector of at least one number.");
        }
        int width = vectors[0].length;
        double[][] components = new double[width][vectors.length];
        for (int row = 0; row < vectors.length; row++) {
            if (vectors[row].length != width) {
                throw new IllegalArgumentException(
                        "Embedding %d has %d numbers and the first has %d; give vectors of one length."
                                .formatted(row, vectors[row].length, width));
            }
            for (int i = 0; i < width; i++) {
                if (!Double.isFinite(vectors[row][i])) {
                    throw new IllegalArgumentException(
                            "Number %d of embedding %d is %s; leave the row out.".formatted(i, row, vectors[row][i]));
                }
                components[i][row] = vectors[row][i];
            }
        }
        return new Embeddings(components, vectors.length);
    }

    /** Number of vectors. */
    public int size() {
        return rows;
    }

    /** Numbers in each. */
    public int width() {
        return components.length;
    }

    double[] component(int index) {
        return components[index];
    }

    double[] mean() {
        return Arrays.stream(components).mapToDouble(Embeddings::mean).toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    double[] vector(int row) {
        return Arrays.stream(components).mapToDouble(values -> values[row]).toArray();
    }

    /** At most so many vectors, evenly over the rows. */
    Embeddings thinned(int most) {
        if (rows <= most) {
            return this;
        }
        double[][] kept = new double[components.length][most];
        for (int i = 0; i < kept.length; i++) {
            for (int row = 0; row < most; row++) {
                kept[i][row] = components[i][(int) ((long) row * rows / most)];
            }
        }
        return new Embeddings(kept, most);
    }

    /** What turns vectors into their first principal components. O(rows·width² + width³). */
    Axes axes(int count) {
        if (count < 1 || count > Math.min(width(), rows)) {
            throw new IllegalArgumentException(
                    "%d principal components are asked for; %d embeddings of %d numbers have 1 to %d."
                            .formatted(count, rows, width(), Math.min(width(), rows)));
        }
        double[] centre = mean();
        double[][] covariance = new double[width()][width()];
        for (int i = 0; i < width(); i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int row = 0; row < rows; row++) {
                    sum += (components[i][row] - centre[i]) * (components[j][row] - centre[j]);
                }
                covariance[i][j] = sum / rows;
                covariance[j][i] = covariance[i][j];
            }
        }
        return new Axes(centre, Arrays.copyOf(SymmetricEigen.of(covariance).vectors(), count));
    }

    Embeddings along(Axes axes) {
        double[][] turned = new double[axes.directions.length][rows];
        for (int axis = 0; axis < turned.length; axis++) {
            for (int i = 0; i < width(); i++) {
                double weight = axes.directions[axis][i];
                for (int row = 0; row < rows; row++) {
                    turned[axis][row] += weight * (components[i][row] - axes.centre[i]);
                }
            }
        }
        return new Embeddings(turned, rows);
    }

    /** Directions of the largest variance, each of length 1. */
    record Axes(double[] centre, double[][] directions) {}
}
