package dev.clew.statistics.slice;

/**
 * How slices are searched for.
 *
 * @param rate false discovery rate, in (0, 1)
 * @param leastRows a slice has at least so many rows, and so has the rest
 * @param leastShare and at least this share of all rows
 * @param mostShare and at most this one: what is weak nearly everywhere is the model and not a slice
 * @param most how many slices are reported
 */
public record SliceSettings(double rate, int leastRows, double leastShare, double mostShare, int most) {
    /** 5 %, 100 rows, 1 % to 60 %, 20 slices. */
    public static final SliceSettings DEFAULTS = new SliceSettings(0.05, 100, 0.01, 0.6, 20);

    /** Checks ranges. */
    public SliceSettings {
        if (!(rate > 0 && rate < 1)
                || leastRows < 2
                || !(leastShare >= 0 && leastShare < mostShare && mostShare <= 1)
                || most < 1) {
            throw new IllegalArgumentException(
                    "A rate of %s, at least %d rows, shares of %s to %s and at most %d slices were asked for; the rate lies in (0, 1), rows are at least 2, shares ascend in [0, 1], slices at least 1."
                            .formatted(rate, leastRows, leastShare, mostShare, most));
        }
    }

    long least(long rows) {
        return Math.max(leastRows, (long) Math.ceil(leastShare * rows));
    }
}
