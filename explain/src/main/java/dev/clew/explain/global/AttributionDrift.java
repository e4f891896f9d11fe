package dev.clew.explain.global;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Explanation;
import dev.clew.statistics.Sample;
import dev.clew.statistics.drift.DriftMethod;
import dev.clew.statistics.drift.DriftScores;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How what moves a model has changed from one window of rows to another: distances of the attributions' distributions, feature by
 * feature, and whether the features still rank alike.
 *
 * <p>Both windows must be explained by the same method in the same space, against the same background where one is used; with
 * another background or model the distances say what the backgrounds or models do. Rows whose attributions do not add up
 * ({@link Explanation#trustworthy()}) count nowhere. Distances are those of {@link DriftScores}, so equal to those of Evidently
 * 0.7.21 on the same attributions within 1e-9.
 *
 * @param features one per feature, in the explanations' order
 * @param rankCorrelation Spearman's rank correlation of mean |φ| over the features, ties at their mean rank, in [−1, 1]; NaN where all
 *     features of a window weigh the same, or there are fewer than two
 * @param referenceRows and {@code currentRows}: how many rows of each window were compared
 */
public record AttributionDrift(List<Feature> features, double rankCorrelation, int referenceRows, int currentRows) {

    /** Takes a copy of the list. */
    public AttributionDrift {
        features = List.copyOf(features);
    }

    /**
     * The change of one feature's attributions.
     *
     * @param feature position among the explanations' features
     * @param psi population stability index over Sturges' bins of both windows, empty bins filled; 0 for equal shares, from 0.1 on
     *     commonly called drift
     * @param wasserstein first Wasserstein distance over max(standard deviation of the reference, 0.001); at least 0
     * @param referenceMeanAbs mean |φ| in the reference window
     * @param currentMeanAbs mean |φ| in the current window
     */
    public record Feature(
            int feature, double psi, double wasserstein, double referenceMeanAbs, double currentMeanAbs) {}

    /**
     * Compares two windows, for one output.
     *
     * @throws ExplainException {@code BAD_REQUEST} if they were explained in other ways, have other features or outputs, or a window
     *     has no row that adds up
     */
    public static AttributionDrift of(Explanation reference, Explanation current, int output) {
        if (reference.features() != current.features()
                || reference.outputs() != current.outputs()
                || reference.method() != current.method()
                || reference.semantics() != current.semantics()
                || reference.space() != current.space()) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "The windows are explained in different ways (%s, %s), so their attributions cannot be compared; explain both alike."
                            .formatted(way(reference), way(current)));
        }
        int[] before = reference.trustworthy();
        int[] after = current.trustworthy();
        if (before.length == 0 || after.length == 0) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "The attributions of no row of the %s window add up, so there is nothing to compare."
                            .formatted(before.length == 0 ? "reference" : "current"));
        }
        List<Feature> features = IntStream.range(0, reference.features())
                .mapToObj(j -> {
                    Sample left = column(reference, before, output, j);
                    Sample right = column(current, after, output, j);
                    return new Feature(
                            j,
                            DriftScores.of(DriftMethod.PSI, left, right),
                            DriftScores.of(DriftMethod.WASSERSTEIN, left, right),
                            meanAbs(reference, before, output, j),
                            meanAbs(current, after, output, j));
                })
                .toList();
        double[] was = features.stream().mapToDouble(Feature::referenceMeanAbs).toArray();
        double[] is = features.stream().mapToDouble(Feature::currentMeanAbs).toArray();
        return new AttributionDrift(features, correlation(ranks(was), ranks(is)), before.length, after.length);
    }

    private static String way(Explanation explanation) {
        return "%s %s in %s space, %d features, %d outputs"
                .formatted(
                        explanation.method(),
                        explanation.semantics(),
                        explanation.space(),
                        explanation.features(),
                        explanation.outputs());
    }

    private static Sample column(Explanation explanation, int[] rows, int output, int feature) {
        return Sample.of(Arrays.stream(rows)
                .mapToDouble(row -> explanation.value(row, output, feature))
                .toArray());
    }

    private static double meanAbs(Explanation explanation, int[] rows, int output, int feature) {
        double sum = 0;
        for (int row : rows) {
            sum += Math.abs(explanation.value(row, output, feature));
        }
        return sum / rows.length;
    }

    /** Ranks from 1 on; equal values share the mean of theirs. */
    private static double[] ranks(double[] values) {
        List<Integer> order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .toList();
        double[] ranks = new double[values.length];
        for (int from = 0; from < ranks.length; ) {
            int to = from;
            while (to < ranks.length && values[order.get(to)] == values[order.get(from)]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order.get(i)] = (from + 1 + to) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    private static double correlation(double[] a, double[] b) {
        double mean = (a.length + 1) / 2.0;
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < a.length; i++) {
            product += (a[i] - mean) * (b[i] - mean);
            left += (a[i] - mean) * (a[i] - mean);
            right += (b[i] - mean) * (b[i] - mean);
        }
        return left == 0 || right == 0 ? Double.NaN : product / Math.sqrt(left * right);
    }
}
