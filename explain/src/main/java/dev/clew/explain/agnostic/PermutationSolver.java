package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;

/**
 * Shapley values from random orders in antithetic pairs: players join in one order, then leave in the same order. Each
 * half-pass adds up to the whole, so the mean does.
 *
 * <p>Ends when the largest standard error of the mean is below 1 % of |value − base| (but after at least 8 pairs), or
 * with the budget: then the result says so.
 */
final class PermutationSolver {
    private static final int LEAST_PAIRS = 8;
    private static final int MOST_PAIRS = 10_000;
    private static final double TOLERANCE = 0.01;

    private final Game game;
    private final Philox random;
    private final int n;
    private final double[][] sum;
    private final double[][] squares;
    private int passes;

    private PermutationSolver(Game game, long key) {
        this.game = game;
        random = new Philox(key, 1);
        n = game.players();
        sum = new double[game.outputs()][n];
        squares = new double[game.outputs()][n];
    }

    static Solution solve(Game game, long key) {
        return new PermutationSolver(game, key).run();
    }

    private Solution run() {
        game.need(2L * n + 1, "PERMUTATION");
        int[] order = new int[n];
        var flags = EnumSet.noneOf(Flag.class);
        for (int pair = 0; pair < MOST_PAIRS; pair++) {
            if (pair > 0 && game.affordable() < 2L * n + 1) {
                flags.add(Flag.BUDGET_ENDED);
                break;
            }
            Arrays.setAll(order, i -> i);
            random.shuffle(order);
            try {
                pass(order, true);
                pass(order, false);
            } catch (ExplainException e) {
                // Time ends in the middle of a pair; every pass that was finished adds up by itself.
                if (e.code() != Code.BUDGET_EXCEEDED || passes == 0) {
                    throw e;
                }
                flags.add(Flag.BUDGET_ENDED);
                break;
            }
            if (pair + 1 >= LEAST_PAIRS && precise()) {
                break;
            }
        }
        double[][] phi = new double[sum.length][n];
        double[][] error = new double[sum.length][n];
        for (int o = 0; o < phi.length; o++) {
            for (int i = 0; i < n; i++) {
                phi[o][i] = sum[o][i] / passes;
                error[o][i] = error(o, i);
            }
        }
        return new Solution(phi, error, flags);
    }

    private void pass(int[] order, boolean joining) {
        List<BitSet> masks = new ArrayList<>();
        var mask = new BitSet(n);
        mask.set(0, n, !joining);
        masks.add((BitSet) mask.clone());
        for (int player : order) {
            mask.set(player, joining);
            masks.add((BitSet) mask.clone());
        }
        List<double[]> values = game.values(masks);
        for (int step = 0; step < n; step++) {
            double[] with = values.get(joining ? step + 1 : step);
            double[] without = values.get(joining ? step : step + 1);
            for (int o = 0; o < sum.length; o++) {
                double gain = with[o] - without[o];
                sum[o][order[step]] += gain;
                squares[o][order[step]] += gain * gain;
            }
        }
        passes++;
    }

    private double error(int o, int i) {
        double mean = sum[o][i] / passes;
        double variance = Math.max(0, squares[o][i] / passes - mean * mean) * passes / Math.max(1, passes - 1);
        return Math.sqrt(variance / passes);
    }

    private boolean precise() {
        for (int o = 0; o < sum.length; o++) {
            double total = 0;
            double worst = 0;
            for (int i = 0; i < n; i++) {
                total += sum[o][i] / passes;
                worst = Math.max(worst, error(o, i));
            }
            if (worst > TOLERANCE * Math.abs(total)) {
                return false;
            }
        }
        return true;
    }
}
