package dev.clew.explain.lime;

import dev.clew.explain.internal.LeastSquares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A weighted ridge regression fitted around a case, in the unit of what the model reports (marcotcr/lime 0.2, {@code lime_base.py}). Fixed
 * samples give the reference's weights within 1e-10 (golden/lime/surrogates.jsonl). The array is the caller's to read.
 *
 * @param intercept answer where every feature is 0; not penalised
 * @param weights per feature, 0 for those not chosen
 * @param score weighted R² on the samples, at most 1
 * @param localPrediction the surrogate's own answer for the case
 */
@SuppressWarnings("ArrayRecordComponent")
public record Surrogate(double intercept, double[] weights, double score, double localPrediction) {
    /** Below this R² a surrogate describes the model badly. */
    public static final double LEAST_SCORE = 0.3;

    private static final int FORWARD_FEATURES = 6;

    /**
     * Fits as LIME does: features chosen one after the other up to six, else by the largest |coefficient · case| of a ridge
     * with penalty 0.01; then a ridge with penalty 1 and a free intercept.
     *
     * @param samples rows × features; row 0 is the case itself
     * @param target what the model answered per sample
     * @param weight of each sample
     */
    public static Surrogate fit(double[][] samples, double[] target, double[] weight, int maxFeatures) {
        return fit(samples, target, weight, LimeOptions.Selection.AUTO, maxFeatures);
    }

    /** The same with features chosen in another way; no more than there are. */
    public static Surrogate fit(
            double[][] samples, double[] target, double[] weight, LimeOptions.Selection selection, int maxFeatures) {
        int features = samples[0].length;
        int most = Math.min(maxFeatures, features);
        boolean forward = selection == LimeOptions.Selection.FORWARD
                || selection == LimeOptions.Selection.AUTO && maxFeatures <= FORWARD_FEATURES;
        int[] chosen = selection == LimeOptions.Selection.LASSO_PATH
                ? lasso(samples, target, weight, most)
                : selection == LimeOptions.Selection.NONE || most == features && !forward
                        ? all(features)
                        : forward ? forward(samples, target, weight, most) : highest(samples, target, weight, most);
        Fit fit = ridge(samples, target, weight, chosen, 1);
        double[] weights = new double[features];
        double local = fit.intercept;
        for (int i = 0; i < chosen.length; i++) {
            weights[chosen[i]] = fit.coefficients[i];
            local += fit.coefficients[i] * samples[0][chosen[i]];
        }
        return new Surrogate(fit.intercept, weights, fit.score, local);
    }

    /** Whether the score is good enough to be relied on. */
    public boolean isFaithful() {
        return score >= LEAST_SCORE;
    }

    /**
     * Standard errors of the weights: those of the ridge, σ²·A⁻¹XᵀWX·A⁻¹ with A = XᵀWX + I and σ² the weighted residual over n − k;
     * 0 for features that were not chosen. Visani et al. (2020), "Statistical stability indices for LIME", section 3.
     *
     * @param samples and the rest: what the surrogate was fitted on
     */
    double[] errors(double[][] samples, double[] target, double[] weight) {
        int[] chosen = java.util.stream.IntStream.range(0, weights.length)
                .filter(f -> weights[f] != 0)
                .toArray();
        int n = chosen.length;
        double total = Arrays.stream(weight).sum();
        double[] mean = new double[n];
        for (int s = 0; s < samples.length; s++) {
            for (int i = 0; i < n; i++) {
                mean[i] += weight[s] * samples[s][chosen[i]] / total;
            }
        }
        double[][] cross = new double[n][n];
        double residual = 0;
        for (int s = 0; s < samples.length; s++) {
            double off = target[s] - intercept;
            for (int i = 0; i < n; i++) {
                off -= weights[chosen[i]] * samples[s][chosen[i]];
                for (int j = 0; j < n; j++) {
                    cross[i][j] += weight[s] * (samples[s][chosen[i]] - mean[i]) * (samples[s][chosen[j]] - mean[j]);
                }
            }
            residual += weight[s] * off * off;
        }
        double variance = residual / Math.max(1, samples.length - n - 1);
        double[] errors = new double[weights.length];
        for (int i = 0; i < n; i++) {
            double[] unit = new double[n];
            unit[i] = 1;
            double[] column = LeastSquares.cholesky(cross, unit, 1);
            double sum = 0;
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    sum += column[j] * cross[j][k] * column[k];
                }
            }
            errors[chosen[i]] = Math.sqrt(variance * Math.max(0, sum));
        }
        return errors;
    }

    private static int[] all(int features) {
        int[] all = new int[features];
        Arrays.setAll(all, i -> i);
        return all;
    }

    private static int[] forward(double[][] samples, double[] target, double[] weight, int count) {
        List<Integer> used = new ArrayList<>();
        while (used.size() < count) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int f = 0; f < samples[0].length; f++) {
                if (used.contains(f)) {
                    continue;
                }
                List<Integer> tried = new ArrayList<>(used);
                tried.add(f);
                double score = ridge(
                                samples,
                                target,
                                weight,
                                tried.stream().mapToInt(i -> i).toArray(),
                                0)
                        .score;
                if (score > bestScore || best < 0) {
                    bestScore = score;
                    best = f;
                }
            }
            used.add(best);
        }
        return used.stream().mapToInt(i -> i).toArray();
    }

    private static int[] highest(double[][] samples, double[] target, double[] weight, int count) {
        int features = samples[0].length;
        double[] coefficients = ridge(samples, target, weight, all(features), 0.01).coefficients;
        return java.util.stream.IntStream.range(0, features)
                .boxed()
                .sorted(java.util.Comparator.comparingDouble((Integer f) -> -Math.abs(coefficients[f] * samples[0][f])))
                .limit(count)
                .mapToInt(i -> i)
                .toArray();
    }

    private static int[] lasso(double[][] samples, double[] target, double[] weight, int most) {
        Centred centred = Centred.of(samples, target, weight, all(samples[0].length));
        for (int s = 0; s < samples.length; s++) {
            double root = Math.sqrt(weight[s]);
            centred.y[s] *= root;
            for (int i = 0; i < centred.x[s].length; i++) {
                centred.x[s][i] *= root;
            }
        }
        return LassoPath.choose(centred.x, centred.y, most);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Fit(double intercept, double[] coefficients, double score) {}

    /** Chosen columns and target without their weighted means. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Centred(double[][] x, double[] y, double[] mean, double meanY) {
        static Centred of(double[][] samples, double[] target, double[] weight, int[] chosen) {
            double total = 0;
            double meanY = 0;
            double[] mean = new double[chosen.length];
            for (int s = 0; s < samples.length; s++) {
                total += weight[s];
                meanY += weight[s] * target[s];
                for (int i = 0; i < chosen.length; i++) {
                    mean[i] += weight[s] * samples[s][chosen[i]];
                }
            }
            meanY /= total;
            for (int i = 0; i < mean.length; i++) {
                mean[i] /= total;
            }
            double[][] x = new double[samples.length][chosen.length];
            double[] y = new double[samples.length];
            for (int s = 0; s < samples.length; s++) {
                y[s] = target[s] - meanY;
                for (int i = 0; i < chosen.length; i++) {
                    x[s][i] = samples[s][chosen[i]] - mean[i];
                }
            }
            return new Centred(x, y, mean, meanY);
        }
    }

    /** The intercept is free: columns and target are centred by their weighted means. */
    private static Fit ridge(double[][] samples, double[] target, double[] weight, int[] chosen, double penalty) {
        Centred centred = Centred.of(samples, target, weight, chosen);
        double[][] x = centred.x;
        double[] y = centred.y;
        double[] b = LeastSquares.solve(x, y, weight, penalty).coefficients();
        double intercept = centred.meanY;
        for (int i = 0; i < b.length; i++) {
            intercept -= b[i] * centred.mean[i];
        }
        double residual = 0;
        double spread = 0;
        for (int s = 0; s < y.length; s++) {
            double fitted = 0;
            for (int i = 0; i < b.length; i++) {
                fitted += b[i] * x[s][i];
            }
            residual += weight[s] * (y[s] - fitted) * (y[s] - fitted);
            spread += weight[s] * y[s] * y[s];
        }
        return new Fit(intercept, b, spread == 0 ? residual == 0 ? 1 : 0 : 1 - residual / spread);
    }
}
