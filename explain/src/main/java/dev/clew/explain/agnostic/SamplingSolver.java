package dev.clew.explain.agnostic;

import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Štrumbelj and Kononenko (2014), "Explaining prediction models and individual predictions with feature contributions":
 * each player's gain over random coalitions, each on its own, so the result does not add up. For comparison only.
 */
final class SamplingSolver {
    private static final int LEAST = 100;
    private static final int DEFAULT_PER_PLAYER = 500;

    private SamplingSolver() {}

    static Solution solve(Game game, long key) {
        int n = game.players();
        game.need(2L * n * LEAST, "SAMPLING");
        int outputs = game.outputs();
        double[][] sum = new double[outputs][n];
        double[][] squares = new double[outputs][n];
        long[] count = new long[n];
        for (int i = 0; i < n; i++) {
            draw(game, new Philox(key, 2L + i), i, LEAST, sum, squares, count);
        }
        long left = Math.min(game.affordable(), 2L * n * DEFAULT_PER_PLAYER) / 2;
        double[] spread = new double[n];
        double total = 0;
        for (int i = 0; i < n; i++) {
            for (int o = 0; o < outputs; o++) {
                spread[i] += Math.max(0, squares[o][i] / LEAST - (sum[o][i] / LEAST) * (sum[o][i] / LEAST));
            }
            total += spread[i];
        }
        for (int i = 0; i < n && total > 0; i++) {
            int more = (int) (left * (spread[i] / total));
            draw(game, new Philox(key, 2L + n + i), i, more, sum, squares, count);
        }
        double[][] phi = new double[outputs][n];
        double[][] error = new double[outputs][n];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < n; i++) {
                double mean = sum[o][i] / count[i];
                phi[o][i] = mean;
                error[o][i] = Math.sqrt(Math.max(0, squares[o][i] / count[i] - mean * mean) / count[i]);
            }
        }
        return new Solution(phi, error, Set.of());
    }

    private static void draw(
            Game game, Philox random, int player, int times, double[][] sum, double[][] squares, long[] count) {
        int n = game.players();
        int[] order = new int[n];
        List<BitSet> masks = new ArrayList<>();
        for (int t = 0; t < times; t++) {
            Arrays.setAll(order, i -> i);
            random.shuffle(order);
            var before = new BitSet(n);
            for (int i = 0; order[i] != player; i++) {
                before.set(order[i]);
            }
            var with = (BitSet) before.clone();
            with.set(player);
            masks.add(before);
            masks.add(with);
        }
        List<double[]> values = game.values(masks);
        for (int t = 0; t < times; t++) {
            for (int o = 0; o < sum.length; o++) {
                double gain = values.get(2 * t + 1)[o] - values.get(2 * t)[o];
                sum[o][player] += gain;
                squares[o][player] += gain * gain;
            }
        }
        count[player] += times;
    }
}
