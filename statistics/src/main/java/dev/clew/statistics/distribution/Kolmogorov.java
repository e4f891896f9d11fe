package dev.clew.statistics.distribution;

/**
 * Distribution of the two-sided one-sample Kolmogorov–Smirnov statistic for a sample of n.
 *
 * <p>Simard and L'Ecuyer (2011), "Computing the Two-Sided Kolmogorov-Smirnov Distribution": for each (n, x) the method that is
 * accurate there, with the borders scipy 1.17's {@code kstwo} uses. Relative error of {@link #sf} against scipy ≤ 1e-9
 * (golden/distributions.json). Stateless, thread-safe; at most O(n) time, a second for n = 1e7.
 */
public final class Kolmogorov {
    private Kolmogorov() {}

    /**
     * P(D_n ≥ x).
     *
     * @param n sample size, at least 1
     * @param x the statistic
     * @return in [0, 1]; NaN for NaN
     * @throws IllegalArgumentException if n is below 1
     */
    public static double sf(long n, double x) {
        if (n < 1) {
            throw new IllegalArgumentException(
                    "A Kolmogorov distribution needs a sample of at least 1; it was given " + n + ".");
        }
        if (Double.isNaN(x)) {
            return Double.NaN;
        }
        double t = n * x;
        if (x >= 1) {
            return 0;
        }
        if (t <= 0.5) {
            return 1;
        }
        if (t <= 1) {
            return clip(1 - edge(n, t));
        }
        if (t >= n - 1) {
            return clip(2 * Math.pow(1 - x, (double) n));
        }
        if (x >= 0.5) {
            return clip(2 * smirnov(n, x));
        }
        double square = t * x;
        return n <= 140 ? small(n, x, square) : large(n, x, square);
    }

    private static double small(long n, double x, double square) {
        if (square <= 0.754693) {
            return clip(1 - KolmogorovExact.durbin((int) n, x));
        }
        if (square <= 4) {
            return clip(1 - KolmogorovExact.pomeranz((int) n, x));
        }
        return clip(2 * smirnov(n, x));
    }

    private static double large(long n, double x, double square) {
        if (square >= 370) {
            return 0;
        }
        if (square >= 2.2) {
            return clip(2 * smirnov(n, x));
        }
        if (n <= 100_000 && n * Math.pow(x, 1.5) <= 1.4) {
            return clip(1 - KolmogorovExact.durbin((int) n, x));
        }
        return clip(1 - pelzGood(n, x));
    }

    /** Ruben and Gambino's exact form for 1/2n ≤ x ≤ 1/n: n!·(2x − 1/n)ⁿ. */
    private static double edge(long n, double t) {
        if (n <= 140) {
            double product = 1;
            for (int i = 1; i <= n; i++) {
                product *= i * (1.0 / n) * (2 * t - 1);
            }
            return product;
        }
        double logFactorialRatio =
                Math.log((double) n) / 2 - n + 0.9189385332046728 + Deviance.stirlingSeries((double) n);
        return Math.exp(logFactorialRatio + n * Math.log(2 * t - 1));
    }

    /**
     * One-sided tail P(D⁺_n ≥ x): Birnbaum and Tingey's finite sum of positive terms, each a binomial probability.
     *
     * @param n sample size, at least 1
     * @param x in [0, 1]
     * @return relative error ≤ 1e-11 for n ≤ 1e6
     */
    public static double smirnov(long n, double x) {
        if (x <= 0) {
            return 1;
        }
        if (x >= 1) {
            return 0;
        }
        long last = (long) Math.floor(n * (1 - x));
        double sum = 0;
        double peak = 0;
        for (long j = 0; j <= last; j++) {
            double p = x + (double) j / n;
            double q = (n - j - n * x) / n;
            if (q <= 0) {
                break;
            }
            double term = Deviance.binomial((double) j, (double) n, p, q) / p;
            sum += term;
            peak = Math.max(peak, term);
            // The terms rise to one peak and fall; past it nothing below a rounding error can grow again.
            if (j > n / 2 && term < peak * 1e-22) {
                break;
            }
        }
        return Math.min(1, x * sum);
    }

    /** Pelz and Good (1976): four terms of an expansion in 1/√n, in the theta-function form that suits small z. */
    private static double pelzGood(long n, double x) {
        double z = Math.sqrt((double) n) * x;
        double z2 = z * z;
        double z4 = z2 * z2;
        double z6 = z4 * z2;
        double pi2 = Math.PI * Math.PI;
        double log = -pi2 / 8 / z2;
        if (log < -708) {
            return 0;
        }
        double k0 = 0;
        double k1 = 0;
        double k2 = 0;
        double k3 = 0;
        int terms = (int) Math.ceil(16 * z / Math.PI);
        for (int k = terms; k >= 1; k--) {
            double m2 = (2.0 * k - 1) * (2.0 * k - 1);
            double m4 = m2 * m2;
            double weight = Math.exp(log * m2);
            k0 += weight;
            k1 += weight * (-z2 + pi2 / 4 * m2);
            k2 += weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi2 * pi2 * (1 - 2 * z2) / 16 * m4);
            k3 += weight
                    * (-30 * z6
                            - 90 * z4 * z4
                            + pi2 * (135 * z4 - 96 * z6) / 4 * m2
                            + pi2 * pi2 * (-60 * z2 + 212 * z4) / 16 * m4
                            + pi2 * pi2 * pi2 * (5 - 30 * z2) / 64 * m4 * m2);
        }
        double root = Math.sqrt(2 * Math.PI);
        k0 *= root / z;
        k1 *= root / (6 * z4);
        k2 *= root / (72 * z6 * z);
        k3 *= root / (6480 * z6 * z4);
        for (int k = terms; k >= 1; k--) {
            double squared = (double) k * k;
            double weight = squared * Math.exp(-pi2 / 2 / z2 * squared);
            k2 += weight * pi2 * root / (-36 * z2 * z);
            k3 += weight * (3 * z2 - pi2 * squared) * pi2 * root / (216 * z6);
        }
        return k0 + k1 / Math.sqrt((double) n) + k2 / n + k3 / (n * Math.sqrt((double) n));
    }

    private static double clip(double p) {
        return Math.clamp(p, 0.0, 1.0);
    }
}
