package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;
import dev.clew.statistics.distribution.CramerVonMisesLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two-sample Cramér–von Mises test.
 *
 * <p>Anderson (1962), equations 9–15; exact for at most 20 values on each side (Xiao, Gordon and Yakovlev 2006), otherwise the
 * limiting distribution. scipy 1.17's {@code cramervonmises_2samp}, but for the tail: scipy sums up F until a term is below 1e-7 and
 * takes 1 − F, which loses p-values below about 1e-6; here the tail itself is computed ({@link CramerVonMisesLimit#sf}). Stateless,
 * thread-safe.
 */
public final class CramerVonMises {
    private static final int EXACT_UP_TO = 20;

    private CramerVonMises() {}

    /**
     * Compares two samples of at least 2 values each.
     *
     * @return the statistic is T
     * @throws IllegalArgumentException if a sample has fewer than 2 values
     */
    public static TestResult compare(Sample x, Sample y) {
        Samples.requireAtLeast(2, "A Cramér-von Mises test", x, y);
        double n = x.size();
        double m = y.size();
        double total = n + m;
        double product = n * m;
        double u = rankGaps(x, y);
        double t = u / (product * total) - (4 * product - 1) / (6 * total);
        if (Math.max(n, m) <= EXACT_UP_TO) {
            return new TestResult(t, exact(u, x.size(), y.size()), "exact");
        }
        double expected = (1 + 1 / total) / 6;
        double variance = (total + 1)
                * (4 * product * total - 3 * (n * n + m * m) - 2 * product)
                / (45 * total * total * 4 * product);
        double normalised = 1.0 / 6 + (t - expected) / Math.sqrt(45 * variance);
        double p = normalised < 0.003 ? 1 : CramerVonMisesLimit.sf(normalised);
        return new TestResult(t, p, "asymptotic");
    }

    /** n·Σ(r(i) − i)² + m·Σ(s(j) − j)² with midranks. */
    private static double rankGaps(Sample x, Sample y) {
        double[] sums = new double[2];
        long[] seen = new long[2];
        Pooled.forEach(x, y, (_, left, right) -> {
            double rank = seen[0] + seen[1] + (left + right + 1) / 2.0;
            for (int i = 1; i <= left; i++) {
                double gap = rank - (seen[0] + i);
                sums[0] += gap * gap;
            }
            for (int i = 1; i <= right; i++) {
                double gap = rank - (seen[1] + i);
                sums[1] += gap * gap;
            }
            seen[0] += left;
            seen[1] += right;
        });
        return x.size() * sums[0] + y.size() * sums[1];
    }

    /** Counts lattice paths by their squared distance from the diagonal; at most C(40, 20) paths, which a long holds. */
    private static double exact(double u, int m, int n) {
        long multiple = (long) m / gcd(m, n) * n;
        long a = multiple / m;
        long b = multiple / n;
        double product = (double) m * n;
        double zeta = Math.floor(multiple
                * (double) multiple
                * (m + n)
                * (6 * u - product * (4 * product - 1))
                / (6 * product * product));
        List<Map<Long, Long>> columns = new ArrayList<>();
        columns.add(new HashMap<>(Map.of(0L, 1L)));
        for (int v = 1; v <= m; v++) {
            columns.add(new HashMap<>());
        }
        for (int row = 0; row <= n; row++) {
            Map<Long, Long> left = new HashMap<>();
            for (int v = 0; v <= m; v++) {
                long gap = a * v - b * row;
                Map<Long, Long> sum = new HashMap<>();
                left.forEach((value, count) -> sum.merge(value + gap * gap, count, Long::sum));
                columns.get(v).forEach((value, count) -> sum.merge(value + gap * gap, count, Long::sum));
                columns.set(v, sum);
                left = sum;
            }
        }
        long extreme = 0;
        long all = 0;
        for (var entry : columns.get(m).entrySet()) {
            all += entry.getValue();
            extreme += entry.getKey() >= zeta ? entry.getValue() : 0;
        }
        return (double) extreme / all;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
