package dev.clew.statistics.estimation;

import dev.clew.statistics.performance.RocAuc;
import java.util.List;
import java.util.Optional;

/**
 * Turns scores into probabilities by isotonic regression, if the scores gain from it.
 *
 * <p>They gain if, over ten stratified splits taken together, the calibrated scores of the judged tenth have a smaller expected
 * calibration error (ten bins of equal count) than the raw ones. A model that separates nearly perfectly (ROC AUC above 0.999) or a
 * single label is left alone. NannyML 0.13's {@code needs_calibration}, on the same splits. Immutable, thread-safe.
 */
final class Calibrator {
    private static final int BINS = 10;
    private static final double SEPARATED = 0.999;

    private final Optional<Isotonic> isotonic;

    private Calibrator(Optional<Isotonic> isotonic) {
        this.isotonic = isotonic;
    }

    static Calibrator fit(double[] scores, boolean[] labels) {
        return new Calibrator(gains(scores, labels) ? Optional.of(Isotonic.fit(scores, labels)) : Optional.empty());
    }

    boolean calibrates() {
        return isotonic.isPresent();
    }

    double[] at(double[] scores) {
        return isotonic.map(fitted -> fitted.at(scores)).orElseGet(scores::clone);
    }

    private static boolean gains(double[] scores, boolean[] labels) {
        double area = RocAuc.of(scores, labels);
        if (Double.isNaN(area) || area > SEPARATED) {
            return false;
        }
        List<StratifiedSplit> splits = StratifiedSplit.of(labels);
        int judged = splits.stream().mapToInt(split -> split.judge().length).sum();
        double[] raw = new double[judged];
        double[] calibrated = new double[judged];
        boolean[] truth = new boolean[judged];
        int at = 0;
        for (StratifiedSplit split : splits) {
            Isotonic fitted = Isotonic.fit(pick(scores, split.fit()), pick(labels, split.fit()));
            for (int row : split.judge()) {
                raw[at] = scores[row];
                calibrated[at] = fitted.at(scores[row]);
                truth[at++] = labels[row];
            }
        }
        return error(raw, truth) > error(calibrated, truth);
    }

    private static double[] pick(double[] values, int[] rows) {
        double[] picked = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = values[rows[i]];
        }
        return picked;
    }

    private static boolean[] pick(boolean[] values, int[] rows) {
        boolean[] picked = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = values[rows[i]];
        }
        return picked;
    }

    /** Bins of ⌊n/bins⌋ rows, the last one taking the rest as numpy's {@code range} of edges leaves it. */
    private static double error(double[] scores, boolean[] labels) {
        int n = scores.length;
        int bins = n <= 2 * BINS ? n / 2 : BINS;
        int width = n / bins;
        int[] order = Order.ascending(scores);
        double sum = 0;
        int last = n / width;
        for (int bin = 0; bin < last; bin++) {
            int from = bin * width;
            int to = bin == last - 1 ? n : from + width;
            double score = 0;
            double positives = 0;
            for (int i = from; i < to; i++) {
                score += scores[order[i]];
                positives += labels[order[i]] ? 1 : 0;
            }
            sum += Math.abs(score - positives) / n;
        }
        return sum;
    }
}
