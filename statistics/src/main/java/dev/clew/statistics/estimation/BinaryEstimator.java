package dev.clew.statistics.estimation;

import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Threshold;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Confidence-based performance estimation (CBPE) for two classes.
 *
 * <p>Scores are calibrated on the reference where they gain from it. With calibrated c and predicted label ŷ a chunk has the expected
 * counts TP = Σ c over ŷ = 1, FP = Σ (1 − c) over ŷ = 1, FN = Σ c over ŷ = 0, TN = Σ (1 − c) over ŷ = 0, from which its metrics follow;
 * ROC AUC and average precision come from the expected counts along the raw scores. Bounds are mean ± 3 standard deviations of what
 * the reference chunks realized. Equal to NannyML 0.13's {@code CBPE} chunk by chunk within 1e-6, alerts included
 * (golden/chunks.json); the band of the average precision rests on other random draws, that of
 * ROC AUC differs in the third digit where many scores tie. See {@link ChunkEstimate#ASSUMPTION}.
 *
 * <p>Immutable, thread-safe. Fitting sorts the reference some 25 times.
 */
public final class BinaryEstimator {
    /** Rows a reference needs at least: four per fold of the calibration. */
    static final int NEEDED = 40;

    private final Calibrator calibrator;
    private final Map<EstimatedMetric, Double> varianceOfOne;
    private final Map<EstimatedMetric, Bounds> bounds;

    private BinaryEstimator(
            Calibrator calibrator, Map<EstimatedMetric, Double> varianceOfOne, Map<EstimatedMetric, Bounds> bounds) {
        this.calibrator = calibrator;
        this.varianceOfOne = varianceOfOne;
        this.bounds = bounds;
    }

    /**
     * Fits on labelled rows.
     *
     * @param reference every row with label, prediction and score, both labels present, at least 40 rows
     * @param chunks of the reference
     * @param threshold how bounds follow from the reference chunks
     * @throws IllegalArgumentException if the reference has not what is needed
     */
    public static BinaryEstimator fit(BinaryRows reference, List<Chunk> chunks, Threshold threshold) {
        Rows all = Rows.of(reference, 0, reference.size());
        long missing = reference.size() - all.size();
        if (missing > 0 || all.size() < NEEDED || all.positives() == 0 || all.positives() == all.size()) {
            throw new IllegalArgumentException(
                    ("Estimating performance needs a reference of at least %d rows, each with label, prediction and score, and both"
                                    + " labels; it has %d rows, %d of them incomplete, %d positive. Choose another reference or leave"
                                    + " incomplete rows out.")
                            .formatted(NEEDED, reference.size(), missing, all.positives()));
        }
        Map<EstimatedMetric, Double> variance = new EnumMap<>(EstimatedMetric.class);
        Map<EstimatedMetric, Bounds> bounds = new EnumMap<>(EstimatedMetric.class);
        for (EstimatedMetric metric : EstimatedMetric.values()) {
            variance.put(metric, Outcomes.varianceOfOne(metric, all.labels, all.predictions, all.scores, true));
            double[] realized = chunks.stream()
                    .mapToDouble(chunk ->
                            Rows.of(reference, chunk.from(), chunk.to()).realized(metric))
                    .toArray();
            bounds.put(metric, threshold.over(realized).within(0, 1));
        }
        return new BinaryEstimator(Calibrator.fit(all.scores, all.labels), variance, bounds);
    }

    /** Whether scores are calibrated, or taken as they are because they gain nothing from it. */
    public boolean calibrates() {
        return calibrator.calibrates();
    }

    /** Between which values each metric is as in the reference. */
    public Bounds bounds(EstimatedMetric metric) {
        return bounds.getOrDefault(metric, Bounds.NONE);
    }

    /** Estimates every chunk; labels are used for the realized values only. */
    public List<ChunkEstimate> estimate(BinaryRows rows, List<Chunk> chunks) {
        return chunks.stream().map(chunk -> estimate(rows, chunk)).toList();
    }

    private ChunkEstimate estimate(BinaryRows rows, Chunk chunk) {
        Map<EstimatedMetric, ChunkEstimate.Value> values = new EnumMap<>(EstimatedMetric.class);
        Rows scored = Rows.without(rows, chunk, false);
        Rows predicted = Rows.without(rows, chunk, true);
        Rows labelled = Rows.of(rows, chunk.from(), chunk.to());
        double[] scoredCalibrated = calibrator.at(scored.scores);
        double[] predictedCalibrated = calibrator.at(predicted.scores);
        for (EstimatedMetric metric : EstimatedMetric.values()) {
            Rows used = metric.ranks() ? scored : predicted;
            double[] calibrated = metric.ranks() ? scoredCalibrated : predictedCalibrated;
            double value = used.size() == 0
                    ? Double.NaN
                    : Outcomes.expected(metric, used.predictions, used.scores, calibrated);
            double error = Math.sqrt(varianceOfOne.getOrDefault(metric, Double.NaN) / used.size());
            values.put(
                    metric,
                    ChunkEstimate.Value.of(value, error, labelled.realized(metric), bounds(metric), used.size()));
        }
        return new ChunkEstimate(chunk, values);
    }

    /** Complete rows of a range. */
    private record Rows(boolean[] labels, boolean[] predictions, double[] scores) {
        static Rows of(BinaryRows rows, int from, int to) {
            return taken(rows, from, to, true, true);
        }

        static Rows without(BinaryRows rows, Chunk chunk, boolean needsPrediction) {
            return taken(rows, chunk.from(), chunk.to(), false, needsPrediction);
        }

        private static Rows taken(BinaryRows rows, int from, int to, boolean needsLabel, boolean needsPrediction) {
            boolean[] labels = new boolean[to - from];
            boolean[] predictions = new boolean[to - from];
            double[] scores = new double[to - from];
            int count = 0;
            for (int i = from; i < to; i++) {
                boolean complete = !Double.isNaN(rows.scores()[i])
                        && !(needsLabel && Double.isNaN(rows.labels()[i]))
                        && !(needsPrediction && Double.isNaN(rows.predictions()[i]));
                if (complete) {
                    labels[count] = rows.labels()[i] == 1;
                    predictions[count] = rows.predictions()[i] == 1;
                    scores[count++] = rows.scores()[i];
                }
            }
            return new Rows(
                    java.util.Arrays.copyOf(labels, count),
                    java.util.Arrays.copyOf(predictions, count),
                    java.util.Arrays.copyOf(scores, count));
        }

        int size() {
            return scores.length;
        }

        int positives() {
            return count(labels);
        }

        private static int count(boolean[] values) {
            int count = 0;
            for (boolean value : values) {
                count += value ? 1 : 0;
            }
            return count;
        }

        /** NaN where NannyML finds too few kinds of labels or predictions. */
        double realized(EstimatedMetric metric) {
            boolean oneLabel = positives() == 0 || positives() == size();
            boolean onePrediction = count(predictions) == 0 || count(predictions) == size();
            boolean undefined = switch (metric) {
                case ROC_AUC -> oneLabel;
                case AVERAGE_PRECISION -> positives() == 0;
                case F1, PRECISION, RECALL -> oneLabel || onePrediction;
                case SPECIFICITY -> positives() == size();
                case ACCURACY -> size() == 0;
            };
            return undefined ? Double.NaN : Outcomes.realized(metric, labels, predictions, scores);
        }
    }
}
