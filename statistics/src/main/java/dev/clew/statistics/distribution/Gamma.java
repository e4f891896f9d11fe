package dev.clew.statistics.distribution;

/**
 * The gamma function's logarithm and the regularised incomplete gamma functions.
 *
 * <p>Series below the mean, Legendre's continued fraction above it (Abramowitz &amp; Stegun 6.5.29, 6.5.31), each with Loader's
 * prefix. Relative error against mpmath ≤ 1e-12 over a ∈ [1e-3, 1e6], tails to 1e-300 included (golden/distributions.json).
 * Stateless, thread-safe.
 */
public final class Gamma {
    private static final double HALF_LOG_TWO_PI = 0.9189385332046728;
    private static final double TINY = 1e-300;
    private static final int MAX_TERMS = 2_000_000;

    private Gamma() {}

    /**
     * Natural logarithm of Γ(x).
     *
     * @param x above 0
     * @return log Γ(x); absolute error ≤ 1e-14 near the zeros at 1 and 2, relative ≤ 1e-15 elsewhere; NaN for x ≤ 0 or NaN
     */
    public static double logGamma(double x) {
        if (!(x > 0)) {
            return Double.NaN;
        }
        if (x == 1 || x == 2) {
            return 0;
        }
        double product = 1;
        double shifted = x;
        while (shifted < 17) {
            product *= shifted;
            shifted += 1;
        }
        double log = (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + Deviance.stirlingSeries(shifted);
        return log - Math.log(product);
    }

    /**
     * Lower regularised incomplete gamma function P(a, x).
     *
     * @param a shape, above 0
     * @param x at least 0
     * @return in [0, 1]; NaN for arguments outside the domain
     */
    public static double regularizedP(double a, double x) {
        if (!(a > 0) || !(x >= 0)) {
            return Double.NaN;
        }
        if (x == 0) {
            return 0;
        }
        if (Double.isInfinite(x)) {
            return 1;
        }
        return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
    }

    /**
     * Upper regularised incomplete gamma function Q(a, x) = 1 − P(a, x), with relative accuracy in the tail.
     *
     * @param a shape, above 0
     * @param x at least 0
     * @return in [0, 1]; NaN for arguments outside the domain
     */
    public static double regularizedQ(double a, double x) {
        if (!(a > 0) || !(x >= 0)) {
            return Double.NaN;
        }
        if (x == 0) {
            return 1;
        }
        if (Double.isInfinite(x)) {
            return 0;
        }
        return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
    }

    private static double series(double a, double x) {
        double term = 1;
        double sum = 1;
        double n = a;
        for (int i = 0; i < MAX_TERMS; i++) {
            n += 1;
            term *= x / n;
            sum += term;
            if (term < sum * 0x1p-54) {
                return Math.min(1, sum * Deviance.poisson(a, x));
            }
        }
        throw new ArithmeticException("The incomplete gamma series does not converge at a = " + a + ", x = " + x + ".");
    }

    private static double fraction(double a, double x) {
        double prefix = Deviance.poisson(a, x) * a;
        if (prefix == 0) {
            return 0;
        }
        double b = x + 1 - a;
        double c = 1 / TINY;
        double d = 1 / b;
        double h = d;
        for (int i = 1; i < MAX_TERMS; i++) {
            double an = -i * (i - a);
            b += 2;
            d = an * d + b;
            d = 1 / (Math.abs(d) < TINY ? TINY : d);
            c = b + an / c;
            c = Math.abs(c) < TINY ? TINY : c;
            double delta = d * c;
            h *= delta;
            if (Math.abs(delta - 1) < 0x1p-52) {
                return Math.min(1, prefix * h);
            }
        }
        throw new ArithmeticException(
                "The incomplete gamma fraction does not converge at a = " + a + ", x = " + x + ".");
    }
}
