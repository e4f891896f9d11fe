package dev.clew.statistics.estimation;

import java.util.Arrays;

/**
 * Isotonic regression: the non-decreasing step values nearest to the labels by least squares, joined by straight lines; scores outside
 * the range fitted on take its ends.
 *
 * <p>Pool-adjacent-violators, scikit-learn 1.9's {@code IsotonicRegression(out_of_bounds="clip")} within 1e-12: scores that
 * differ by less than 1e-15 are one. Immutable, thread-safe.
 */
public final class Isotonic {
    private static final double SAME = 1e-15;

    private final double[] scores;
    private final double[] values;

    private Isotonic(double[] scores, double[] values) {
        this.scores = scores;
        this.values = values;
    }

    /**
     * Fits. O(n log n).
     *
     * @param scores finite
     * @param labels same length, at least 1
     */
    public static Isotonic fit(double[] scores, boolean[] labels) {
        if (scores.length == 0 || scores.length != labels.length) {
            throw new IllegalArgumentException(
                    "A calibrator needs one label per score and at least one; there are %d and %d."
                            .formatted(labels.length, scores.length));
        }
        int n = scores.length;
        int[] order = Order.ascending(scores);
        double[] distinct = new double[n];
        double[] weight = new double[n];
        double[] mean = new double[n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            int row = order[i];
            if (count == 0 || scores[row] - distinct[count - 1] >= SAME) {
                distinct[count++] = scores[row];
            }
            weight[count - 1]++;
            mean[count - 1] += labels[row] ? 1 : 0;
        }
        for (int i = 0; i < count; i++) {
            mean[i] /= weight[i];
        }
        return new Isotonic(Arrays.copyOf(distinct, count), pooled(mean, weight, count));
    }

    /** Blocks are kept on a stack; a new block joins the one before it while that one is higher. */
    private static double[] pooled(double[] mean, double[] weight, int count) {
        double[] level = new double[count];
        double[] mass = new double[count];
        int[] end = new int[count];
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            double value = mean[i];
            double held = weight[i];
            while (blocks > 0 && level[blocks - 1] >= value) {
                blocks--;
                value = (value * held + level[blocks] * mass[blocks]) / (held + mass[blocks]);
                held += mass[blocks];
            }
            level[blocks] = value;
            mass[blocks] = held;
            end[blocks++] = i + 1;
        }
        double[] values = new double[count];
        for (int block = 0; block < blocks; block++) {
            Arrays.fill(values, block == 0 ? 0 : end[block - 1], end[block], level[block]);
        }
        return values;
    }

    /** The calibrated probability of a score, in [0, 1]; NaN for NaN. */
    public double at(double score) {
        if (Double.isNaN(score)) {
            return Double.NaN;
        }
        int last = scores.length - 1;
        if (score <= scores[0] || last == 0) {
            return values[0];
        }
        if (score >= scores[last]) {
            return values[last];
        }
        int found = Arrays.binarySearch(scores, score);
        if (found >= 0) {
            return values[found];
        }
        int above = -found - 1;
        double slope = (values[above] - values[above - 1]) / (scores[above] - scores[above - 1]);
        return slope * (score - scores[above - 1]) + values[above - 1];
    }

    /** The calibrated probabilities of all scores. */
    public double[] at(double[] all) {
        double[] calibrated = new double[all.length];
        for (int i = 0; i < all.length; i++) {
            calibrated[i] = at(all[i]);
        }
        return calibrated;
    }
}
