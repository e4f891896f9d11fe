package dev.clew.explain.counterfactual;

import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.util.Arrays;

/** What a change costs: numbers in median absolute deviations of the background, categories 1 each. Immutable. */
final class Scale {
    private final double[] unit;
    private final boolean[] category;
    private final Constraint[] constraints;

    Scale(FeatureSchema schema, Rows background, Constraint[] constraints) {
        this.constraints = constraints;
        unit = new double[schema.size()];
        category = new boolean[schema.size()];
        for (int j = 0; j < unit.length; j++) {
            category[j] = schema.features().get(j).type() == Feature.Type.CATEGORICAL;
            unit[j] = category[j] ? 1 : spread(background, j);
        }
    }

    /** Median absolute deviation, else quartile distance / 1.349, else standard deviation, else 1. */
    private static double spread(Rows rows, int feature) {
        double[] values = new double[rows.count()];
        int count = 0;
        for (int i = 0; i < rows.count(); i++) {
            if (!Double.isNaN(rows.get(i, feature))) {
                values[count++] = rows.get(i, feature);
            }
        }
        if (count == 0) {
            return 1;
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        double median = sorted[count / 2];
        double[] deviations =
                Arrays.stream(sorted).map(v -> Math.abs(v - median)).sorted().toArray();
        double mean = Arrays.stream(sorted).sum() / count;
        double deviation = Math.sqrt(
                Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum() / count);
        for (double candidate :
                new double[] {deviations[count / 2], (sorted[3 * count / 4] - sorted[count / 4]) / 1.349, deviation}) {
            if (candidate > 0 && Double.isFinite(candidate)) {
                return candidate;
            }
        }
        return 1;
    }

    boolean isCategory(int feature) {
        return category[feature];
    }

    double cost(int feature, double from, double to) {
        boolean same = from == to || (Double.isNaN(from) && Double.isNaN(to));
        if (same) {
            return 0;
        }
        double size =
                category[feature] || Double.isNaN(from) || Double.isNaN(to) ? 1 : Math.abs(to - from) / unit[feature];
        return constraints[feature].weight() * size;
    }

    double cost(double[] from, double[] to) {
        double sum = 0;
        for (int j = 0; j < from.length; j++) {
            sum += cost(j, from[j], to[j]);
        }
        return sum;
    }
}
