package dev.clew.statistics.estimation;

import dev.clew.statistics.performance.BinaryClassification;
import dev.clew.statistics.performance.Confusion;
import dev.clew.statistics.performance.Scores;
import java.util.SplittableRandom;

/** One class against the rest: what its rows show, what they let expect, how much a row contributes to the sampling error. */
final class Outcomes {
    private static final int EXPERIMENTS = 50;
    private static final int MAX_RESAMPLED = 50_000;
    private static final long SEED = 11;

    private Outcomes() {}

    /** The metric that labelled rows show. */
    static double realized(EstimatedMetric metric, boolean[] labels, boolean[] predictions, double[] scores) {
        if (metric.ranks()) {
            Scores ranked = Scores.of(labels, scores);
            return metric == EstimatedMetric.ROC_AUC
                    ? ranked.rocAuc().value()
                    : ranked.averagePrecision().value();
        }
        return of(metric, Confusion.of(labels, predictions));
    }

    /**
     * The metric to be expected if each row is positive with its calibrated probability.
     *
     * @param raw scores that rank the rows
     * @param calibrated probabilities
     */
    static double expected(EstimatedMetric metric, boolean[] predictions, double[] raw, double[] calibrated) {
        return switch (metric) {
            case ROC_AUC -> rocAuc(raw, calibrated);
            case AVERAGE_PRECISION -> averagePrecision(raw, calibrated);
            case F1, PRECISION, RECALL, SPECIFICITY, ACCURACY -> of(metric, confusion(predictions, calibrated));
        };
    }

    private static double of(EstimatedMetric metric, Confusion confusion) {
        return switch (metric) {
            case F1 -> confusion.f1().value();
            case PRECISION -> confusion.precision().value();
            case RECALL -> confusion.recall().value();
            case SPECIFICITY -> confusion.specificity().value();
            case ACCURACY -> confusion.accuracy().value();
            case ROC_AUC, AVERAGE_PRECISION -> throw new IllegalArgumentException(metric + " needs scores.");
        };
    }

    private static Confusion confusion(boolean[] predictions, double[] calibrated) {
        double[] cells = new double[4];
        for (int i = 0; i < predictions.length; i++) {
            cells[predictions[i] ? 0 : 2] += calibrated[i];
            cells[predictions[i] ? 1 : 3] += 1 - calibrated[i];
        }
        return new Confusion(cells[0], cells[1], cells[2], cells[3]);
    }

    /** Trapezoids over the expected counts, rounded to 5 decimals as NannyML does lest noise bends the curve. */
    private static double rocAuc(double[] raw, double[] calibrated) {
        double[] descending = descending(raw, calibrated);
        int n = descending.length;
        double[] hits = new double[n + 1];
        double[] alarms = new double[n + 1];
        double sum = 0;
        for (int i = 1; i <= n; i++) {
            sum += descending[i - 1];
            hits[i] = rounded(sum);
            alarms[i] = rounded(i - sum);
        }
        double area = 0;
        for (int i = 1; i <= n; i++) {
            area += (alarms[i] - alarms[i - 1]) / alarms[n] * (hits[i] + hits[i - 1]) / hits[n] / 2;
        }
        return area;
    }

    private static double averagePrecision(double[] raw, double[] calibrated) {
        double[] descending = descending(raw, calibrated);
        int n = descending.length;
        double[] hits = new double[n + 1];
        double sum = 0;
        for (int i = 1; i <= n; i++) {
            sum += descending[i - 1];
            hits[i] = rounded(sum);
        }
        double area = 0;
        for (int i = 1; i <= n; i++) {
            area += (hits[i] - hits[i - 1]) / hits[n] * hits[i] / i;
        }
        return area;
    }

    /**
     * Calibrated probabilities by descending raw score. Rows of one raw score share their mean, so that the order of the rows does not
     * matter; with several classes they may differ, and there NannyML's number depends on how its sort leaves ties.
     */
    private static double[] descending(double[] raw, double[] calibrated) {
        int[] order = Order.ascending(raw);
        int n = order.length;
        double[] descending = new double[n];
        int from = 0;
        while (from < n) {
            double score = raw[order[n - 1 - from]];
            int to = from;
            double sum = 0;
            while (to < n && raw[order[n - 1 - to]] == score) {
                sum += calibrated[order[n - 1 - to]];
                to++;
            }
            java.util.Arrays.fill(descending, from, to, sum / (to - from));
            from = to;
        }
        return descending;
    }

    private static double rounded(double value) {
        return Math.rint(value * 1e5) / 1e5;
    }

    /**
     * The variance that one row contributes: a chunk of n rows has the standard error √(this/n).
     *
     * <p>NannyML 0.13's sampling errors: the variance of what single rows contribute, over the share of rows that matter. That of the
     * average precision comes from 50 resamples; NannyML draws them without a seed, ours are seeded.
     *
     * @param scaled whether F1 is scaled as NannyML does for two classes (and not for several)
     */
    static double varianceOfOne(
            EstimatedMetric metric, boolean[] labels, boolean[] predictions, double[] scores, boolean scaled) {
        return switch (metric) {
            case ROC_AUC -> ofRocAuc(labels, scores);
            case AVERAGE_PRECISION -> ofAveragePrecision(labels, scores);
            case F1, PRECISION, RECALL, SPECIFICITY, ACCURACY ->
                ofConfusion(metric, Confusion.of(labels, predictions), scaled);
        };
    }

    private static double ofConfusion(EstimatedMetric metric, Confusion confusion, boolean scaled) {
        double hits = metric == EstimatedMetric.SPECIFICITY ? confusion.trueNegatives() : confusion.truePositives();
        double misses = switch (metric) {
            case F1 -> confusion.falsePositives() + confusion.falseNegatives();
            case PRECISION, SPECIFICITY -> confusion.falsePositives();
            case RECALL -> confusion.falseNegatives();
            case ACCURACY, ROC_AUC, AVERAGE_PRECISION -> confusion.falsePositives() + confusion.falseNegatives();
        };
        if (metric == EstimatedMetric.ACCURACY) {
            hits += confusion.trueNegatives();
        }
        double relevant = hits + misses;
        double share = hits / relevant;
        double scale = metric == EstimatedMetric.F1 && scaled ? relevant / (misses / 2 + hits) : 1;
        return scale * scale * share * (1 - share) / (relevant / confusion.total());
    }

    /** AUC as a Mann–Whitney statistic: the variance of the positives' placements among the rarer label's opposite. */
    private static double ofRocAuc(boolean[] labels, double[] scores) {
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        boolean flipped = positives > 0.5 * labels.length;
        double[] ranked = scores.clone();
        for (int i = 0; flipped && i < ranked.length; i++) {
            ranked[i] = 1 - ranked[i];
        }
        int rarer = flipped ? labels.length - positives : positives;
        int[] order = Order.ascending(ranked);
        double sum = 0;
        double squares = 0;
        int count = 0;
        // A positive at the very bottom is left out, as numpy's unique() drops it in NannyML.
        for (int rank = 1; rank < order.length; rank++) {
            if (labels[order[rank]] != flipped) {
                double placement = (double) (rank - count) / (labels.length - rarer);
                sum += placement;
                squares += placement * placement;
                count++;
            }
        }
        double mean = sum / count;
        return (squares / count - mean * mean) / ((double) rarer / labels.length);
    }

    private static double ofAveragePrecision(boolean[] labels, double[] scores) {
        int size = Math.min(labels.length / 2, MAX_RESAMPLED);
        var random = new SplittableRandom(SEED);
        double sum = 0;
        double squares = 0;
        boolean[] drawnLabels = new boolean[size];
        double[] drawnScores = new double[size];
        for (int experiment = 0; experiment < EXPERIMENTS; experiment++) {
            for (int i = 0; i < size; i++) {
                int row = random.nextInt(labels.length);
                drawnLabels[i] = labels[row];
                drawnScores[i] = scores[row];
            }
            double value = BinaryClassification.of(drawnLabels, drawnLabels, drawnScores)
                    .scores()
                    .orElseThrow()
                    .averagePrecision()
                    .value();
            sum += value;
            squares += value * value;
        }
        double mean = sum / EXPERIMENTS;
        return (squares / EXPERIMENTS - mean * mean) * size;
    }
}
