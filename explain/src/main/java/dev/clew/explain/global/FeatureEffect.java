package dev.clew.explain.global;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.Correlation;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How what a model reports moves with one feature, in the unit of what it reports (a probability, a count, a value).
 *
 * <p>The model is asked grid × rows times in batches of one grid value each (accumulated effects: twice the rows), in the calling
 * thread.
 *
 * @param feature column of the feature
 * @param grid values of the feature, ascending and distinct; codes of categories
 * @param effect per output and grid value: a mean answer, or for accumulated effects the distance from the mean over the rows
 * @param lines individual curves of one output (ICE), one per row and each as long as the grid; empty where not asked
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureEffect(int feature, double[] grid, double[][] effect, double[][] lines) {
    /** Most values of the grid of partial dependence. */
    public static final int GRID = 50;

    private static final int ALE_BINS = 32;

    /** Most individual curves. */
    public static final int MAX_LINES = 200;

    /**
     * Partial dependence (Friedman 2001, "Greedy function approximation", section 8.2): the mean answer with the feature set to each
     * value of the grid. The grid holds the distinct values if there are at most {@value #GRID}, else as many quantiles between 5 %
     * and 95 %; of categories the commonest, by code. Missing values are set too, but are not part of the grid.
     *
     * @param lines how many individual curves of the first output to keep, the first rows', at most {@value #MAX_LINES}
     * @throws ExplainException {@code BAD_REQUEST} if the feature is missing in every row, and what the model refuses
     */
    public static FeatureEffect partialDependence(Model model, Rows rows, int feature, int lines) {
        return partialDependence(model, rows, feature, lines, 0);
    }

    /**
     * The same with individual curves of another output: individual conditional expectation (Goldstein et al. 2015, "Peeking inside the
     * black box").
     *
     * @param output whose curves are kept, from 0
     */
    public static FeatureEffect partialDependence(Model model, Rows rows, int feature, int lines, int output) {
        double[] values = present(rows, feature);
        double[] grid = isNumber(model.schema(), feature) ? grid(values, GRID, 0.05, 0.95) : commonest(values);
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
     * correlated. The grid holds the bins' edges. Rows where the feature is missing are left out. Categories are taken in the order of
     * their codes, which means something only if the codes do.
     *
     * @throws ExplainException {@code BAD_REQUEST} if the feature is missing in every row, and what the model refuses
     */
    public static FeatureEffect accumulated(Model model, Rows rows, int feature) {
        double[] values = present(rows, feature);
        double[] edges = grid(values, ALE_BINS + 1, 0, 1);
        if (!isNumber(model.schema(), feature)) {
            // Between two codes there is no category.
            edges = Arrays.stream(edges).map(Math::floor).distinct().toArray();
        }
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

    /** The categories that occur most often, at most {@value #GRID}, by code. */
    private static double[] commonest(double[] sorted) {
        return Arrays.stream(sorted)
                .boxed()
                .collect(Collectors.groupingBy(code -> code, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<Double, Long>comparingByValue().reversed())
                .limit(GRID)
                .mapToDouble(Map.Entry::getKey)
                .sorted()
                .toArray();
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
