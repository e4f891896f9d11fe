package dev.clew.statistics.estimation;

import java.util.Arrays;

/**
 * Rows of a model with two classes. NaN stands for a missing value; a row counts for a metric if it has what the metric needs.
 *
 * @param labels 1 or 0; NaN where the truth is not known
 * @param predictions 1 or 0, same length
 * @param scores P(positive) as the model gave it, same length
 */
public record BinaryRows(double[] labels, double[] predictions, double[] scores) {
    /** Refuses columns of different length and values that are no label. */
    public BinaryRows {
        if (labels.length != scores.length || predictions.length != scores.length) {
            throw new IllegalArgumentException(
                    "Every row needs a label (or NaN), a prediction and a score; there are %d, %d and %d."
                            .formatted(labels.length, predictions.length, scores.length));
        }
        requireBinary("label", labels);
        requireBinary("prediction", predictions);
    }

    private static void requireBinary(String what, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && values[i] != 1 && !Double.isNaN(values[i])) {
                throw new IllegalArgumentException(
                        "Row %d has the %s %s; two classes are written 0 and 1.".formatted(i, what, values[i]));
            }
        }
    }

    /** Rows whose truth is not known yet. */
    public static BinaryRows unlabelled(double[] predictions, double[] scores) {
        double[] labels = new double[scores.length];
        Arrays.fill(labels, Double.NaN);
        return new BinaryRows(labels, predictions, scores);
    }

    /** Number of rows. */
    public int size() {
        return scores.length;
    }
}
