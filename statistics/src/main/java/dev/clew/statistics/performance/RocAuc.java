package dev.clew.statistics.performance;

import dev.clew.statistics.Sample;

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
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        return estimate(
                subset(scores, labels, false, labels.length - positives), subset(scores, labels, true, positives));
    }

    private static Sample subset(double[] scores, boolean[] labels, boolean wanted, int count) {
        double[] subset = new double[count];
        int next = 0;
        for (int i = 0; i < scores.length; i++) {
            if (labels[i] == wanted) {
                subset[next++] = scores[i];
            }
        }
        return Sample.taking(subset, count);
    }

    /** The same from the sorted scores of both classes. */
    static Estimate estimate(Sample down, Sample up) {
        int positives = up.size();
        int negatives = down.size();
        if (positives == 0 || negatives == 0) {
            return new Estimate(Double.NaN, Double.NaN, positives, negatives);
        }
        double[] placements = placements(up, down);
        double sum = 0;
        for (double placement : placements) {
            sum += placement;
        }
        double area = sum / positives;
        double error = positives < 2 || negatives < 2
                ? Double.NaN
                : Math.sqrt(variance(placements, area) + variance(placements(down, up), 1 - area));
        return new Estimate(area, error, positives, negatives);
    }

    /** Per value of one class the share of the other class below it, equal ones counting half. Two pointers, no search. */
    private static double[] placements(Sample own, Sample other) {
        double[] placements = new double[own.size()];
        int below = 0;
        int atMost = 0;
        for (int i = 0; i < placements.length; i++) {
            double value = own.at(i);
            while (below < other.size() && other.at(below) < value) {
                below++;
            }
            atMost = Math.max(atMost, below);
            while (atMost < other.size() && other.at(atMost) <= value) {
                atMost++;
            }
            placements[i] = (below + (double) atMost) / 2 / other.size();
        }
        return placements;
    }

    private static double variance(double[] placements, double mean) {
        double squares = 0;
        for (double placement : placements) {
            squares += (placement - mean) * (placement - mean);
        }
        return squares / (placements.length - 1.0) / placements.length;
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
