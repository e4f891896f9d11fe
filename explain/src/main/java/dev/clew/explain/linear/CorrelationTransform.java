package dev.clew.explain.linear;

import dev.clew.explain.internal.LeastSquares;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Rows;
import java.util.Arrays;

/**
 * The matrix that turns x − μ into attributions when absent features take their expectation given the present ones,
 * E[x | x_S] = μ + Σ·S Σ_SS⁻¹ (x_S − μ_S): row i is the mean over orders of what joining i changes. All orders' weights are
 * exact up to 10 varying features, above that {@value #PERMUTATIONS} random orders stand for them.
 *
 * <p>Features whose variance is at most 1e-8 take no part; a covariance that is not safely positive definite gets 1e-6
 * added to its diagonal, as in shap.
 */
final class CorrelationTransform {
    static final int PERMUTATIONS = 1_000;
    private static final int EXACT_FEATURES = 10;
    private static final double LEAST_VARIANCE = 1e-8;
    private static final double RIDGE = 1e-6;

    private final double[][] covariance;
    private final double[] slope;
    private final int[] varying;
    private final int features;
    private final long key;

    CorrelationTransform(LinearModel model, Rows background, double[] mean, double[] slope, long seed) {
        this.slope = slope;
        features = slope.length;
        double[][] all = new double[features][features];
        for (int r = 0; r < background.count(); r++) {
            for (int i = 0; i < features; i++) {
                double x = model.effective(i, background.get(r, i)) - mean[i];
                for (int j = 0; j <= i; j++) {
                    all[i][j] += x * (model.effective(j, background.get(r, j)) - mean[j]);
                }
            }
        }
        int count = 0;
        int[] kept = new int[features];
        for (int i = 0; i < features; i++) {
            if (all[i][i] / background.count() > LEAST_VARIANCE) {
                kept[count++] = i;
            }
        }
        varying = Arrays.copyOf(kept, count);
        covariance = new double[count][count];
        double divisor = Math.max(1, background.count() - 1);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                covariance[i][j] = covariance[j][i] = all[varying[i]][varying[j]] / divisor;
            }
        }
        double[] probe = new double[count];
        if (LeastSquares.cholesky(covariance, probe, -1e-7).length != count) {
            for (int i = 0; i < count; i++) {
                covariance[i][i] += RIDGE;
            }
        }
        key = Philox.key(model.description().digest(), mean, "LINEAR", seed);
    }

    double[][] matrix() {
        int n = varying.length;
        double[][] reduced = n <= EXACT_FEATURES ? exact(n) : sampled(n);
        double[][] matrix = new double[features][features];
        // What does not vary in the background keeps its plain effect.
        for (int j = 0; j < features; j++) {
            matrix[j][j] = slope[j];
        }
        for (int i = 0; i < n; i++) {
            matrix[varying[i]][varying[i]] = 0;
            for (int j = 0; j < n; j++) {
                matrix[varying[i]][varying[j]] = reduced[i][j];
            }
        }
        return matrix;
    }

    private double[][] exact(int n) {
        double[][] effect = new double[1 << n][];
        for (int mask = 0; mask < effect.length; mask++) {
            effect[mask] = effect(mask, n);
        }
        double[][] result = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int mask = 0; mask < effect.length; mask++) {
                if ((mask >> i & 1) != 0) {
                    continue;
                }
                int s = Integer.bitCount(mask);
                double weight = 1.0 / n;
                for (int k = 1; k <= s; k++) {
                    weight *= (double) k / (n - k);
                }
                for (int j = 0; j < n; j++) {
                    result[i][j] += weight * (effect[mask | 1 << i][j] - effect[mask][j]);
                }
            }
        }
        return result;
    }

    private double[][] sampled(int n) {
        double[][] result = new double[n][n];
        var random = new Philox(key, 4);
        int[] order = new int[n];
        for (int p = 0; p < PERMUTATIONS; p++) {
            Arrays.setAll(order, i -> i);
            random.shuffle(order);
            var present = new boolean[n];
            double[] before = new double[n];
            for (int player : order) {
                present[player] = true;
                double[] after = effect(present);
                for (int j = 0; j < n; j++) {
                    result[player][j] += (after[j] - before[j]) / PERMUTATIONS;
                }
                before = after;
            }
        }
        return result;
    }

    private double[] effect(int mask, int n) {
        var present = new boolean[n];
        for (int i = 0; i < n; i++) {
            present[i] = (mask >> i & 1) != 0;
        }
        return effect(present);
    }

    /** Change of the expected margin per unit of each present feature: Σ_SS⁻¹ Σ_S· β. */
    private double[] effect(boolean[] present) {
        int n = present.length;
        int size = 0;
        int[] in = new int[n];
        for (int i = 0; i < n; i++) {
            if (present[i]) {
                in[size++] = i;
            }
        }
        double[][] a = new double[size][size];
        double[] b = new double[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                a[i][j] = covariance[in[i]][in[j]];
            }
            for (int j = 0; j < n; j++) {
                b[i] += covariance[in[i]][j] * slope[varying[j]];
            }
        }
        double[] x = LeastSquares.cholesky(a, b, 0);
        double[] effect = new double[n];
        for (int i = 0; i < size; i++) {
            effect[in[i]] = x[i];
        }
        return effect;
    }
}
