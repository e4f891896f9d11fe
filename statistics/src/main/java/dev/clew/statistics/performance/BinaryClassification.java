package dev.clew.statistics.performance;

import dev.clew.statistics.Estimate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How good a model with two classes is. Immutable, thread-safe.
 *
 * @param confusion counts at the threshold
 * @param scores ranking and calibration, if the model gave scores
 */
public record BinaryClassification(Confusion confusion, Optional<Scores> scores) {
    /** The share of the rows {@code lift} looks at. */
    public static final double LIFT_SHARE = 0.1;

    private static final int CALIBRATION_BINS = 10;

    /** From labels and predicted labels of the same length. */
    public static BinaryClassification of(boolean[] labels, boolean[] predictions) {
        return new BinaryClassification(Confusion.of(labels, predictions), Optional.empty());
    }

    /** From labels, predicted labels and scores of the same length; scores are finite and read as P(positive). */
    public static BinaryClassification of(boolean[] labels, boolean[] predictions, double[] scores) {
        return new BinaryClassification(Confusion.of(labels, predictions), Optional.of(Scores.of(labels, scores)));
    }

    /** From labels and scores; predicted positive is score ≥ threshold. */
    public static BinaryClassification ofScores(boolean[] labels, double[] scores, double threshold) {
        boolean[] predictions = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            predictions[i] = scores[i] >= threshold;
        }
        return of(labels, predictions, scores);
    }

    /**
     * Every number by name: those of {@link Confusion#metrics}, and with scores {@code roc_auc, average_precision, log_loss, brier,
     * ece} (10 bins), {@code ks, lift} (top tenth). Log-loss, Brier and ECE need scores in [0, 1] and are left out otherwise.
     */
    public Map<String, Estimate> metrics() {
        Map<String, Estimate> metrics = new LinkedHashMap<>(confusion.metrics());
        scores.ifPresent(ranked -> {
            metrics.put("roc_auc", ranked.rocAuc());
            metrics.put("average_precision", ranked.averagePrecision());
            if (ranked.areProbabilities()) {
                metrics.put("log_loss", ranked.logLoss());
                metrics.put("brier", ranked.brier());
                metrics.put("ece", ranked.calibrationError(CALIBRATION_BINS));
            }
            metrics.put("ks", ranked.separation());
            metrics.put("lift", ranked.lift(LIFT_SHARE));
        });
        return metrics;
    }
}
