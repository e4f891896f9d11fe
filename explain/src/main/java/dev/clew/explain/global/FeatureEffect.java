package dev.clew.explain.global;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.Correlation;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.Arrays;

/**
 * How what a model reports moves with one feature.
 *
 * @param grid values of the feature
 * @param effect per output and grid value
 * @param lines individual curves of one output (ICE), one per row; empty where not asked
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureEffect(int feature, double[] grid, double[][] effect, double[][] lines) {
    private static final int GRID = 50;
    private static final int ALE_BINS = 32;

    /** Most individual curves. */
    public static final int MAX_LINES = 200;

    /**
     * Partial dependence (Friedman 2001): the mean answer with the feature set to each value of the grid, the distinct
     * values if there are at most 50, else 50 quantiles between 5 % and 95 %.
     *
     * @param lines how many individual curves of the first output to keep, the first rows', at most {@value #MAX_LINES}
     */
    public static FeatureEffect partialDependence(Model model, Rows rows, int feature, int lines) {
        return partialDependence(model, rows, feature, lines, 0);
    }

    /** The same with individual curves of another output: individual conditional expectation (Goldstein et al. 2015). */
    public static FeatureEffect partialDependence(Model model, Rows rows, int feature, int lines, int output) {
        double[] grid = grid(present(rows, feature), GRID, 0.05, 0.95);
        int outputs = model.outputs();
        double[][] effect = new double[outputs][grid.length];
        double[][] ice = new double[Math.min(Math.min(lines, MAX_LINES), rows.count())][grid.length];
        double[] changed = rows.values().clone();
        for (int g = 0; g < grid.length; g++) {
            for (int i = 0; i < rows.count(); i++) {
                changed[i * rows.width() + feature] = grid[g];
            }
            double[] answers = model.values(new Rows(changed, rows.count(), rows.width()));
            for (int i = 0; i < answers.length; i++) {
                effect[i % outputs][g] += answers[i] / rows.count();
            }
            for (int i = 0; i < ice.length; i++) {
                ice[i][g] = answers[i * outputs + output];
            }
        }
        return new FeatureEffect(feature, grid, effect, ice);
    }

    /** The same curves from 0 at the least value of the grid on, so that lines that start apart can be compared. */
    public FeatureEffect centred() {
        return new FeatureEffect(feature, grid, centred(effect), centred(lines));
    }

    private static double[][] centred(double[][] curves) {
        return Arrays.stream(curves)
                .map(curve ->
                        Arrays.stream(curve).map(value -> value - curve[0]).toArray())
                .toArray(double[][]::new);
    }

    /**
     * The number that is most correlated with this one if |r| is above ½, where accumulated effects are to be preferred; −1 if none
     * is. Categories, whose codes have no order, are left out.
     */
    public static int correlated(FeatureSchema schema, Rows rows, int feature) {
        int found = -1;
        double most = 0.5;
        for (int j = 0; j < rows.width() && isNumber(schema, feature); j++) {
            double size = j == feature || !isNumber(schema, j) ? 0 : Math.abs(Correlation.of(rows, feature, j));
            if (size > most) {
                most = size;
                found = j;
            }
        }
        return found;
    }

    private static boolean isNumber(FeatureSchema schema, int feature) {
        return schema.features().get(feature).type() != Feature.Type.CATEGORICAL;
    }

    /**
     * Accumulated local effects (Apley and Zhu 2020): differences inside {@value #ALE_BINS} quantile bins, summed and
     * centred on the rows; unlike partial dependence it asks no rows far from the data, so prefer it where features are
     * correlated. The grid holds the bins' edges.
     */
    public static FeatureEffect accumulated(Model model, Rows rows, int feature) {
        double[] values = present(rows, feature);
        double[] edges = grid(values, ALE_BINS + 1, 0, 1);
        int outputs = model.outputs();
        double[][] effect = new double[outputs][edges.length];
        if (edges.length < 2) {
            return new FeatureEffect(feature, edges, effect, new double[0][]);
        }
        int count = values.length;
        double[] low = new double[count * rows.width()];
        int[] bin = new int[count];
        int at = 0;
        for (int i = 0; i < rows.count(); i++) {
            double x = rows.get(i, feature);
            if (Double.isNaN(x)) {
                continue;
            }
            System.arraycopy(rows.values(), i * rows.width(), low, at * rows.width(), rows.width());
            int b = Arrays.binarySearch(edges, x);
            // Bins are open below and closed above; the least value belongs to the first.
            bin[at++] = Math.clamp((b >= 0 ? b : -b - 1) - 1, 0, edges.length - 2);
        }
        double[] high = low.clone();
        for (int i = 0; i < count; i++) {
            low[i * rows.width() + feature] = edges[bin[i]];
            high[i * rows.width() + feature] = edges[bin[i] + 1];
        }
        double[] before = model.values(new Rows(low, count, rows.width()));
        double[] after = model.values(new Rows(high, count, rows.width()));
        int[] members = new int[edges.length - 1];
        double[][] step = new double[outputs][edges.length - 1];
        for (int i = 0; i < count; i++) {
            members[bin[i]]++;
            for (int o = 0; o < outputs; o++) {
                step[o][bin[i]] += after[i * outputs + o] - before[i * outputs + o];
            }
        }
        for (int o = 0; o < outputs; o++) {
            double mean = 0;
            for (int b = 0; b < members.length; b++) {
                effect[o][b + 1] = effect[o][b] + step[o][b] / Math.max(1, members[b]);
                mean += (effect[o][b] + effect[o][b + 1]) / 2 * members[b] / count;
            }
            for (int g = 0; g < edges.length; g++) {
                effect[o][g] -= mean;
            }
        }
        return new FeatureEffect(feature, edges, effect, new double[0][]);
    }

    private static double[] present(Rows rows, int feature) {
        double[] values = new double[rows.count()];
        int count = 0;
        for (int i = 0; i < rows.count(); i++) {
            if (!Double.isNaN(rows.get(i, feature))) {
                values[count++] = rows.get(i, feature);
            }
        }
        if (count == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The feature has no values in these rows.");
        }
        values = Arrays.copyOf(values, count);
        Arrays.sort(values);
        return values;
    }

    private static double[] grid(double[] sorted, int most, double from, double to) {
        double[] distinct = Arrays.stream(sorted).distinct().toArray();
        if (distinct.length <= most) {
            return distinct;
        }
        double[] grid = new double[most];
        for (int g = 0; g < most; g++) {
            double at = (from + (to - from) * g / (most - 1)) * (sorted.length - 1);
            int low = (int) at;
            double next = sorted[Math.min(low + 1, sorted.length - 1)];
            grid[g] = sorted[low] + (next - sorted[low]) * (at - low);
        }
        return Arrays.stream(grid).distinct().toArray();
    }
}
