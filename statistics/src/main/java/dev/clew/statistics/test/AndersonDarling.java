package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;

/**
 * Anderson–Darling test of two samples, midrank version, with the p-value interpolated from seven critical points.
 *
 * <p>Scholz and Stephens (1987), "K-Sample Anderson-Darling Tests", equation 7 and table 2; scipy 1.17's {@code anderson_ksamp}.
 * The p-value lies in [0.001, 0.25] by construction. Stateless, thread-safe.
 */
public final class AndersonDarling {
    private static final double[] B0 = {0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085};
    private static final double[] B1 = {-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615};
    private static final double[] B2 = {-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154};
    private static final double[] LEVELS = {0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001};

    private AndersonDarling() {}

    /**
     * Compares two samples.
     *
     * @return the statistic is A², standardised
     * @throws IllegalArgumentException if both samples together hold fewer than 4 values, one is empty, or all values are equal
     */
    public static TestResult compare(Sample x, Sample y) {
        Samples.requireAtLeast(1, "An Anderson-Darling test", x, y);
        long total = (long) x.size() + y.size();
        if (total < 4 || Pooled.distinct(x, y) < 2) {
            throw new IllegalArgumentException(
                    "An Anderson-Darling test needs at least 4 values and 2 distinct ones; choose another method for a constant column.");
        }
        double standardised = (statistic(x, y) - 1) / deviation(x.size(), y.size());
        return new TestResult(standardised, pValue(standardised), "interpolated");
    }

    private static double statistic(Sample x, Sample y) {
        double n = (double) x.size() + y.size();
        double[] sums = new double[2];
        long[] seen = new long[2];
        Pooled.forEach(x, y, (_, left, right) -> {
            double ties = (double) left + right;
            double b = seen[0] + seen[1] + ties / 2;
            double weight = ties / n / (b * (n - b) - n * ties / 4);
            double gapX = n * (seen[0] + left / 2.0) - b * x.size();
            double gapY = n * (seen[1] + right / 2.0) - b * y.size();
            sums[0] += weight * gapX * gapX;
            sums[1] += weight * gapY * gapY;
            seen[0] += left;
            seen[1] += right;
        });
        return (sums[0] / x.size() + sums[1] / y.size()) * (n - 1) / n;
    }

    private static double deviation(int sizeX, int sizeY) {
        int n = sizeX + sizeY;
        double sumOfReciprocals = 1.0 / sizeX + 1.0 / sizeY;
        double harmonic = 0;
        double tail = 0;
        double g = 0;
        for (int r = n - 1; r >= 1; r--) {
            harmonic += 1.0 / r;
        }
        for (int i = 1; i <= n - 2; i++) {
            tail += 1.0 / (n - i);
            g += tail / (i + 1);
        }
        double k = 2;
        double h = harmonic;
        double s = sumOfReciprocals;
        double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * s;
        double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * s - 8 * h + 4 * g - 6;
        double c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * s + 4 * h;
        double d = (2 * h + 6) * k * k - 4 * h * k;
        double total = n;
        double variance = (((a * total + b) * total + c) * total + d) / ((total - 1) * (total - 2) * (total - 3));
        return Math.sqrt(variance);
    }

    private static double pValue(double statistic) {
        double[] critical = new double[B0.length];
        double[] logLevels = new double[B0.length];
        for (int i = 0; i < critical.length; i++) {
            critical[i] = B0[i] + B1[i] + B2[i];
            logLevels[i] = Math.log(LEVELS[i]);
        }
        if (statistic < critical[0]) {
            return LEVELS[0];
        }
        if (statistic > critical[critical.length - 1]) {
            return LEVELS[LEVELS.length - 1];
        }
        return Math.exp(quadraticFit(critical, logLevels, statistic));
    }

    /** The least-squares parabola through the points, at x: orthogonal polynomials keep the sums well conditioned. */
    private static double quadraticFit(double[] xs, double[] ys, double x) {
        double mean = 0;
        for (double value : xs) {
            mean += value / xs.length;
        }
        double square = 0;
        double cube = 0;
        for (double value : xs) {
            double u = value - mean;
            square += u * u;
            cube += u * u * u;
        }
        double slope = cube / square;
        double offset = square / xs.length;
        double[] dots = new double[3];
        double curvature = 0;
        for (int i = 0; i < xs.length; i++) {
            double u = xs[i] - mean;
            double v = u * u - slope * u - offset;
            dots[0] += ys[i];
            dots[1] += ys[i] * u;
            dots[2] += ys[i] * v;
            curvature += v * v;
        }
        double u = x - mean;
        return dots[0] / xs.length + dots[1] / square * u + dots[2] / curvature * (u * u - slope * u - offset);
    }
}
