package dev.clew.explain.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns comparisons of doubles into comparisons of small integers: a value becomes its rank among all thresholds of its
 * feature once per row, and a node then asks whether the rank is below a bound.
 *
 * <p>A column is a feature seen under one rule for missing values and one direction; a missing value ranks below
 * everything where it goes left, above everything where it goes right. Splits by equality or by sets of categories stay
 * direct questions to the model. Immutable.
 */
public final class Columns {
    static final int MISSING_LEFT = -1;

    /** Above every other rank, and far enough from the end of the range that differences do not overflow. */
    static final int MISSING_RIGHT = 1 << 30;

    private record Key(int feature, byte rule, boolean reversed) {}

    private final List<Key> keys = new ArrayList<>();
    private final List<double[]> cuts = new ArrayList<>();
    private final int[] column;
    private final int[] bound;

    Columns(TreeEnsemble model) {
        int nodes = model.nodes();
        column = new int[nodes];
        bound = new int[nodes];
        double[][] byFeature = cutsByFeature(model);
        Map<Key, Integer> index = new HashMap<>();
        for (int v = 0; v < nodes; v++) {
            column[v] = -1;
            if (model.left(v) < 0 || model.op(v) > Split.GE) {
                continue;
            }
            byte op = model.op(v);
            boolean reversed = op == Split.GT || op == Split.GE;
            var key = new Key(model.feature(v), model.missing(v), reversed);
            double[] own = byFeature[model.feature(v)];
            column[v] = index.computeIfAbsent(key, fresh -> {
                keys.add(fresh);
                cuts.add(own);
                return keys.size() - 1;
            });
            int below = below(own, op, model.threshold(v));
            bound[v] = reversed ? own.length + 1 - below : below;
        }
    }

    /** x ≤ t is x < nextUp(t), so one kind of cut serves every comparison; only x ≤ ∞ has none. */
    private static double cut(byte op, double threshold) {
        return op == Split.LE || op == Split.GT ? Math.nextUp(threshold) : threshold + 0.0;
    }

    private static boolean alwaysBelow(byte op, double threshold) {
        return threshold == Double.POSITIVE_INFINITY && (op == Split.LE || op == Split.GT);
    }

    private static double[][] cutsByFeature(TreeEnsemble model) {
        int[] count = new int[model.schema().size()];
        for (int v = 0; v < model.nodes(); v++) {
            if (isCut(model, v)) {
                count[model.feature(v)]++;
            }
        }
        double[][] cuts = new double[count.length][];
        for (int f = 0; f < cuts.length; f++) {
            cuts[f] = new double[count[f]];
        }
        for (int v = 0; v < model.nodes(); v++) {
            if (isCut(model, v)) {
                int f = model.feature(v);
                cuts[f][--count[f]] = cut(model.op(v), model.threshold(v));
            }
        }
        for (int f = 0; f < cuts.length; f++) {
            Arrays.sort(cuts[f]);
            int distinct = 0;
            for (double cut : cuts[f]) {
                if (distinct == 0 || cut != cuts[f][distinct - 1]) {
                    cuts[f][distinct++] = cut;
                }
            }
            cuts[f] = Arrays.copyOf(cuts[f], distinct);
        }
        return cuts;
    }

    private static boolean isCut(TreeEnsemble model, int v) {
        return model.left(v) >= 0 && model.op(v) <= Split.GE && !alwaysBelow(model.op(v), model.threshold(v));
    }

    private static int below(double[] cuts, byte op, double threshold) {
        return alwaysBelow(op, threshold) ? cuts.length + 1 : Arrays.binarySearch(cuts, cut(op, threshold)) + 1;
    }

    public int count() {
        return keys.size();
    }

    /** Column of a node of the model; −1 if the model must be asked directly. */
    public int column(int node) {
        return column[node];
    }

    /** A rank below this goes left; at least 1. */
    public int bound(int node) {
        return bound[node];
    }

    public int feature(int column) {
        return keys.get(column).feature;
    }

    /** Rank of a prepared value. */
    public int rank(int column, double x) {
        Key key = keys.get(column);
        double value = x;
        int missing = (key.rule & Split.MISSING_LEFT) != 0 ? MISSING_LEFT : MISSING_RIGHT;
        if (Double.isNaN(value)) {
            if ((key.rule & Split.NAN_IS_ZERO) == 0) {
                return missing;
            }
            value = 0;
        }
        if ((key.rule & Split.ZERO_IS_MISSING) != 0 && Math.abs(value) <= Split.ZERO) {
            return missing;
        }
        double[] own = cuts.get(column);
        int low = 0;
        int high = own.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (own[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return key.reversed ? own.length - low : low;
    }
}
