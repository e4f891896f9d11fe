package dev.clew.statistics.performance;

import dev.clew.statistics.Sample;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model that looks at no feature would reach on the same rows: always the most frequent class, with the shares of the classes
 * as its scores; always the mean (for RMSE and R²) or the median (for MAE) of the targets. A model that is no better has learned
 * nothing that its numbers could show.
 *
 * <p>Evidently's dummy draws classes at random; this one is the best guess without features, and the same every time. Stateless,
 * thread-safe.
 */
public final class Baseline {
    private Baseline() {}

    /**
     * Of classes.
     *
     * @param labels index of each row's class
     * @param classes number of classes
     * @param summed whether the Brier score is the sum over all classes ({@link MultiClassification}) or looks at one of two ({@link Scores})
     * @return by name {@code accuracy, balanced_accuracy, roc_auc, log_loss, brier}; empty without rows
     */
    public static Map<String, Double> ofClasses(int[] labels, int classes, boolean summed) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (labels.length == 0) {
            return metrics;
        }
        long[] counts = new long[classes];
        for (int label : labels) {
            counts[label]++;
        }
        double entropy = 0;
        double squares = 0;
        long most = 0;
        int present = 0;
        for (long count : counts) {
            double share = (double) count / labels.length;
            entropy -= count == 0 ? 0 : share * Math.log(share);
            squares += share * share;
            most = Math.max(most, count);
            present += count > 0 ? 1 : 0;
        }
        metrics.put("accuracy", (double) most / labels.length);
        metrics.put("balanced_accuracy", 1.0 / present);
        metrics.put("roc_auc", 0.5);
        metrics.put("log_loss", entropy);
        metrics.put("brier", summed ? 1 - squares : (1 - squares) / 2);
        return metrics;
    }

    /**
     * Of numbers.
     *
     * @param targets finite
     * @return by name {@code rmse, mae, r2}; empty without rows
     */
    public static Map<String, Double> ofNumbers(double[] targets) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (targets.length == 0) {
            return metrics;
        }
        Sample sample = Sample.of(targets);
        double median = sample.quantile(0.5);
        metrics.put("rmse", sample.standardDeviation());
        metrics.put(
                "mae",
                Arrays.stream(targets)
                        .map(target -> Math.abs(target - median))
                        .average()
                        .orElse(Double.NaN));
        metrics.put("r2", 0.0);
        return metrics;
    }
}
