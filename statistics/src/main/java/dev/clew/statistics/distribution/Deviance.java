package dev.clew.statistics.distribution;

/**
 * Parts of binomial and Poisson probabilities that stay accurate where logarithms of factorials cancel.
 *
 * <p>Loader (2000), "Fast and Accurate Computation of Binomial Probabilities".
 */
final class Deviance {
    private static final double HALF_LOG_TWO_PI = 0.9189385332046728;
    private static final double SERIES_FROM = 15;

    private Deviance() {}

    /** Difference between log Γ(x + 1) and Stirling's formula; x ≥ 0. */
    static double stirlingError(double x) {
        if (x < SERIES_FROM) {
            return Gamma.logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
        }
        return stirlingSeries(x);
    }

    /** Asymptotic series of Stirling's formula, good to a rounding error from 15 on. */
    static double stirlingSeries(double x) {
        double s = 1 / (x * x);
        double sum = -0.029550653594771242;
        sum = sum * s + 0.00641025641025641;
        sum = sum * s - 0.0019175269175269176;
        sum = sum * s + 0.0008417508417508417;
        sum = sum * s - 0.0005952380952380953;
        sum = sum * s + 0.0007936507936507937;
        sum = sum * s - 0.002777777777777778;
        sum = sum * s + 0.08333333333333333;
        return sum / x;
    }

    /** {@code x ln(x/m) + m − x}, without cancellation near x = m. */
    static double deviance(double x, double m) {
        if (Math.abs(x - m) < 0.1 * (x + m)) {
            double v = (x - m) / (x + m);
            double sum = (x - m) * v;
            double term = 2 * x * v;
            double square = v * v;
            for (int j = 1; j < 1_000; j++) {
                term *= square;
                double next = sum + term / (2 * j + 1);
                if (next == sum) {
                    return sum;
                }
                sum = next;
            }
            return sum;
        }
        return x == 0 ? m : x * Math.log(x / m) + m - x;
    }

    /** {@code mˣ e⁻ᵐ / Γ(x + 1)} for real x ≥ 0, m ≥ 0. */
    static double poisson(double x, double m) {
        if (m == 0) {
            return x == 0 ? 1 : 0;
        }
        if (x == 0) {
            return Math.exp(-m);
        }
        if (x < 1) {
            return Math.exp(x * Math.log(m) - m - Gamma.logGamma(x + 1));
        }
        return Math.exp(-stirlingError(x) - deviance(x, m)) / Math.sqrt(2 * Math.PI * x);
    }

    /** {@code Γ(n+1)/(Γ(x+1)Γ(n−x+1)) pˣ qⁿ⁻ˣ} for real 0 ≤ x ≤ n and q = 1 − p given exactly. */
    static double binomial(double x, double n, double p, double q) {
        double rest = n - x;
        if (p == 0) {
            return x == 0 ? 1 : 0;
        }
        if (q == 0) {
            return rest == 0 ? 1 : 0;
        }
        if (x == 0) {
            return Math.exp(p < 0.1 ? -deviance(n, n * q) - n * p : n * Math.log(q));
        }
        if (rest == 0) {
            return Math.exp(q < 0.1 ? -deviance(n, n * p) - n * q : n * Math.log(p));
        }
        double log =
                stirlingError(n) - stirlingError(x) - stirlingError(rest) - deviance(x, n * p) - deviance(rest, n * q);
        return Math.exp(log) * Math.sqrt(n / (2 * Math.PI * x * rest));
    }
}
