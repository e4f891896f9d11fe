package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Maximum mean discrepancy of two numeric samples with a Gaussian kernel and a permutation p-value.
 *
 * <p>Gretton and others (2012), "A Kernel Two-Sample Test", equation 3 (unbiased); kernel width from half the median squared
 * distance within the reference, as Evidently 0.7.21's {@code empirical_mmd}. The statistic agrees within 1e-9 for samples up to
 * {@value #MAX_ROWS} rows; larger ones are thinned evenly over their ranks (memory grows with the square). The p-value uses our
 * own generator. Stateless, thread-safe.
 */
public final class MeanDiscrepancy {
    /** Rows per side beyond which a sample is thinned. */
    public static final int MAX_ROWS = 1_000;

    private MeanDiscrepancy() {}

    /**
     * Compares two samples of at least 2 values each.
     *
     * @param shuffles number of permutations
     * @param seed of the generator
     * @throws IllegalArgumentException if a sample has fewer than 2 values
     */
    public static TestResult compare(Sample reference, Sample current, int shuffles, long seed) {
        Samples.requireAtLeast(2, "A mean discrepancy test", reference, current);
        double[] x = thinned(reference);
        double[] y = thinned(current);
        double[] pooled = Arrays.copyOf(x, x.length + y.length);
        System.arraycopy(y, 0, pooled, x.length, y.length);
        double gamma = 1 / (2 * halfMedianSquare(x));
        float[][] kernel = kernel(pooled, gamma);
        int[] order = new int[pooled.length];
        Arrays.setAll(order, i -> i);
        double observed = exactStatistic(x, y, gamma);
        double observedRounded = statistic(kernel, order, x.length);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int atLeast = 0;
        for (int round = 0; round < shuffles; round++) {
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
            atLeast += observedRounded <= statistic(kernel, order, x.length) ? 1 : 0;
        }
        return new TestResult(observed, (double) atLeast / shuffles, "permutation");
    }

    private static double[] thinned(Sample sample) {
        double[] values = sample.values();
        if (values.length <= MAX_ROWS) {
            return values;
        }
        double[] kept = new double[MAX_ROWS];
        for (int i = 0; i < MAX_ROWS; i++) {
            kept[i] = values[(int) ((i + 0.5) * values.length / MAX_ROWS)];
        }
        return kept;
    }

    private static double halfMedianSquare(double[] x) {
        double[] squares = new double[x.length * x.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                squares[i * x.length + j] = (x[i] - x[j]) * (x[i] - x[j]);
            }
        }
        Arrays.sort(squares);
        double median = squares[(int) Math.rint(0.5 * (squares.length - 1))];
        return median == 0 ? 0.5 : 0.5 * median;
    }

    private static float[][] kernel(double[] values, double gamma) {
        float[][] kernel = new float[values.length][values.length];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values.length; j++) {
                double gap = values[i] - values[j];
                kernel[i][j] = i == j ? 0 : (float) Math.exp(-gamma * gap * gap);
            }
        }
        return kernel;
    }

    private static double exactStatistic(double[] x, double[] y, double gamma) {
        return (sum(x, x, gamma) - x.length) / (x.length * (x.length - 1.0))
                + (sum(y, y, gamma) - y.length) / (y.length * (y.length - 1.0))
                - 2 * sum(x, y, gamma) / ((double) x.length * y.length);
    }

    private static double sum(double[] left, double[] right, double gamma) {
        double sum = 0;
        for (double a : left) {
            for (double b : right) {
                sum += Math.exp(-gamma * (a - b) * (a - b));
            }
        }
        return sum;
    }

    private static double statistic(float[][] kernel, int[] order, int n) {
        int m = order.length - n;
        double within = 0;
        double other = 0;
        double across = 0;
        for (int i = 0; i < order.length; i++) {
            float[] row = kernel[order[i]];
            double left = 0;
            double right = 0;
            for (int j = 0; j < n; j++) {
                left += row[order[j]];
            }
            for (int j = n; j < order.length; j++) {
                right += row[order[j]];
            }
            if (i < n) {
                within += left;
                across += right;
            } else {
                other += right;
            }
        }
        return within / (n * (n - 1.0)) + other / (m * (m - 1.0)) - 2 * across / ((double) n * m);
    }
}
