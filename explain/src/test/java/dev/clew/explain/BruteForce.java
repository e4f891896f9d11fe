package dev.clew.explain;

import dev.clew.explain.model.TreeEnsemble;

/** Shapley values of the path-dependent game by the definition, over all subsets of the model's features. */
public final class BruteForce {
    private BruteForce() {}

    /** φ per feature of output 0, and the base at index {@code features}. */
    public static double[] pathDependent(TreeEnsemble model, double[] row) {
        int features = model.schema().size();
        double[] game = new double[1 << features];
        for (int mask = 0; mask < game.length; mask++) {
            game[mask] = model.base(0);
            for (int tree = 0; tree < model.trees(); tree++) {
                game[mask] += model.treeWeight(tree) * expected(model, row, mask, model.root(tree));
            }
        }
        double[] phi = java.util.Arrays.copyOf(shapley(game, features), features + 1);
        phi[features] = game[0];
        return phi;
    }

    /** Shapley values of any game given by its value for every mask. */
    public static double[] shapley(double[] game, int players) {
        double[] weight = new double[players];
        for (int s = 0; s < players; s++) {
            weight[s] = 1.0 / players;
            for (int i = 1; i <= s; i++) {
                weight[s] *= (double) i / (players - i);
            }
        }
        double[] phi = new double[players];
        for (int i = 0; i < players; i++) {
            for (int mask = 0; mask < game.length; mask++) {
                if ((mask >> i & 1) == 0) {
                    phi[i] += weight[Integer.bitCount(mask)] * (game[mask | 1 << i] - game[mask]);
                }
            }
        }
        return phi;
    }

    private static double expected(TreeEnsemble model, double[] row, int mask, int node) {
        int left = model.left(node);
        if (left < 0) {
            return model.leafValue(node);
        }
        if ((mask >> model.feature(node) & 1) != 0) {
            return expected(model, row, mask, model.goesLeft(node, row[model.feature(node)]) ? left : left + 1);
        }
        double parent = model.cover(node);
        double wl = parent <= 0 ? 0.5 : Math.max(model.cover(left) / parent, 1e-12);
        double wr = parent <= 0 ? 0.5 : Math.max(model.cover(left + 1) / parent, 1e-12);
        return wl * expected(model, row, mask, left) + wr * expected(model, row, mask, left + 1);
    }
}
