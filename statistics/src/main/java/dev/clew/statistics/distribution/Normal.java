package dev.clew.statistics.distribution;

/**
 * The standard normal distribution. Relative error of {@link #sf} against mpmath ≤ 3e-13 down to 1e-300
 * (golden/distributions.json). Exponentials and logarithms come from {@link StrictMath}: explanations draw normal values, and must
 * be the same on every machine. Stateless, thread-safe.
 */
public final class Normal {
    private static final double SQRT_HALF = Math.sqrt(0.5);

    private Normal() {}

    /** Density at z. */
    public static double density(double z) {
        return StrictMath.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    }

    /** P(Z ≤ z), in [0, 1]; NaN for NaN. */
    public static double cdf(double z) {
        return 0.5 * erfc(-z * SQRT_HALF);
    }

    /** P(Z &gt; z), in [0, 1], with relative accuracy in the upper tail; NaN for NaN. */
    public static double sf(double z) {
        return 0.5 * erfc(z * SQRT_HALF);
    }

    /** P(|Z| &gt; |z|), the two-sided tail. */
    public static double twoSided(double z) {
        return erfc(Math.abs(z) * SQRT_HALF);
    }

    /**
     * The z with cdf(z) = p.
     *
     * @param p in [0, 1]; 0 and 1 give −∞ and +∞, anything else outside NaN
     * @return relative error ≤ 1e-13
     */
    public static double quantile(double p) {
        if (!(p >= 0 && p <= 1)) {
            return Double.NaN;
        }
        if (p == 0 || p == 1) {
            return p == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (p > 0.5) {
            return -lowerQuantile(1 - p);
        }
        return lowerQuantile(p);
    }

    /** Abramowitz &amp; Stegun 26.2.23 as a start, then Halley's steps on the relative error. */
    private static double lowerQuantile(double p) {
        double t = Math.sqrt(-2 * StrictMath.log(p));
        double z = -(t
                - ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1));
        for (int step = 0; step < 4; step++) {
            double error = (cdf(z) - p) / density(z);
            z -= error / (1 + 0.5 * z * error);
        }
        return z;
    }

    /**
     * Complementary error function.
     *
     * @return in [0, 2]; NaN for NaN
     */
    public static double erfc(double x) {
        if (Double.isNaN(x)) {
            return Double.NaN;
        }
        if (x < 0) {
            return 2 - erfc(-x);
        }
        if (x < 1) {
            return 1 - erf(x);
        }
        if (x > 27.3) {
            return 0;
        }
        return expMinusSquare(x) * fraction(x);
    }

    private static double erf(double x) {
        double square = x * x;
        double term = x;
        double sum = x;
        for (int n = 1; n < 100; n++) {
            term *= 2 * square / (2 * n + 1);
            sum += term;
            if (term < sum * 0x1p-54) {
                break;
            }
        }
        return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-square) * sum;
    }

    /** erfc(x)·exp(x²) for x ≥ 1: Laplace's continued fraction, evaluated backwards with a length that fits x. */
    private static double fraction(double x) {
        int length = (int) (20 + 160 / (x * x));
        double tail = 0;
        for (int k = length; k >= 1; k--) {
            tail = k * 0.5 / (x + tail);
        }
        return 1 / ((x + tail) * Math.sqrt(Math.PI));
    }

    /** exp(−x²) with the square split, since its rounding error would be multiplied by x². */
    private static double expMinusSquare(double x) {
        double high = (float) x;
        return StrictMath.exp(-high * high) * StrictMath.exp(-(x - high) * (x + high));
    }
}
