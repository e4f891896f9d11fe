package dev.clew.statistics.performance;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.draw.CellDraw;
import dev.clew.statistics.interval.Rates;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The confusion counts of two classes and what follows from them. Counts may be fractional: weights, or expected counts.
 *
 * <p>Values agree with scikit-learn 1.9 ({@code zero_division=0}) within 1e-12 (golden/performance.json). A rate without rows is 0
 * with the interval [0, 1] and n = 0. Immutable, thread-safe.
 *
 * @param truePositives predicted and labelled positive
 * @param falsePositives predicted positive, labelled negative
 * @param falseNegatives predicted negative, labelled positive
 * @param trueNegatives predicted and labelled negative
 */
public record Confusion(double truePositives, double falsePositives, double falseNegatives, double trueNegatives) {
    private static final int ROUNDS = 2_000;

    /**
     * Counts rows.
     *
     * @param labels the truth
     * @param predictions same length
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Confusion of(boolean[] labels, boolean[] predictions) {
        requireEqual(labels.length, predictions.length);
        long[] cells = new long[4];
        for (int i = 0; i < labels.length; i++) {
            cells[(labels[i] ? 0 : 1) + (predictions[i] ? 0 : 2)]++;
        }
        return new Confusion(cells[0], cells[1], cells[2], cells[3]);
    }

    static void requireEqual(int labels, int predictions) {
        if (labels != predictions) {
            throw new IllegalArgumentException(
                    "Every label needs one prediction; there are %d labels and %d predictions."
                            .formatted(labels, predictions));
        }
    }

    /** All rows. */
    public double total() {
        return truePositives + falsePositives + falseNegatives + trueNegatives;
    }

    /** Rows labelled positive. */
    public double positives() {
        return truePositives + falseNegatives;
    }

    /** Rows labelled negative. */
    public double negatives() {
        return falsePositives + trueNegatives;
    }

    /** Share of rows predicted as labelled. */
    public Estimate accuracy() {
        return Rates.wilson(truePositives + trueNegatives, total());
    }

    /** Share of the positive predictions that are right. */
    public Estimate precision() {
        return Rates.wilson(truePositives, truePositives + falsePositives);
    }

    /** Share of the positive rows that are found. */
    public Estimate recall() {
        return Rates.wilson(truePositives, positives());
    }

    /** Share of the negative rows that are left alone. */
    public Estimate specificity() {
        return Rates.wilson(trueNegatives, negatives());
    }

    /** Share of the negative rows predicted positive. */
    public Estimate falsePositiveRate() {
        return Rates.wilson(falsePositives, negatives());
    }

    /** Share of the positive rows predicted negative. */
    public Estimate falseNegativeRate() {
        return Rates.wilson(falseNegatives, positives());
    }

    /** Share of rows predicted positive. */
    public Estimate selectionRate() {
        return Rates.wilson(truePositives + falsePositives, total());
    }

    /**
     * F1 = 2·TP/(2·TP + FP + FN). The interval is that of the rate J = TP/(TP + FP + FN) carried through F1 = 2J/(1 + J).
     */
    public Estimate f1() {
        return Rates.wilson(truePositives, truePositives + falsePositives + falseNegatives)
                .map(j -> 2 * j / (1 + j));
    }

    /** Mean of recall and specificity. */
    public Estimate balancedAccuracy() {
        return Rates.mean(recall(), specificity());
    }

    /**
     * Matthews' correlation of labels and predictions, in [−1, 1], 0 if a class is never predicted or absent. The interval is the
     * percentile interval of 2 000 multinomial redraws of the four cells, seeded.
     */
    public Estimate matthews() {
        double value = correlation(truePositives, falsePositives, falseNegatives, trueNegatives);
        long n = (long) total();
        if (n == 0) {
            return Estimate.plain(value, 0);
        }
        var random = new SplittableRandom(17);
        double[] drawn = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            drawn[round] = redraw(random, n);
        }
        java.util.Arrays.sort(drawn);
        return new Estimate(value, drawn[(int) (ROUNDS * 0.025)], drawn[(int) (ROUNDS * 0.975)], n);
    }

    private double redraw(SplittableRandom random, long n) {
        double[] cells = {truePositives, falsePositives, falseNegatives, trueNegatives};
        double[] drawn = CellDraw.bootstrap(random, cells, n, 1);
        return correlation(drawn[0], drawn[1], drawn[2], drawn[3]);
    }

    private static double correlation(double tp, double fp, double fn, double tn) {
        double product = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn);
        return product == 0 ? 0 : (tp * tn - fp * fn) / product;
    }

    /** Every number above, by name. */
    public Map<String, Estimate> metrics() {
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy());
        metrics.put("precision", precision());
        metrics.put("recall", recall());
        metrics.put("f1", f1());
        metrics.put("specificity", specificity());
        metrics.put("fpr", falsePositiveRate());
        metrics.put("fnr", falseNegativeRate());
        metrics.put("balanced_accuracy", balancedAccuracy());
        metrics.put("mcc", matthews());
        return metrics;
    }
}
