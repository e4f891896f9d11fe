package dev.clew.explain;

import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;

/** Shapley values of the path-dependent game by the definition, over all subsets of the model's features. */
public final class BruteForce {
    private BruteForce() {}

    /** φ per feature of output 0, and the base at index {@code features}. */
    public static double[] pathDependent(TreeEnsemble model, double[] row) {
        int features = model.schema().size();
        double[] game = pathDependentGame(model, row);
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

    /** Value of every coalition of output 0 when absent features come from the rows of a background. */
    public static double[] interventional(Model model, double[] row, Rows background) {
        double[] game = new double[1 << row.length];
        for (int mask = 0; mask < game.length; mask++) {
            for (int r = 0; r < background.count(); r++) {
                double[] mixed = background.row(r);
                for (int j = 0; j < row.length; j++) {
                    mixed[j] = (mask >> j & 1) != 0 ? row[j] : mixed[j];
                }
                double[] margin = new double[model.outputs()];
                if (model instanceof TreeEnsemble ensemble) {
                    ensemble.exactMargins(Rows.of(mixed), margin);
                } else {
                    model.margins(Rows.of(mixed), margin);
                }
                game[mask] += margin[0] / background.count();
            }
        }
        return game;
    }

    /** Value of every coalition of the path-dependent game of output 0. */
    public static double[] pathDependentGame(TreeEnsemble model, double[] row) {
        double[] game = new double[1 << row.length];
        for (int mask = 0; mask < game.length; mask++) {
            game[mask] = model.base(0);
            for (int tree = 0; tree < model.trees(); tree++) {
                game[mask] += model.treeWeight(tree) * expected(model, row, mask, model.root(tree));
            }
        }
        return game;
    }

    /** What a relative tolerance is relative to: the largest value of a game, but at least 1. */
    public static double size(double[] game) {
        double size = 1;
        for (double value : game) {
            size = Math.max(size, Math.abs(value));
        }
        return size;
    }

    /** Shapley interaction index of two players. */
    public static double interaction(double[] game, int players, int i, int j) {
        double sum = 0;
        for (int mask = 0; mask < game.length; mask++) {
            if ((mask >> i & 1) != 0 || (mask >> j & 1) != 0) {
                continue;
            }
            int s = Integer.bitCount(mask);
            double weight = 1.0 / (players - 1);
            for (int k = 1; k <= s; k++) {
                weight *= (double) k / (players - 1 - k);
            }
            sum += weight * (game[mask | 1 << i | 1 << j] - game[mask | 1 << i] - game[mask | 1 << j] + game[mask]);
        }
        return sum;
    }
}
