package dev.clew.explain.counterfactual;

import dev.clew.explain.model.Feature;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.Split;
import dev.clew.explain.model.TreeEnsemble;
import java.util.TreeSet;

/**
 * Values worth trying for a feature. For trees these are the values next to each threshold, which is all that can change
 * an answer, in the precision in which the model compares; otherwise quantiles of the background. Categories are tried all.
 */
final class Candidates {
    private static final int QUANTILES = 64;
    private static final int MAX_CODE = 1_000;

    private final TreeSet<Double>[] values;
    private final boolean complete;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Candidates(Model model, Rows background) {
        int features = model.schema().size();
        values = new TreeSet[features];
        for (int j = 0; j < features; j++) {
            values[j] = new TreeSet<>();
            Feature feature = model.schema().features().get(j);
            for (int code = 0; code < Math.min(feature.categories().size(), MAX_CODE); code++) {
                values[j].add((double) code);
            }
        }
        complete = model instanceof TreeEnsemble;
        if (model instanceof TreeEnsemble trees) {
            thresholds(trees);
        } else {
            quantiles(model, background);
        }
    }

    /** Whether nothing outside the candidates could do better. */
    boolean isComplete() {
        return complete;
    }

    private void thresholds(TreeEnsemble trees) {
        boolean floats = trees.precision() != TreeEnsemble.Precision.DOUBLE;
        for (int v = 0; v < trees.nodes(); v++) {
            if (trees.left(v) < 0 || trees.op(v) > Split.NE) {
                continue;
            }
            double t = trees.threshold(v);
            if (!Double.isFinite(t)) {
                continue;
            }
            TreeSet<Double> own = values[trees.feature(v)];
            own.add(t);
            own.add(floats ? (double) Math.nextDown((float) t) : Math.nextDown(t));
            own.add(floats ? (double) Math.nextUp((float) t) : Math.nextUp(t));
        }
    }

    private void quantiles(Model model, Rows background) {
        for (int j = 0; j < values.length; j++) {
            if (!model.schema().features().get(j).categories().isEmpty()) {
                continue;
            }
            int feature = j;
            double[] sorted = java.util.stream.IntStream.range(0, background.count())
                    .mapToDouble(i -> background.get(i, feature))
                    .filter(value -> !Double.isNaN(value))
                    .sorted()
                    .toArray();
            for (int q = 0; q <= QUANTILES && sorted.length > 0; q++) {
                values[j].add(sorted[(int) ((long) q * (sorted.length - 1) / QUANTILES)]);
            }
        }
    }

    /** Allowed values other than the present one; whole steps where the constraint or the feature's type asks for them. */
    double[] of(int feature, double from, Constraint constraint, Feature.Type type) {
        double step = constraint.step() > 0
                ? constraint.step()
                : type == Feature.Type.INTEGER || type == Feature.Type.BOOLEAN ? 1 : 0;
        var allowed = new TreeSet<Double>();
        for (double value : values[feature]) {
            if (step == 0 || Double.isNaN(from)) {
                allowed.add(value);
            } else {
                double steps = (value - from) / step;
                allowed.add(from + Math.floor(steps) * step);
                allowed.add(from + Math.ceil(steps) * step);
            }
        }
        return allowed.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> value != from && constraint.allows(from, value))
                .toArray();
    }
}
