package dev.clew.statistics.estimation;

import java.util.Arrays;
import java.util.List;

/**
 * Rows of a model with several classes.
 *
 * @param classes names, at least 2
 * @param labels index of the class; −1 where the truth is not known
 * @param predictions index of the class, −1 if missing; same length
 * @param scores P(class) as the model gave it: one array per class, each as long as the labels; NaN if missing
 */
public record MultiRows(List<String> classes, int[] labels, int[] predictions, double[][] scores) {
    /** Refuses columns of different length and indices without a class. */
    public MultiRows {
        classes = List.copyOf(classes);
        if (classes.size() < 2 || scores.length != classes.size()) {
            throw new IllegalArgumentException(
                    "Every class needs one column of scores, and there are at least 2 classes; there are %d classes and %d columns."
                            .formatted(classes.size(), scores.length));
        }
        if (labels.length != predictions.length
                || Arrays.stream(scores).anyMatch(column -> column.length != predictions.length)) {
            throw new IllegalArgumentException(
                    "Every row needs a label (or −1), a prediction and one score per class; the columns differ in length.");
        }
        for (int i = 0; i < labels.length; i++) {
            if (Math.min(labels[i], predictions[i]) < -1 || Math.max(labels[i], predictions[i]) >= classes.size()) {
                throw new IllegalArgumentException(
                        "Row %d has the label %d and the prediction %d; there are %d classes."
                                .formatted(i, labels[i], predictions[i], classes.size()));
            }
        }
    }

    /** Number of rows. */
    public int size() {
        return labels.length;
    }

    /** Row numbers of a range that have all scores and, where asked, label and prediction. */
    int[] complete(int from, int to, boolean needsLabel, boolean needsPrediction) {
        int[] rows = new int[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            boolean is = !(needsLabel && labels[i] < 0) && !(needsPrediction && predictions[i] < 0);
            for (int one = 0; is && one < scores.length; one++) {
                is = !Double.isNaN(scores[one][i]);
            }
            if (is) {
                rows[count++] = i;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    double[] scoresOf(int one, int[] rows) {
        double[] picked = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = scores[one][rows[i]];
        }
        return picked;
    }

    static boolean[] are(int one, int[] values, int[] rows) {
        boolean[] picked = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = values[rows[i]] == one;
        }
        return picked;
    }

    /** How many different values the rows hold. */
    static int kinds(int[] values, int[] rows) {
        return (int) Arrays.stream(rows).map(row -> values[row]).distinct().count();
    }
}
