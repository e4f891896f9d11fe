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

    private final TreeEnsemble model;
    private final Map<Key, Integer> index = new HashMap<>();
    private final List<Key> keys = new ArrayList<>();
    private final double[][] cuts;

    Columns(TreeEnsemble model) {
        this.model = model;
        cuts = cutsByFeature(model);
        for (int v = 0; v < model.nodes(); v++) {
            if (isRanked(v)) {
                index.computeIfAbsent(key(v), fresh -> {
                    keys.add(fresh);
                    return keys.size() - 1;
                });
            }
        }
    }

    private boolean isRanked(int node) {
        return model.left(node) >= 0 && model.op(node) <= Split.GE;
    }

    private Key key(int node) {
        return new Key(model.feature(node), model.missing(node), isReversed(model.op(node)));
    }

    private static boolean isReversed(byte op) {
        return op == Split.GT || op == Split.GE;
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

    /** Number of columns. */
    public int count() {
        return keys.size();
    }

    /** Column of a node of the model; −1 if the model must be asked directly. */
    public int column(int node) {
        return isRanked(node) ? index.getOrDefault(key(node), -1) : -1;
    }

    /** A rank below this goes left; at least 1. Of nodes that have a column. */
    public int bound(int node) {
        double[] own = cuts[model.feature(node)];
        int below = below(own, model.op(node), model.threshold(node));
        return isReversed(model.op(node)) ? own.length + 1 - below : below;
    }

    /** The feature behind a column. */
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
        double[] own = cuts[key.feature];
        int notAbove = notAbove(own, value);
        return key.reversed ? own.length - notAbove : notAbove;
    }

    /** Number of cuts that are at most the value; the same steps whatever the value, so that no branch is mispredicted. */
    private static int notAbove(double[] cuts, double value) {
        int from = 0;
        int length = cuts.length;
        while (length > 1) {
            int half = length >>> 1;
            from = cuts[from + half - 1] <= value ? from + half : from;
            length -= half;
        }
        return length == 0 || cuts[from] > value ? from : from + 1;
    }
}
