package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Shapley values by their definition, over all coalitions; at most 20 players. */
final class ExactSolver {
    static final int MAX_PLAYERS = 20;
    private static final int BATCH = 4_096;

    private ExactSolver() {}

    static Solution solve(Game game) {
        int n = game.players();
        if (n > MAX_PLAYERS) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "EXACT asks 2^players coalitions; %d features vary and %d is the most. Use PERMUTATION."
                            .formatted(n, MAX_PLAYERS));
        }
        int all = 1 << n;
        game.need(all, "EXACT");
        double[][] value = new double[all][];
        for (int from = 0; from < all; from += BATCH) {
            List<BitSet> masks = new ArrayList<>();
            int to = Math.min(all, from + BATCH);
            for (int mask = from; mask < to; mask++) {
                masks.add(BitSet.valueOf(new long[] {mask}));
            }
            List<double[]> answers = game.values(masks);
            for (int mask = from; mask < to; mask++) {
                value[mask] = answers.get(mask - from);
            }
        }
        double[] weight = new double[n];
        for (int s = 0; s < n; s++) {
            weight[s] = 1.0 / n;
            for (int i = 1; i <= s; i++) {
                weight[s] *= (double) i / (n - i);
            }
        }
        double[][] phi = new double[game.outputs()][n];
        for (int i = 0; i < n; i++) {
            for (int mask = 0; mask < all; mask++) {
                if ((mask >> i & 1) != 0) {
                    continue;
                }
                double w = weight[Integer.bitCount(mask)];
                for (int o = 0; o < phi.length; o++) {
                    phi[o][i] += w * (value[mask | 1 << i][o] - value[mask][o]);
                }
            }
        }
        return Solution.exact(phi);
    }
}
