package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Ecdf;
import dev.clew.statistics.distribution.Kolmogorov;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Two-sided Kolmogorov–Smirnov tests: of two samples, scipy 1.17's {@code ks_2samp(method="auto")}, and of one sample against a
 * distribution, its {@code ks_1samp}.
 *
 * <p>Exact for samples of at most 10 000 each, equal to scipy to the last bits: Hodges' (1958) recursion over lattice paths, kept to
 * the band the paths may not leave and run along anti-diagonals, whose cells do not depend on each other. Otherwise
 * {@link Kolmogorov#sf} at n·m/(n + m). Stateless, thread-safe.
 */
public final class KolmogorovSmirnov {
    private static final int EXACT_UP_TO = 10_000;

    private KolmogorovSmirnov() {}

    /**
     * Compares two samples of at least 1 value each.
     *
     * @return the statistic is D = max|F − G|
     * @throws IllegalArgumentException if a sample is empty
     */
    public static TestResult compare(Sample a, Sample b) {
        Samples.requireAtLeast(1, "A Kolmogorov-Smirnov test", a, b);
        double gap = Ecdf.largestGap(a, b);
        if (Math.max(a.size(), b.size()) > EXACT_UP_TO) {
            double larger = Math.max(a.size(), b.size());
            double smaller = Math.min(a.size(), b.size());
            long effective = (long) Math.rint(larger * smaller / (larger + smaller));
            return new TestResult(gap, Math.clamp(Kolmogorov.sf(effective, gap), 0.0, 1.0), "asymptotic");
        }
        int divisor = gcd(a.size(), b.size());
        long multiple = (long) a.size() / divisor * b.size();
        long h = (long) Math.rint(gap * multiple);
        return new TestResult((double) h / multiple, exact(a.size(), b.size(), h), "exact");
    }

    /**
     * Compares a sample with a continuous distribution.
     *
     * @param cdf P(X ≤ x), rising from 0 to 1
     * @return the statistic is D = max|F − cdf|; its p-value is exact ({@link Kolmogorov#sf})
     * @throws IllegalArgumentException if the sample is empty
     */
    public static TestResult against(Sample sample, DoubleUnaryOperator cdf) {
        Samples.requireAtLeast(1, "A Kolmogorov-Smirnov test", sample, sample);
        double n = sample.size();
        double gap = 0;
        for (int i = 0; i < sample.size(); i++) {
            double at = cdf.applyAsDouble(sample.at(i));
            gap = Math.max(gap, Math.max((i + 1) / n - at, at - i / n));
        }
        return new TestResult(gap, Math.clamp(Kolmogorov.sf(sample.size(), gap), 0.0, 1.0), "exact");
    }

    /**
     * Exact P(D ≥ h/lcm(n, m)).
     *
     * @param n size of one sample
     * @param m size of the other
     * @param h the statistic times the least common multiple of the sizes
     * @return in [0, 1]; O(n·m) time at most, O(n) memory
     */
    public static double exact(int n, int m, long h) {
        if (h <= 0) {
            return 1;
        }
        return Math.clamp(n == m ? square(n, h) : outside(n, m, h), 0.0, 1.0);
    }

    /** Equal sizes: 2·(C(2n, n−h) − C(2n, n−2h) + …)/C(2n, n), nested so that nothing cancels. */
    private static double square(int n, long h) {
        double p = 0;
        for (long k = n / h; k >= 0; k--) {
            double ratio = 1;
            for (long j = 0; j < h; j++) {
                ratio = (n - k * h - j) * ratio / (n + k * h + j + 1);
            }
            p = ratio * (1 - p);
        }
        return 2 * p;
    }

    /** Share of lattice paths from (0, 0) to (n, m) that touch |i·a − j·b| ≥ h, with a = m/gcd and b = n/gcd. */
    private static double outside(int n, int m, long h) {
        int divisor = gcd(n, m);
        long a = m / divisor;
        long b = n / divisor;
        double[] index = new double[n + 2];
        Arrays.setAll(index, i -> i);
        double[] row = new double[n + 2];
        double[] next = new double[n + 2];
        Arrays.fill(row, 1);
        Arrays.fill(next, 1);
        row[0] = 0;
        for (int k = 1; k <= n + m; k++) {
            // Inside: −h < i·a − (k − i)·b < h, that is (k·b − h)/(a + b) < i < (k·b + h)/(a + b).
            int lowest = (int) Math.max(Math.max(0, k - m), Math.floorDiv(k * b - h, a + b) + 1);
            int highest = (int) Math.min(Math.min(n, k), -Math.floorDiv(-(k * b + h), a + b) - 1);
            diagonal(row, next, index, k, lowest, highest);
            if (highest < lowest) {
                return 1;
            }
            if (lowest > 0) {
                next[lowest - 1] = 1;
            }
            next[highest + 1] = 1;
            double[] swap = row;
            row = next;
            next = swap;
        }
        return row[n];
    }

    private static void diagonal(double[] row, double[] next, double[] index, int k, int lowest, int highest) {
        int from = lowest;
        int to = highest;
        if (from == 0 && from <= to) {
            next[0] = row[0];
            from = 1;
        }
        if (to == k && from <= to) {
            next[k] = row[k - 1];
            to = k - 1;
        }
        double length = k;
        for (int i = from; i <= to; i++) {
            next[i] = (index[i] * row[i - 1] + (length - index[i]) * row[i]) / length;
        }
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
