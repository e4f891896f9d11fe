package dev.clew.statistics.interval;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.distribution.StudentT;

/**
 * Gathers values and gives their mean with Student's interval mean ± t·s/√n. Confined to one thread.
 *
 * <p>Welford's (1962) update, so large offsets do not cancel.
 */
public final class Means {
    private long n;
    private double mean;
    private double squares;

    /** Adds one value. */
    public void add(double value) {
        n++;
        double gap = value - mean;
        mean += gap / n;
        squares += gap * (value - mean);
    }

    /** Values seen. */
    public long count() {
        return n;
    }

    /** Standard deviation with divisor n − 1; NaN for fewer than 2 values. */
    public double standardDeviation() {
        return n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1));
    }

    /** The mean; without an interval for one value, undefined for none. */
    public Estimate estimate() {
        if (n < 2) {
            return n == 0 ? Estimate.undefined(0) : Estimate.plain(mean, 1);
        }
        double half = StudentT.twoSidedQuantile(0.05, n - 1.0) * Math.sqrt(squares / (n - 1) / n);
        return new Estimate(mean, mean - half, mean + half, n);
    }
}
