package dev.clew.statistics.interval;

import dev.clew.statistics.Estimate;

/**
 * Rates k/n, their differences, ratios and weighted sums. A rate without trials has the value 0 and the interval [0, 1].
 *
 * <p>Agree with {@code statsmodels} 0.15 ({@code proportion_confint(method="wilson")}, {@code confint_proportions_2indep(
 * method="newcomb")} and {@code "log"}) within 1e-12 (golden/performance.json). Stateless, thread-safe.
 */
public final class Rates {
    /** The 0.975 quantile of the standard normal distribution. */
    public static final double Z = 1.959963984540054;

    private Rates() {}

    /** k/n with Wilson's (1927) score interval: centre (p + z²/2n)/(1 + z²/n). */
    public static Estimate wilson(double successes, double trials) {
        if (!(trials > 0)) {
            return new Estimate(0, 0, 1, 0);
        }
        double p = successes / trials;
        double spread = Z * Z / trials;
        double centre = (p + spread / 2) / (1 + spread);
        double half = Math.sqrt(p * (1 - p) * spread + spread * spread / 4) / (1 + spread);
        double low = p <= 0 ? 0 : Math.max(0, centre - half);
        double high = p >= 1 ? 1 : Math.min(1, centre + half);
        return new Estimate(p, low, high, (long) trials);
    }

    /** a − b with Newcombe's (1998, method 10) interval from the intervals of both. */
    public static Estimate difference(Estimate a, Estimate b) {
        double gap = a.value() - b.value();
        double down = Math.hypot(a.value() - a.low(), b.high() - b.value());
        double up = Math.hypot(a.high() - a.value(), b.value() - b.low());
        return new Estimate(gap, gap - down, gap + up, a.n() + b.n());
    }

    /**
     * Σ wᵢ·rateᵢ of independent rates, by the method of variance estimates recovery (Zou and Donner 2008).
     *
     * @param rates with intervals
     * @param weights at least 0, one per rate
     */
    public static Estimate weighted(Estimate[] rates, double[] weights) {
        double sum = 0;
        double down = 0;
        double up = 0;
        long n = 0;
        for (int i = 0; i < rates.length; i++) {
            Estimate rate = rates[i];
            sum += weights[i] * rate.value();
            down += Math.pow(weights[i] * (rate.value() - rate.low()), 2);
            up += Math.pow(weights[i] * (rate.high() - rate.value()), 2);
            n += rate.n();
        }
        return new Estimate(sum, sum - Math.sqrt(down), sum + Math.sqrt(up), n);
    }

    /** The mean of independent rates, see {@link #weighted}. */
    public static Estimate mean(Estimate... rates) {
        double[] weights = new double[rates.length];
        java.util.Arrays.fill(weights, 1.0 / rates.length);
        return weighted(rates, weights);
    }

    /**
     * (a/n)/(b/m) with the log interval of Katz et al. (1978): exp(ln RR ± z·√((1−p)/(n·p) + (1−q)/(m·q))).
     *
     * <p>If a cell of the 2 × 2 table is 0 the interval is computed with ½ added to all four, the value is not; see
     * {@link #hasEmptyCell}.
     *
     * @return undefined if n or m is 0 or both a and b are; +∞ if only b is 0
     */
    public static Estimate ratio(double a, double n, double b, double m) {
        long rows = (long) (n + m);
        if (!(n > 0 && m > 0) || (a == 0 && b == 0)) {
            return Estimate.undefined(rows);
        }
        double added = hasEmptyCell(a, n, b, m) ? 0.5 : 0;
        double p = (a + added) / (n + 2 * added);
        double q = (b + added) / (m + 2 * added);
        double error = Math.sqrt((1 - p) / (a + added) + (1 - q) / (b + added));
        double log = Math.log(p / q);
        return new Estimate(a / n / (b / m), Math.exp(log - Z * error), Math.exp(log + Z * error), rows);
    }

    /** Whether one of a, n − a, b, m − b is 0. */
    public static boolean hasEmptyCell(double a, double n, double b, double m) {
        return a == 0 || a == n || b == 0 || b == m;
    }
}
