package dev.clew.explain.counterfactual;

import dev.clew.explain.model.Feature;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.Split;
import dev.clew.explain.model.TreeEnsemble;
import java.util.TreeSet;

/**
 * Values worth trying for a feature. For trees these are the values next to each threshold, which is all that can change
 * an answer, in the precision in which the model compares; otherwise quantiles of the background. Categories are tried all. A
 * feature that is whole in every background row stays whole.
 */
final class Candidates {
    private static final int QUANTILES = 64;
    private static final int MAX_CODE = 1_000;

    private final TreeSet<Double>[] values;
    private final boolean[] category;
    private final boolean[] whole;
    private final boolean complete;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Candidates(Model model, Rows background) {
        int features = model.schema().size();
        values = new TreeSet[features];
        category = new boolean[features];
        whole = new boolean[features];
        for (int j = 0; j < features; j++) {
            values[j] = new TreeSet<>();
            Feature feature = model.schema().features().get(j);
            category[j] = feature.type() == Feature.Type.CATEGORICAL;
            whole[j] = feature.type() == Feature.Type.INTEGER
                    || feature.type() == Feature.Type.BOOLEAN
                    || isWhole(background, j);
            for (int code = 0; code < Math.min(feature.categories().size(), MAX_CODE); code++) {
                values[j].add((double) code);
            }
        }
        complete = model instanceof TreeEnsemble trees && !trees.hasLinearLeaves();
        if (model instanceof TreeEnsemble trees) {
            thresholds(trees);
        }
        if (!complete) {
            quantiles(background);
        }
        for (int j = 0; j < features; j++) {
            // A file that does not name its categories: those that occur.
            if (category[j] && values[j].isEmpty()) {
                seen(background, j);
            }
        }
    }

    private void seen(Rows background, int feature) {
        for (int i = 0; i < background.count() && values[feature].size() < MAX_CODE; i++) {
            if (!Double.isNaN(background.get(i, feature))) {
                values[feature].add(background.get(i, feature));
            }
        }
    }

    private static boolean isWhole(Rows rows, int feature) {
        for (int i = 0; i < rows.count(); i++) {
            double value = rows.get(i, feature);
            if (!Double.isNaN(value) && value != Math.rint(value)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a value between two allowed ones may do better than both. */
    boolean isContinuous(int feature) {
        return !complete && !category[feature];
    }

    /** Distance of allowed values from the present one; 0 for any. */
    double step(int feature, Constraint constraint) {
        return constraint.step() > 0 ? constraint.step() : whole[feature] && !category[feature] ? 1 : 0;
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

    private void quantiles(Rows background) {
        for (int j = 0; j < values.length; j++) {
            if (category[j]) {
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

    /** Allowed values other than the present one; in steps where the constraint asks for them, whole where the data are. */
    double[] of(int feature, double from, Constraint constraint) {
        double step = step(feature, constraint);
        var allowed = new TreeSet<Double>();
        for (double value : values[feature]) {
            if (Double.isNaN(from) && whole[feature]) {
                allowed.add(Math.floor(value));
                allowed.add(Math.ceil(value));
            } else if (step == 0 || Double.isNaN(from)) {
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
