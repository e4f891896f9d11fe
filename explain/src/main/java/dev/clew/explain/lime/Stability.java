package dev.clew.explain.lime;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How alike the surrogates of one row are that only differ in their random numbers. Visani et al. (2020), "Statistical stability
 * indices for LIME: obtaining reliable explanations for machine learning models".
 *
 * @param variables mean share of features that two surrogates have in common (Jaccard), in [0, 1]
 * @param coefficients share of pairs of 95 % intervals of the same coefficient that overlap, mean over the features, in [0, 1]
 */
public record Stability(double variables, double coefficients) {
    /** Usual number of repetitions. */
    public static final int REPEATS = 5;

    private static final double NORMAL_95 = 1.959963984540054;

    /** Coefficients of one surrogate and their standard errors; 0 where a feature was not chosen. */
    @SuppressWarnings("ArrayRecordComponent")
    record Fitted(double[] weights, double[] errors) {}

    static Stability of(List<Fitted> all) {
        int features = all.getFirst().weights.length;
        double jaccard = 0;
        double[] pairs = new double[features];
        double[] overlapping = new double[features];
        for (int a = 0; a < all.size(); a++) {
            for (int b = a + 1; b < all.size(); b++) {
                int both = 0;
                int either = 0;
                for (int j = 0; j < features; j++) {
                    boolean first = all.get(a).weights[j] != 0;
                    boolean second = all.get(b).weights[j] != 0;
                    either += first || second ? 1 : 0;
                    if (first && second) {
                        both++;
                        pairs[j]++;
                        overlapping[j] += overlap(all.get(a), all.get(b), j) ? 1 : 0;
                    }
                }
                jaccard += either == 0 ? 1 : (double) both / either;
            }
        }
        int count = all.size() * (all.size() - 1) / 2;
        double shared = IntStream.range(0, features)
                .filter(j -> pairs[j] > 0)
                .mapToDouble(j -> overlapping[j] / pairs[j])
                .average()
                .orElse(1);
        return new Stability(jaccard / count, shared);
    }

    private static boolean overlap(Fitted first, Fitted second, int feature) {
        return Math.abs(first.weights[feature] - second.weights[feature])
                <= NORMAL_95 * (first.errors[feature] + second.errors[feature]);
    }
}
