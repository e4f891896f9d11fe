package dev.clew.statistics.fairness;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.performance.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fairness of scores and of single rows; ours unless said otherwise. Stateless, thread-safe. */
public final class Gaps {
    private static final int MAX_ROWS = 20_000;

    private Gaps() {}

    /**
     * {@code roc_auc} and {@code calibration_error} (10 bins) of each group that is large enough; {@link #spread} gives their gaps.
     *
     * @param scores finite, one per row
     * @param minimumRows rows a group needs
     */
    public static Map<String, Map<String, Estimate>> ofScores(
            boolean[] labels, double[] scores, List<String> groups, long minimumRows) {
        Map<String, List<Integer>> rows = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            rows.computeIfAbsent(groups.get(i), _ -> new ArrayList<>()).add(i);
        }
        Map<String, Map<String, Estimate>> found = new LinkedHashMap<>();
        rows.forEach((group, own) -> {
            if (own.size() >= minimumRows) {
                boolean[] ownLabels = new boolean[own.size()];
                double[] ownScores = new double[own.size()];
                for (int i = 0; i < ownScores.length; i++) {
                    ownLabels[i] = labels[own.get(i)];
                    ownScores[i] = scores[own.get(i)];
                }
                Scores ranked = Scores.of(ownLabels, ownScores);
                found.put(group, Map.of("roc_auc", ranked.rocAuc(), "calibration_error", ranked.calibrationError(10)));
            }
        });
        return found;
    }

    /** Largest minus smallest value over the groups that have it, by name; NaN if fewer than 2 have. */
    public static double spread(Map<String, Map<String, Estimate>> byGroup, String metric) {
        double[] values = byGroup.values().stream()
                .map(own -> own.getOrDefault(metric, Estimate.undefined(0)).value())
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return values.length < 2 ? Double.NaN : values[values.length - 1] - values[0];
    }

    /**
     * Consistency: 1 − mean |ŷ − mean ŷ of the nearest rows|, the row itself among them (Zemel et al. 2013; AIF360's {@code
     * consistency_score}). Euclidean distance over the features as given, ties to the earlier row. O(n²).
     *
     * @param rows features, all of one length; at most 20 000 rows
     * @param predictions same length
     * @param neighbours how many rows, at least 1
     * @return in [0, 1]; NaN without rows
     */
    public static double consistency(double[][] rows, boolean[] predictions, int neighbours) {
        if (rows.length > MAX_ROWS) {
            throw new IllegalArgumentException(
                    "Consistency compares every row with every other and takes at most %,d rows; there are %,d. Give a sample."
                            .formatted(MAX_ROWS, rows.length));
        }
        int count = Math.min(neighbours, rows.length);
        double sum = 0;
        double[] nearest = new double[count];
        boolean[] found = new boolean[count];
        for (int i = 0; i < rows.length; i++) {
            Arrays.fill(nearest, Double.POSITIVE_INFINITY);
            for (int j = 0; j < rows.length; j++) {
                insert(nearest, found, squaredDistance(rows[i], rows[j]), predictions[j]);
            }
            double positive = 0;
            for (boolean one : found) {
                positive += one ? 1 : 0;
            }
            sum += Math.abs((predictions[i] ? 1 : 0) - positive / count);
        }
        return rows.length == 0 ? Double.NaN : 1 - sum / rows.length;
    }

    /** Keeps the nearest rows in ascending order; an equal distance does not displace an earlier row. */
    private static void insert(double[] nearest, boolean[] found, double distance, boolean prediction) {
        int at = nearest.length;
        while (at > 0 && distance < nearest[at - 1]) {
            at--;
        }
        if (at < nearest.length) {
            System.arraycopy(nearest, at, nearest, at + 1, nearest.length - at - 1);
            System.arraycopy(found, at, found, at + 1, found.length - at - 1);
            nearest[at] = distance;
            found[at] = prediction;
        }
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
