package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.Correlation;
import dev.clew.explain.model.Rows;

/**
 * Joins groups of features that move together: average linkage on 1 − |correlation| over the background, between groups of their
 * most correlated members; ties by order.
 */
final class Hierarchy {
    /** Joining takes time in the cube of the groups, which no budget of evaluations bounds. */
    private static final int MOST = 2_000;

    private Hierarchy() {}

    /**
     * The two members of each joined cluster; groups are clusters 0 to n − 1, joined ones follow.
     *
     * @throws ExplainException {@code BUDGET_EXCEEDED} for more than 2 000 groups
     */
    static int[][] of(Rows background, int[][] groups) {
        int n = groups.length;
        if (n == 0) {
            return new int[0][];
        }
        if (n > MOST) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "PARTITION joins features that move together; %d vary and %d is the most. Use PERMUTATION, or group them."
                            .formatted(n, MOST));
        }
        double[][] distance = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                distance[i][j] = distance[j][i] = 1 - strongest(background, groups[i], groups[j]);
            }
        }
        int[][] joined = new int[n - 1][];
        boolean[] gone = new boolean[n];
        int[] name = new int[n];
        int[] size = new int[n];
        for (int i = 0; i < n; i++) {
            name[i] = i;
            size[i] = 1;
        }
        for (int step = 0; step < n - 1; step++) {
            int first = -1;
            int second = -1;
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n && !gone[i]; j++) {
                    if (!gone[j] && (first < 0 || distance[i][j] < distance[first][second])) {
                        first = i;
                        second = j;
                    }
                }
            }
            joined[step] = new int[] {name[first], name[second]};
            for (int k = 0; k < n; k++) {
                if (!gone[k] && k != first && k != second) {
                    double mean = (distance[first][k] * size[first] + distance[second][k] * size[second])
                            / (size[first] + size[second]);
                    distance[first][k] = distance[k][first] = mean;
                }
            }
            size[first] += size[second];
            name[first] = n + step;
            gone[second] = true;
        }
        return joined;
    }

    private static double strongest(Rows rows, int[] first, int[] second) {
        double strongest = 0;
        for (int a : first) {
            for (int b : second) {
                strongest = Math.max(strongest, Math.abs(Correlation.of(rows, a, b)));
            }
        }
        return strongest;
    }
}
