package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;
import dev.clew.statistics.distribution.Normal;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * One-sided Mann–Whitney U test: are the values of x stochastically less than those of y?
 *
 * <p>scipy 1.17's {@code mannwhitneyu(x, y, alternative="less", method="auto")}: exact without ties if a sample has at most 8
 * values, else normal with tie and continuity correction. A shift of the current sample downwards is therefore not seen: Evidently's
 * {@code mannw} shares this. Stateless, thread-safe.
 */
public final class MannWhitney {
    private static final int EXACT_UP_TO = 8;

    /** Beyond this many possible values of U the exact distribution costs more memory than it is worth. */
    private static final long EXACT_PRODUCT_UP_TO = 2_000_000;

    private MannWhitney() {}

    /**
     * Compares two samples of at least 1 value each.
     *
     * @return the statistic is U of x
     * @throws IllegalArgumentException if a sample is empty
     */
    public static TestResult less(Sample x, Sample y) {
        Samples.requireAtLeast(1, "A Mann-Whitney test", x, y);
        double n = x.size();
        double m = y.size();
        double[] sums = new double[2];
        long[] seen = new long[1];
        Pooled.forEach(x, y, (_, left, right) -> {
            double ties = (double) left + right;
            sums[0] += left * (seen[0] + (ties + 1) / 2);
            sums[1] += ties * ties * ties - ties;
            seen[0] += left + right;
        });
        double u = sums[0] - n * (n + 1) / 2;
        double mirrored = n * m - u;
        boolean exact = Math.min(n, m) <= EXACT_UP_TO && sums[1] == 0 && n * m <= EXACT_PRODUCT_UP_TO;
        if (exact) {
            return new TestResult(u, exactSf((int) Math.min(n, m), (int) Math.max(n, m), (long) mirrored), "exact");
        }
        double total = n + m;
        double deviation = Math.sqrt(n * m / 12 * (total + 1 - sums[1] / (total * (total - 1))));
        double z = (mirrored - n * m / 2 - 0.5) / deviation;
        return new TestResult(u, Math.clamp(Normal.sf(z), 0.0, 1.0), "asymptotic");
    }

    /** P(U ≥ u): the coefficients of the Gaussian binomial up to the nearer end, counted exactly. */
    private static double exactSf(int small, int large, long u) {
        long mirror = (long) small * large - u;
        boolean lower = u < mirror;
        int top = (int) Math.min(u, mirror);
        BigInteger[] ways = new BigInteger[top + 1];
        Arrays.fill(ways, BigInteger.ZERO);
        ways[0] = BigInteger.ONE;
        for (int i = 1; i <= small; i++) {
            for (int j = i; j <= top; j++) {
                ways[j] = ways[j].add(ways[j - i]);
            }
        }
        for (int i = 1; i <= small; i++) {
            for (int j = top; j >= large + i; j--) {
                ways[j] = ways[j].subtract(ways[j - large - i]);
            }
        }
        BigInteger total = BigInteger.ONE;
        for (int i = 1; i <= small; i++) {
            total = total.multiply(BigInteger.valueOf((long) large + i)).divide(BigInteger.valueOf(i));
        }
        BigInteger sum = BigInteger.ZERO;
        int last = lower ? top - 1 : top;
        for (int j = 0; j <= last; j++) {
            sum = sum.add(ways[j]);
        }
        BigInteger extreme = lower ? total.subtract(sum) : sum;
        return new java.math.BigDecimal(extreme)
                .divide(new java.math.BigDecimal(total), java.math.MathContext.DECIMAL64)
                .doubleValue();
    }
}
