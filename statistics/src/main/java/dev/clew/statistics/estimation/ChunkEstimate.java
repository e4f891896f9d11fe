package dev.clew.statistics.estimation;

import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunk;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is estimated for one chunk.
 *
 * @param chunk its rows
 * @param values per metric
 */
public record ChunkEstimate(Chunk chunk, Map<EstimatedMetric, Value> values) {
    /** What every estimate rests on; shown beside the numbers. */
    public static final String ASSUMPTION =
            "Estimated from the model's own scores, calibrated on the reference. This holds as long as rows that look alike still have"
                    + " the same chance of the outcome: a change of that chance (concept drift) is not seen until labels arrive.";

    /** Keeps a copy. */
    public ChunkEstimate {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /**
     * One metric of one chunk.
     *
     * @param value estimated, in [0, 1]; NaN if the chunk has no usable rows
     * @param samplingError standard error that a chunk of this size shows without any change
     * @param low value − 3 standard errors, at least 0
     * @param high value + 3 standard errors, at most 1
     * @param realized from the labels; NaN without labels or with too few kinds of them
     * @param bounds what the reference chunks set
     * @param rows usable rows
     */
    public record Value(
            double value, double samplingError, double low, double high, double realized, Bounds bounds, int rows) {
        private static final double ERRORS = 3;

        static Value of(double value, double samplingError, double realized, Bounds bounds, int rows) {
            return new Value(
                    value,
                    samplingError,
                    Math.max(0, value - ERRORS * samplingError),
                    Math.min(1, value + ERRORS * samplingError),
                    realized,
                    bounds,
                    rows);
        }

        /** Whether the estimate lies outside the bounds. */
        public boolean isAlert() {
            return bounds.isAlert(value);
        }
    }
}
