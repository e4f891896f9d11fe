package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;
import dev.clew.statistics.distribution.ChiSquared;

/**
 * Epps–Singleton test: compares the empirical characteristic functions at 0.4 and 0.8 semi-interquartile ranges.
 *
 * <p>Epps and Singleton (1986); scipy 1.17's {@code epps_singleton_2samp} with its defaults. Stateless, thread-safe.
 */
public final class EppsSingleton {
    private static final double[] POINTS = {0.4, 0.8};
    private static final int DIMENSIONS = 4;

    /** Eigenvalues below this share of the largest are rounding noise of a covariance with fewer dimensions. */
    private static final double RANK_TOLERANCE = 1e-12;

    private EppsSingleton() {}

    /**
     * Compares two samples of at least 5 values each.
     *
     * @return the statistic is W, χ² with as many degrees as the covariance has rank
     * @throws IllegalArgumentException if a sample has fewer than 5 values or the pooled interquartile range is 0
     */
    public static TestResult compare(Sample x, Sample y) {
        Samples.requireAtLeast(5, "An Epps-Singleton test", x, y);
        double semiRange = (Pooled.quantile(x, y, 0.75) - Pooled.quantile(x, y, 0.25)) / 2;
        if (!(semiRange > 0)) {
            throw new IllegalArgumentException(
                    "An Epps-Singleton test needs an interquartile range above 0; half of the pooled values are equal. Use another method.");
        }
        Moments left = Moments.of(x, semiRange);
        Moments right = Moments.of(y, semiRange);
        double n = (double) x.size() + y.size();
        double[][] covariance = new double[DIMENSIONS][DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            for (int j = 0; j < DIMENSIONS; j++) {
                covariance[i][j] = n / x.size() * left.covariance[i][j] + n / y.size() * right.covariance[i][j];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(covariance);
        double w = 0;
        int rank = 0;
        double cut = RANK_TOLERANCE * eigen.values()[0];
        for (int k = 0; k < DIMENSIONS; k++) {
            if (eigen.values()[k] > cut) {
                double projection = 0;
                for (int i = 0; i < DIMENSIONS; i++) {
                    projection += eigen.vectors()[k][i] * (left.mean[i] - right.mean[i]);
                }
                w += projection * projection / eigen.values()[k];
                rank++;
            }
        }
        w *= n;
        if (Math.max(x.size(), y.size()) < 25) {
            w /= 1 + Math.pow(n, -0.45) + 10.1 * (Math.pow(x.size(), -1.7) + Math.pow(y.size(), -1.7));
        }
        return new TestResult(w, ChiSquared.sf(w, rank), "asymptotic");
    }

    /** Mean and population covariance of (cos, cos, sin, sin) of the scaled values. */
    private record Moments(double[] mean, double[][] covariance) {
        static Moments of(Sample sample, double semiRange) {
            double[] mean = new double[DIMENSIONS];
            double[][] products = new double[DIMENSIONS][DIMENSIONS];
            double[] point = new double[DIMENSIONS];
            for (int pass = 0; pass < 2; pass++) {
                for (int r = 0; r < sample.size(); r++) {
                    for (int k = 0; k < POINTS.length; k++) {
                        double angle = POINTS[k] / semiRange * sample.at(r);
                        point[k] = Math.cos(angle);
                        point[k + POINTS.length] = Math.sin(angle);
                    }
                    for (int i = 0; i < DIMENSIONS; i++) {
                        if (pass == 0) {
                            mean[i] += point[i] / sample.size();
                        } else {
                            for (int j = 0; j < DIMENSIONS; j++) {
                                products[i][j] += (point[i] - mean[i]) * (point[j] - mean[j]) / sample.size();
                            }
                        }
                    }
                }
            }
            return new Moments(mean, products);
        }
    }
}
