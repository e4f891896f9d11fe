package dev.clew.statistics.domain;

import dev.clew.statistics.performance.RocAuc;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How well two samples of rows can be told apart: the ROC AUC of {@link BoostedTrees} on rows they have not learned from.
 *
 * <p>0.5 is chance, 1 tells every row. Rows are cut into folds, alike of both samples; each fold is scored by the model of the others, and
 * the area is taken over all of them together. Seeded: the same rows give the same area. Stateless, thread-safe.
 */
public final class DomainModel {
    private static final long SEED = 42;

    private DomainModel() {}

    /**
     * The area.
     *
     * @param columns values by column, then by row; NaN is missing
     * @param second which of the two samples a row belongs to
     * @param folds at least 2
     * @return in [0, 1]
     * @throws IllegalArgumentException if a sample has fewer rows than there are folds
     */
    public static double area(double[][] columns, boolean[] second, int folds) {
        int[] fold = folds(second, folds);
        double[] scores = new double[second.length];
        for (int own = 0; own < folds; own++) {
            int kept = own;
            int[] learned = rows(fold, one -> one != kept);
            BoostedTrees trees = BoostedTrees.fit(columns, second, learned);
            for (int row : rows(fold, one -> one == kept)) {
                scores[row] = trees.score(columns, row);
            }
        }
        return RocAuc.of(scores, second);
    }

    private static int[] folds(boolean[] second, int folds) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        int[] fold = new int[second.length];
        for (boolean side : new boolean[] {false, true}) {
            int[] rows = java.util.stream.IntStream.range(0, second.length)
                    .filter(row -> second[row] == side)
                    .toArray();
            if (rows.length < folds) {
                throw new IllegalArgumentException(
                        "A domain classifier needs at least %d rows on each side; there are %d."
                                .formatted(folds, rows.length));
            }
            for (int i = rows.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swap = rows[i];
                rows[i] = rows[j];
                rows[j] = swap;
            }
            for (int i = 0; i < rows.length; i++) {
                fold[rows[i]] = i % folds;
            }
        }
        return fold;
    }

    private static int[] rows(int[] fold, java.util.function.IntPredicate wanted) {
        int[] rows = new int[fold.length];
        int count = 0;
        for (int row = 0; row < fold.length; row++) {
            if (wanted.test(fold[row])) {
                rows[count++] = row;
            }
        }
        return Arrays.copyOf(rows, count);
    }
}
