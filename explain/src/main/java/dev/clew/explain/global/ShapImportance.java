package dev.clew.explain.global;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Mean size of a feature's attributions over rows, largest first.
 *
 * @param meanAbs mean |φ|
 * @param mean signed mean
 * @param low 2.5 % and {@code high} 97.5 % quantile of the mean size over 500 resamplings of the rows
 */
public record ShapImportance(int feature, double meanAbs, double mean, double low, double high) {
    private static final int RESAMPLINGS = 500;

    /**
     * Summarises one output of an explanation.
     *
     * @throws ExplainException {@code BAD_REQUEST} for no rows
     */
    public static List<ShapImportance> of(Explanation explanation, int output, long seed) {
        int rows = explanation.rows();
        if (rows == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "There are no rows to summarise.");
        }
        var random = new Philox(seed, 7);
        int features = explanation.features();
        double[][] resampled = new double[features][RESAMPLINGS];
        for (int b = 0; b < RESAMPLINGS; b++) {
            for (int i = 0; i < rows; i++) {
                int row = random.nextInt(rows);
                for (int j = 0; j < features; j++) {
                    resampled[j][b] += Math.abs(explanation.value(row, output, j)) / rows;
                }
            }
        }
        List<ShapImportance> all = new ArrayList<>();
        for (int j = 0; j < features; j++) {
            double size = 0;
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                size += Math.abs(explanation.value(i, output, j)) / rows;
                sum += explanation.value(i, output, j) / rows;
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
