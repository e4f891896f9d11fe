package dev.clew.explain.global;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mean size of a feature's attributions over rows, in the unit of the attributions.
 *
 * <p>Rows whose attributions do not add up ({@link Explanation#trustworthy()}) count nowhere. Of grouped explanations a feature is
 * a group.
 *
 * @param feature position among the explanation's features
 * @param meanAbs mean |φ|, at least 0
 * @param mean signed mean
 * @param low 2.5 % and {@code high} 97.5 % quantile of the mean size over 500 resamplings of the rows (percentile bootstrap; Efron
 *     and Tibshirani 1993, chapter 13)
 */
public record ShapImportance(int feature, double meanAbs, double mean, double low, double high) {
    private static final int RESAMPLINGS = 500;

    /** Most segments that {@link #bySegment} tells apart. */
    public static final int MAX_SEGMENTS = 50;

    /**
     * Importances within the rows that have one thing in common.
     *
     * @param name what they have in common
     * @param rows how many of them are summarised
     * @param features one per feature, largest first
     */
    public record Segment(String name, int rows, List<ShapImportance> features) {
        public Segment {
            features = List.copyOf(features);
        }
    }

    /**
     * Summarises one output of an explanation, largest first, ties by position.
     *
     * @param seed of the resampling; the same seed gives the same interval
     * @throws ExplainException {@code BAD_REQUEST} if there are no rows, or none adds up
     */
    public static List<ShapImportance> of(Explanation explanation, int output, long seed) {
        return of(explanation, explanation.trustworthy(), output, seed);
    }

    /**
     * The same for each segment of the rows, by name; every segment is resampled by itself with the same seed. A segment of which no
     * row adds up is left out.
     *
     * @param segments name of each row's segment, one per row
     * @throws ExplainException {@code BAD_REQUEST} as {@link #of}, if there are more or fewer names than rows, or more than
     *     {@value #MAX_SEGMENTS} different ones
     */
    public static List<Segment> bySegment(Explanation explanation, int output, List<String> segments, long seed) {
        if (segments.size() != explanation.rows()) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "%d rows need a segment each; %d were given.".formatted(explanation.rows(), segments.size()));
        }
        Map<String, List<Integer>> members = new TreeMap<>();
        for (int row : explanation.trustworthy()) {
            members.computeIfAbsent(segments.get(row), _ -> new ArrayList<>()).add(row);
            if (members.size() > MAX_SEGMENTS) {
                throw new ExplainException(
                        Code.BAD_REQUEST,
                        "There are more than %d segments; name fewer, such as ranges of a number."
                                .formatted(MAX_SEGMENTS));
            }
        }
        if (members.isEmpty()) {
            throw nothing(explanation);
        }
        return members.entrySet().stream()
                .map(each -> {
                    int[] rows = each.getValue().stream().mapToInt(i -> i).toArray();
                    return new Segment(each.getKey(), rows.length, of(explanation, rows, output, seed));
                })
                .toList();
    }

    private static ExplainException nothing(Explanation explanation) {
        return new ExplainException(
                Code.BAD_REQUEST,
                explanation.rows() == 0
                        ? "There are no rows to summarise."
                        : "The attributions of none of the %d rows add up, so there is nothing to summarise."
                                .formatted(explanation.rows()));
    }

    private static List<ShapImportance> of(Explanation explanation, int[] rows, int output, long seed) {
        if (rows.length == 0) {
            throw nothing(explanation);
        }
        var random = new Philox(seed, 7);
        int features = explanation.features();
        double[][] resampled = new double[features][RESAMPLINGS];
        for (int b = 0; b < RESAMPLINGS; b++) {
            for (int i = 0; i < rows.length; i++) {
                int row = rows[random.nextInt(rows.length)];
                for (int j = 0; j < features; j++) {
                    resampled[j][b] += Math.abs(explanation.value(row, output, j)) / rows.length;
                }
            }
        }
        List<ShapImportance> all = new ArrayList<>();
        for (int j = 0; j < features; j++) {
            double size = 0;
            double sum = 0;
            for (int row : rows) {
                size += Math.abs(explanation.value(row, output, j)) / rows.length;
                sum += explanation.value(row, output, j) / rows.length;
            }
            Arrays.sort(resampled[j]);
            all.add(new ShapImportance(
                    j,
                    size,
                    sum,
                    resampled[j][(int) (0.025 * RESAMPLINGS)],
                    resampled[j][(int) (0.975 * RESAMPLINGS)]));
        }
        all.sort(
                Comparator.comparingDouble((ShapImportance i) -> -i.meanAbs).thenComparingInt(ShapImportance::feature));
        return all;
    }
}
