package dev.clew.statistics.distance;

import dev.clew.statistics.Sample;

/**
 * Bin edges by numpy's rules, to the last bit, and counts between them: every bin [a, b), the last one [a, b].
 *
 * <p>numpy 2.4 {@code histogram_bin_edges}. Stateless, thread-safe.
 */
public final class Binning {
    private Binning() {}

    /**
     * Sturges' rule: width (max − min)/(log₂ n + 1).
     *
     * @param min smallest value
     * @param max largest value; equal to min gives one bin [min − ½, max + ½]
     * @param count number of values the rule counts, at least 1
     * @return ascending edges, one more than bins
     */
    public static double[] sturges(double min, double max, long count) {
        return edges(min, max, (max - min) / (log2((double) count) + 1));
    }

    /**
     * Doane's rule: Sturges' corrected by the skewness of the values.
     *
     * @param sample at least 1 value
     * @return ascending edges, one more than bins
     */
    public static double[] doane(Sample sample) {
        int n = sample.size();
        double deviation = sample.standardDeviation();
        if (n <= 2 || !(deviation > 0)) {
            return edges(sample.min(), sample.max(), 0);
        }
        double cubes = 0;
        for (int i = 0; i < n; i++) {
            double z = (sample.at(i) - sample.mean()) / deviation;
            cubes += z * z * z;
        }
        double skewness = Math.abs(cubes / n);
        double error = Math.sqrt(6.0 * (n - 2) / ((n + 1.0) * (n + 3)));
        return edges(
                sample.min(), sample.max(), (sample.max() - sample.min()) / (1 + log2(n) + log2(1 + skewness / error)));
    }

    private static double[] edges(double min, double max, double width) {
        double first = min == max ? min - 0.5 : min;
        double last = min == max ? max + 0.5 : max;
        int bins = width > 0 ? (int) Math.max(1, Math.ceil((last - first) / width)) : 1;
        return linear(first, last, bins);
    }

    /** Equal bins from first to last. */
    public static double[] linear(double first, double last, int bins) {
        double[] edges = new double[bins + 1];
        double step = (last - first) / bins;
        for (int i = 0; i < bins; i++) {
            edges[i] = i * step + first;
        }
        edges[bins] = last;
        return edges;
    }

    /** Values per bin; values outside the edges count nowhere. */
    public static long[] counts(Sample sample, double[] edges) {
        long[] counts = new long[edges.length - 1];
        int below = sample.countBelow(edges[0]);
        for (int i = 0; i < counts.length; i++) {
            int next = i == counts.length - 1 ? sample.countAtMost(edges[i + 1]) : sample.countBelow(edges[i + 1]);
            counts[i] = (long) next - below;
            below = next;
        }
        return counts;
    }

    /** Share of the sample per bin. */
    public static double[] shares(Sample sample, double[] edges) {
        long[] counts = counts(sample, edges);
        double[] shares = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            shares[i] = (double) counts[i] / sample.size();
        }
        return shares;
    }

    /** Exact for powers of two, where a quotient of logarithms may step over an integer. */
    private static double log2(double x) {
        int exponent = Math.getExponent(x);
        return exponent + Math.log(Math.scalb(x, -exponent)) / Math.log(2);
    }
}
