package dev.clew.statistics.estimation;

import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Threshold;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Confidence-based performance estimation (CBPE) for several classes: each class against the rest as in {@link BinaryEstimator}, the
 * calibrated probabilities of a row scaled to sum 1, metrics averaged over the classes ("macro").
 *
 * <p>Equal to NannyML 0.13's multi-class {@code CBPE} chunk by chunk within 1e-6, alerts included (golden/chunks.json); the
 * band of the average precision rests on other random draws, and that of ROC AUC differs in the third digit where many scores tie. Immutable, thread-safe.
 */
public final class MultiEstimator {
    /** NannyML's correction: the variances of the classes alone understate the sampling error of the mean AUC by a fifth. */
    private static final double AUC_CORRECTION = 1.2;

    private final Calibrator[] calibrators;
    private final Map<EstimatedMetric, Double> varianceOfOne;
    private final Map<EstimatedMetric, Bounds> bounds;

    private MultiEstimator(
            Calibrator[] calibrators, Map<EstimatedMetric, Double> varianceOfOne, Map<EstimatedMetric, Bounds> bounds) {
        this.calibrators = calibrators;
        this.varianceOfOne = varianceOfOne;
        this.bounds = bounds;
    }

    /**
     * Fits on labelled rows.
     *
     * @param reference every row complete, every class among the labels, at least 40 rows
     * @param chunks of the reference
     * @param threshold how bounds follow from the reference chunks
     * @throws IllegalArgumentException if the reference has not what is needed
     */
    public static MultiEstimator fit(MultiRows reference, List<Chunk> chunks, Threshold threshold) {
        int[] rows = reference.complete(0, reference.size(), true, true);
        int classes = reference.classes().size();
        if (rows.length < reference.size()
                || rows.length < BinaryEstimator.NEEDED
                || MultiRows.kinds(reference.labels(), rows) < classes) {
            throw new IllegalArgumentException(
                    ("Estimating performance needs a reference of at least %d rows, each with label, prediction and every score, and"
                                    + " each of the %d classes among the labels; it has %d rows, %d of them incomplete, and %d classes."
                                    + " Choose another reference or leave incomplete rows out.")
                            .formatted(
                                    BinaryEstimator.NEEDED,
                                    classes,
                                    reference.size(),
                                    reference.size() - rows.length,
                                    MultiRows.kinds(reference.labels(), rows)));
        }
        Calibrator[] calibrators = new Calibrator[classes];
        for (int one = 0; one < classes; one++) {
            calibrators[one] =
                    Calibrator.fit(reference.scoresOf(one, rows), MultiRows.are(one, reference.labels(), rows));
        }
        Map<EstimatedMetric, Double> variance = new EnumMap<>(EstimatedMetric.class);
        Map<EstimatedMetric, Bounds> bounds = new EnumMap<>(EstimatedMetric.class);
        for (EstimatedMetric metric : EstimatedMetric.values()) {
            variance.put(metric, varianceOfOne(metric, reference, rows));
            double[] realized = chunks.stream()
                    .mapToDouble(chunk -> realized(metric, reference, chunk))
                    .toArray();
            bounds.put(metric, threshold.over(realized).within(0, 1));
        }
        return new MultiEstimator(calibrators, variance, bounds);
    }

    private static double varianceOfOne(EstimatedMetric metric, MultiRows reference, int[] rows) {
        int classes = reference.classes().size();
        if (metric == EstimatedMetric.ACCURACY) {
            double accuracy = accuracy(reference, rows);
            return accuracy * (1 - accuracy);
        }
        double sum = 0;
        for (int one = 0; one < classes; one++) {
            sum += Outcomes.varianceOfOne(
                    metric,
                    MultiRows.are(one, reference.labels(), rows),
                    MultiRows.are(one, reference.predictions(), rows),
                    reference.scoresOf(one, rows),
                    false);
        }
        return switch (metric) {
            case ROC_AUC -> sum / classes / classes * AUC_CORRECTION * AUC_CORRECTION;
            case AVERAGE_PRECISION -> sum / classes;
            case F1, PRECISION, RECALL, SPECIFICITY, ACCURACY -> sum / classes / classes;
        };
    }

    private static double accuracy(MultiRows data, int[] rows) {
        double hits = 0;
        for (int row : rows) {
            hits += data.labels()[row] == data.predictions()[row] ? 1 : 0;
        }
        return hits / rows.length;
    }

    /** Whether the scores of a class are calibrated, or taken as they are because they gain nothing from it. */
    public boolean calibrates(int one) {
        return calibrators[one].calibrates();
    }

    /** Between which values each metric is as in the reference. */
    public Bounds bounds(EstimatedMetric metric) {
        return bounds.getOrDefault(metric, Bounds.NONE);
    }

    /**
     * Estimates every chunk; labels are used for the realized values only.
     *
     * @throws IllegalArgumentException if the classes are not those of the reference
     */
    public List<ChunkEstimate> estimate(MultiRows rows, List<Chunk> chunks) {
        if (rows.classes().size() != calibrators.length) {
            throw new IllegalArgumentException(
                    "The reference has %d classes and these rows have %d; give both the same."
                            .formatted(calibrators.length, rows.classes().size()));
        }
        return chunks.stream().map(chunk -> estimate(rows, chunk)).toList();
    }

    private ChunkEstimate estimate(MultiRows data, Chunk chunk) {
        Map<EstimatedMetric, ChunkEstimate.Value> values = new EnumMap<>(EstimatedMetric.class);
        int[] scored = data.complete(chunk.from(), chunk.to(), false, false);
        int[] predicted = data.complete(chunk.from(), chunk.to(), false, true);
        double[][] scoredCalibrated = calibrated(data, scored);
        double[][] predictedCalibrated = calibrated(data, predicted);
        for (EstimatedMetric metric : EstimatedMetric.values()) {
            int[] used = metric.ranks() ? scored : predicted;
            double[][] calibrated = metric.ranks() ? scoredCalibrated : predictedCalibrated;
            double value = used.length == 0 ? Double.NaN : expected(metric, data, used, calibrated);
            double error = Math.sqrt(varianceOfOne.getOrDefault(metric, Double.NaN) / used.length);
            values.put(
                    metric,
                    ChunkEstimate.Value.of(value, error, realized(metric, data, chunk), bounds(metric), used.length));
        }
        return new ChunkEstimate(chunk, values);
    }

    /** Per class; a row without any probability is even over the classes. */
    private double[][] calibrated(MultiRows data, int[] rows) {
        double[][] calibrated = new double[calibrators.length][];
        double[] sums = new double[rows.length];
        for (int one = 0; one < calibrated.length; one++) {
            calibrated[one] = calibrators[one].at(data.scoresOf(one, rows));
            for (int i = 0; i < sums.length; i++) {
                sums[i] += calibrated[one][i];
            }
        }
        for (double[] column : calibrated) {
            for (int i = 0; i < sums.length; i++) {
                column[i] = sums[i] == 0 ? 1.0 / calibrated.length : column[i] / sums[i];
            }
        }
        return calibrated;
    }

    private static double expected(EstimatedMetric metric, MultiRows data, int[] rows, double[][] calibrated) {
        if (metric == EstimatedMetric.ACCURACY) {
            double sum = 0;
            for (int i = 0; i < rows.length; i++) {
                sum += calibrated[data.predictions()[rows[i]]][i];
            }
            return sum / rows.length;
        }
        double sum = 0;
        for (int one = 0; one < calibrated.length; one++) {
            sum += Outcomes.expected(
                    metric, MultiRows.are(one, data.predictions(), rows), data.scoresOf(one, rows), calibrated[one]);
        }
        return sum / calibrated.length;
    }

    /** NaN where NannyML finds too few kinds of labels or predictions. */
    private static double realized(EstimatedMetric metric, MultiRows data, Chunk chunk) {
        int[] rows = data.complete(chunk.from(), chunk.to(), true, true);
        int classes = data.classes().size();
        int labelled = MultiRows.kinds(data.labels(), rows);
        boolean undefined =
                metric.ranks() ? labelled < classes : labelled < 2 || MultiRows.kinds(data.predictions(), rows) < 2;
        if (undefined) {
            return Double.NaN;
        }
        if (metric == EstimatedMetric.ACCURACY) {
            return accuracy(data, rows);
        }
        return mean(metric, data, rows, classes);
    }

    private static double mean(EstimatedMetric metric, MultiRows data, int[] rows, int classes) {
        double sum = 0;
        for (int one = 0; one < classes; one++) {
            sum += Outcomes.realized(
                    metric,
                    MultiRows.are(one, data.labels(), rows),
                    MultiRows.are(one, data.predictions(), rows),
                    data.scoresOf(one, rows));
        }
        return sum / classes;
    }
}
