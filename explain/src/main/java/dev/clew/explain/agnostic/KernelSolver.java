package dev.clew.explain.agnostic;

import dev.clew.explain.attribution.Flag;
import dev.clew.explain.internal.LeastSquares;
import dev.clew.explain.internal.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kernel SHAP: weighted least squares over coalitions, sampled as shap samples them, sizes from the outside in completely
 * as far as the samples reach. Equal to EXACT when every coalition is enumerated (up to 11 players by default).
 *
 * <p>Unlike shap nothing is cut: its default {@code l1_reg="num_features(10)"} sets every further feature to exactly 0.
 */
final class KernelSolver {
    private static final int BASE_SAMPLES = 2_048;

    private final Game game;
    private final int n;
    private final Philox random;
    private final List<BitSet> masks = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    private KernelSolver(Game game, long key) {
        this.game = game;
        this.n = game.players();
        this.random = new Philox(key, 3);
    }

    static Solution solve(Game game, long key) {
        return new KernelSolver(game, key).run();
    }

    private Solution run() {
        int outputs = game.outputs();
        var full = new BitSet(n);
        full.set(0, n);
        List<double[]> ends = game.values(List.of(new BitSet(n), full));
        double[][] phi = new double[outputs][n];
        if (n == 0) {
            return Solution.exact(phi);
        }
        if (n == 1) {
            for (int o = 0; o < outputs; o++) {
                phi[o][0] = ends.get(1)[o] - ends.get(0)[o];
            }
            return Solution.exact(phi);
        }
        long samples = Math.min(2L * n + BASE_SAMPLES, n <= 30 ? (1L << n) - 2 : 1L << 30);
        samples = Math.min(samples, game.affordable());
        game.need(Math.min(samples, n + 2L), "KERNEL");
        choose(samples);
        List<double[]> values = game.values(masks);
        var flags = EnumSet.noneOf(Flag.class);
        for (int o = 0; o < outputs; o++) {
            double base = ends.get(0)[o];
            double total = ends.get(1)[o] - base;
            double[][] x = new double[masks.size()][n - 1];
            double[] y = new double[masks.size()];
            double[] w = new double[masks.size()];
            for (int s = 0; s < y.length; s++) {
                boolean last = masks.get(s).get(n - 1);
                for (int i = 0; i < n - 1; i++) {
                    x[s][i] = (masks.get(s).get(i) ? 1 : 0) - (last ? 1 : 0);
                }
                y[s] = values.get(s)[o] - base - (last ? total : 0);
                w[s] = weights.get(s);
            }
            var solution = LeastSquares.solve(x, y, w, 0);
            if (solution.singular()) {
                flags.add(Flag.SINGULAR);
            }
            double sum = 0;
            for (int i = 0; i < n - 1; i++) {
                phi[o][i] = solution.coefficients()[i];
                sum += phi[o][i];
            }
            phi[o][n - 1] = total - sum;
            for (int i = 0; i < n; i++) {
                phi[o][i] = Math.abs(phi[o][i]) < 1e-10 ? 0 : phi[o][i];
            }
        }
        return new Solution(phi, null, flags);
    }

    private void choose(long samples) {
        int sizes = (n - 1 + 1) / 2;
        int paired = (n - 1) / 2;
        double[] weight = new double[sizes];
        double all = 0;
        for (int s = 1; s <= sizes; s++) {
            weight[s - 1] = (n - 1.0) / ((double) s * (n - s)) * (s <= paired ? 2 : 1);
            all += weight[s - 1];
        }
        for (int s = 0; s < sizes; s++) {
            weight[s] /= all;
        }
        double[] remaining = weight.clone();
        long left = samples;
        int complete = 0;
        for (int s = 1; s <= sizes; s++) {
            double subsets = binomial(n, s) * (s <= paired ? 2 : 1);
            if (left * remaining[s - 1] / subsets < 1 - 1e-8) {
                break;
            }
            complete++;
            left -= (long) subsets;
            if (remaining[s - 1] < 1) {
                double rest = 1 - remaining[s - 1];
                for (int i = 0; i < sizes; i++) {
                    remaining[i] /= rest;
                }
            }
            double each = weight[s - 1] / binomial(n, s) / (s <= paired ? 2 : 1);
            enumerate(s, s <= paired, each);
        }
        if (complete < sizes && left > 0) {
            sample(weight, complete, paired, left);
        }
    }

    private void enumerate(int size, boolean withComplement, double weight) {
        int[] member = new int[size];
        Arrays.setAll(member, i -> i);
        while (true) {
            var mask = new BitSet(n);
            for (int player : member) {
                mask.set(player);
            }
            masks.add(mask);
            weights.add(weight);
            if (withComplement) {
                var other = (BitSet) mask.clone();
                other.flip(0, n);
                masks.add(other);
                weights.add(weight);
            }
            int i = size - 1;
            while (i >= 0 && member[i] == n - size + i) {
                i--;
            }
            if (i < 0) {
                return;
            }
            member[i]++;
            for (int j = i + 1; j < size; j++) {
                member[j] = member[j - 1] + 1;
            }
        }
    }

    private void sample(double[] weight, int complete, int paired, long left) {
        double[] share = Arrays.copyOfRange(weight, complete, weight.length);
        for (int i = 0; i < share.length; i++) {
            share[i] /= complete + i + 1 <= paired ? 2 : 1;
        }
        double total = Arrays.stream(share).sum();
        double rest = 0;
        for (int i = complete; i < weight.length; i++) {
            rest += weight[i];
        }
        Map<BitSet, Integer> seen = new HashMap<>();
        int from = masks.size();
        long room = left;
        int[] order = new int[n];
        for (long draw = 0; draw < 4 * left && room > 0; draw++) {
            double u = random.nextDouble() * total;
            int at = 0;
            while (at < share.length - 1 && u >= share[at]) {
                u -= share[at++];
            }
            int size = complete + at + 1;
            Arrays.setAll(order, i -> i);
            random.shuffle(order);
            var mask = new BitSet(n);
            for (int i = 0; i < size; i++) {
                mask.set(order[i]);
            }
            room -= count(mask, seen);
            if (room > 0 && size <= paired) {
                mask.flip(0, n);
                room -= count(mask, seen);
            }
        }
        double drawn = 0;
        for (int i = from; i < weights.size(); i++) {
            drawn += weights.get(i);
        }
        for (int i = from; i < weights.size(); i++) {
            weights.set(i, weights.get(i) * rest / drawn);
        }
    }

    /** 1 if the coalition is new, 0 if it only grew heavier. */
    private int count(BitSet mask, Map<BitSet, Integer> seen) {
        Integer at = seen.get(mask);
        if (at != null) {
            weights.set(at, weights.get(at) + 1);
            return 0;
        }
        var copy = (BitSet) mask.clone();
        seen.put(copy, masks.size());
        masks.add(copy);
        weights.add(1.0);
        return 1;
    }

    private static double binomial(int n, int k) {
        double value = 1;
        for (int i = 1; i <= k; i++) {
            value = value * (n - k + i) / i;
        }
        return Math.rint(value);
    }
}
