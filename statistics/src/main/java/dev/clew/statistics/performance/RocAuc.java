package dev.clew.statistics.performance;

import java.util.Arrays;

/** Area under the ROC curve with DeLong's variance. Stateless, thread-safe. */
public final class RocAuc {
    private RocAuc() {}

    /**
     * P(score of a positive &gt; score of a negative) + ½ P(equal), scikit-learn's {@code roc_auc_score}.
     *
     * @param scores no NaN
     * @param labels same length
     * @return in [0, 1]; NaN if a class is absent
     */
    public static double of(double[] scores, boolean[] labels) {
        return estimate(scores, labels).area();
    }

    /**
     * The area and its standard error (DeLong, DeLong and Clarke-Pearson 1988, by midranks as Sun and Xu 2014). O(n log n).
     *
     * @return area NaN if a class is absent; error NaN if a class has fewer than 2 rows
     */
    public static Estimate estimate(double[] scores, boolean[] labels) {
        int n = scores.length;
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        int negatives = n - positives;
        if (positives == 0 || negatives == 0) {
            return new Estimate(Double.NaN, Double.NaN, positives, negatives);
        }
        double[] up = subset(scores, labels, true, positives);
        double[] down = subset(scores, labels, false, negatives);
        double sum = 0;
        double squares = 0;
        double otherSquares = 0;
        double[] placements = new double[positives];
        for (int i = 0; i < positives; i++) {
            placements[i] = midCount(down, up[i]) / negatives;
            sum += placements[i];
        }
        double area = sum / positives;
        for (double placement : placements) {
            squares += (placement - area) * (placement - area);
        }
        for (double score : down) {
            double placement = 1 - midCount(up, score) / positives;
            otherSquares += (placement - area) * (placement - area);
        }
        double error = positives < 2 || negatives < 2
                ? Double.NaN
                : Math.sqrt(squares / (positives - 1.0) / positives + otherSquares / (negatives - 1.0) / negatives);
        return new Estimate(area, error, positives, negatives);
    }

    private static double[] subset(double[] scores, boolean[] labels, boolean wanted, int count) {
        double[] subset = new double[count];
        int next = 0;
        for (int i = 0; i < scores.length; i++) {
            if (labels[i] == wanted) {
                subset[next++] = scores[i] + 0.0;
            }
        }
        Arrays.sort(subset);
        return subset;
    }

    /** Values below plus half of the equal ones. */
    private static double midCount(double[] sorted, double value) {
        int below = lower(sorted, value, false);
        int atMost = lower(sorted, value, true);
        return (below + atMost) / 2.0;
    }

    private static int lower(double[] sorted, double value, boolean past) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value || (past && sorted[middle] == value)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * An area with its uncertainty.
     *
     * @param area in [0, 1]
     * @param standardError DeLong's
     * @param positives rows of the positive class
     * @param negatives other rows
     */
    public record Estimate(double area, double standardError, int positives, int negatives) {}
}
