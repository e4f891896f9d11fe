package dev.clew.statistics;

import java.util.Arrays;

/**
 * A numeric column, cleaned and sorted: the input of every numeric statistic here.
 *
 * <p>NaN (missing) and ±∞ are set aside and counted; −0 becomes 0. Immutable, thread-safe. Sorting is done once, on both cores
 * for large columns; everything downstream is one merge.
 */
public final class Sample {
    private static final int PARALLEL_FROM = 1 << 15;

    private final double[] sorted;
    private final long missing;
    private final long infinite;
    private final double mean;
    private final double deviation;

    private Sample(double[] sorted, long missing, long infinite) {
        this.sorted = sorted;
        this.missing = missing;
        this.infinite = infinite;
        double sum = 0;
        for (double value : sorted) {
            sum += value;
        }
        // The second pass mends what rounding has left in the first: times and other large values that differ little
        // need it.
        double first = sum / sorted.length;
        double rest = 0;
        double squares = 0;
        for (double value : sorted) {
            rest += value - first;
            squares += (value - first) * (value - first);
        }
        this.mean = first + rest / sorted.length;
        this.deviation = Math.sqrt(Math.max(0, squares - rest * rest / sorted.length) / sorted.length);
    }

    /** A sample of these values; the array is copied. NaN is missing. */
    public static Sample of(double... values) {
        return taking(values.clone(), values.length);
    }

    /**
     * A sample that takes the array over, without a copy when it is full and finite.
     *
     * @param values rows in any order; reordered here and not to be used by the caller afterwards
     * @param count how many leading values count, at most the length
     */
    public static Sample taking(double[] values, int count) {
        int kept = 0;
        long missing = 0;
        long infinite = 0;
        for (int i = 0; i < count; i++) {
            double value = values[i];
            if (Double.isNaN(value)) {
                missing++;
            } else if (Double.isInfinite(value)) {
                infinite++;
            } else {
                values[kept++] = value + 0.0;
            }
        }
        double[] finite = kept == values.length ? values : Arrays.copyOf(values, kept);
        if (kept < PARALLEL_FROM) {
            Arrays.sort(finite);
        } else {
            Arrays.parallelSort(finite);
        }
        return new Sample(finite, missing, infinite);
    }

    /** Finite values. */
    public int size() {
        return sorted.length;
    }

    /** The value of this rank, 0-based. */
    public double at(int rank) {
        return sorted[rank];
    }

    /** A copy of the values in ascending order. */
    public double[] values() {
        return sorted.clone();
    }

    /** Rows that held NaN or nothing. */
    public long missing() {
        return missing;
    }

    /** Rows that held +∞ or −∞. */
    public long infinite() {
        return infinite;
    }

    /** Arithmetic mean; NaN if empty. */
    public double mean() {
        return mean;
    }

    /** Population standard deviation (divisor n); NaN if empty. */
    public double standardDeviation() {
        return deviation;
    }

    /** Smallest value. */
    public double min() {
        return sorted[0];
    }

    /** Largest value. */
    public double max() {
        return sorted[sorted.length - 1];
    }

    /** Number of distinct values. */
    public int distinct() {
        int count = sorted.length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.length; i++) {
            count += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return count;
    }

    /**
     * Quantile by linear interpolation of the order statistics (Hyndman and Fan's type 7, numpy's default).
     *
     * @param p in [0, 1]
     * @return NaN if empty
     */
    public double quantile(double p) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = p * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** Values strictly below the given one. */
    public int countBelow(double value) {
        return SortedValues.countBelow(sorted, value);
    }

    /** Values at or below the given one. */
    public int countAtMost(double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
