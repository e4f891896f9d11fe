package dev.clew.statistics.fairness;

/**
 * How fairness is judged. Immutable, thread-safe.
 *
 * @param minimumRows rows a group needs to be shown and compared, at least 1
 * @param minimumCell a displayed rate needs so many rows on each of its two sides, at least 0
 * @param difference how far a difference may lie from 0, above 0
 * @param ratio how small a ratio may be, in (0, 1); the largest is its reciprocal
 * @param rounds of bootstrap and permutation, at least 100
 * @param seed of both; the same seed gives the same numbers
 */
public record FairnessSettings(
        long minimumRows, long minimumCell, double difference, double ratio, int rounds, long seed) {
    /** 30 rows, 10 per cell, differences up to 0.1, ratios from 0.8 (the four-fifths rule), 2 000 rounds. */
    public static final FairnessSettings DEFAULT = new FairnessSettings(30, 10, 0.1, 0.8, 2_000, 1);

    /** Refuses values outside their range. */
    public FairnessSettings {
        if (minimumRows < 1 || minimumCell < 0 || !(difference > 0) || !(ratio > 0 && ratio < 1) || rounds < 100) {
            throw new IllegalArgumentException(
                    "Fairness needs at least 1 row per group and 0 per cell, a difference above 0, a ratio in (0, 1) and 100 rounds; it has %d, %d, %s, %s and %d."
                            .formatted(minimumRows, minimumCell, difference, ratio, rounds));
        }
    }

    /** These settings with other tolerances. */
    public FairnessSettings within(double newDifference, double newRatio) {
        return new FairnessSettings(minimumRows, minimumCell, newDifference, newRatio, rounds, seed);
    }

    /** These settings with other minima. */
    public FairnessSettings suppressing(long rows, long cell) {
        return new FairnessSettings(rows, cell, difference, ratio, rounds, seed);
    }

    /** Smallest tolerated value. */
    double least(FairnessMetric metric) {
        return metric.isRatio() ? ratio : -difference;
    }

    /** Largest tolerated value. */
    double most(FairnessMetric metric) {
        return metric.isRatio() ? 1 / ratio : difference;
    }
}
