package dev.clew.explain.lime;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.Bins;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import dev.clew.statistics.distribution.Normal;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Numbers stay numbers: drawn from a normal distribution with the moments of the training data, and standardised by them for the
 * surrogate and the distance. Categories are drawn as often as they occur; for the surrogate they are the case's, or not.
 */
final class NormalSampler implements Sampler {
    private final FeatureSchema schema;
    private final LimeOptions options;

    /** Of categories only. */
    private final Bins[] categories;

    private final double[] mean;
    private final double[] deviation;

    NormalSampler(FeatureSchema schema, Rows training, LimeOptions options) {
        this.schema = schema;
        this.options = options;
        categories = new Bins[schema.size()];
        mean = new double[schema.size()];
        deviation = new double[schema.size()];
        for (int j = 0; j < categories.length; j++) {
            int feature = j;
            Feature.Type type = schema.features().get(j).type();
            categories[j] = new Bins(training, j, type);
            double[] values = IntStream.range(0, training.count())
                    .mapToDouble(i -> training.get(i, feature))
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            mean[j] = Arrays.stream(values).sum() / Math.max(1, values.length);
            double squares = 0;
            for (double value : values) {
                squares += (value - mean[j]) * (value - mean[j]);
            }
            double spread = Math.sqrt(squares / Math.max(1, values.length));
            deviation[j] = spread == 0 ? 1 : spread;
        }
    }

    @Override
    public Samples around(double[] row, int count, Philox random) {
        int features = row.length;
        double[][] seen = new double[count][features];
        double[] raw = new double[Math.multiplyExact(count, features)];
        double[] distance = new double[count];
        int[] stratum = new int[count];
        for (int j = 0; j < features; j++) {
            boolean category = categories[j].isCategorical();
            if (!category && Double.isNaN(row[j])) {
                throw new ExplainException(
                        Code.MISSING_NOT_ALLOWED,
                        "The feature \"%s\" is missing, and LIME without bins needs a number; use bins, or impute it."
                                .formatted(schema.names().get(j)));
            }
            Arrays.setAll(stratum, s -> s);
            if (options.latinHypercube() && !category) {
                random.shuffle(stratum);
            }
            int own = categories[j].bin(row[j]);
            double centre = options.aroundRow() ? row[j] : mean[j];
            double standard = category ? 1 : (row[j] - mean[j]) / deviation[j];
            for (int s = 0; s < count; s++) {
                int at = s * features + j;
                if (s == 0) {
                    raw[at] = row[j];
                    seen[s][j] = standard;
                } else if (category) {
                    int drawn = categories[j].draw(random);
                    raw[at] = categories[j].value(drawn, random);
                    seen[s][j] = drawn == own ? 1 : 0;
                } else {
                    raw[at] = centre + deviation[j] * normal(random, stratum[s], count);
                    seen[s][j] = (raw[at] - mean[j]) / deviation[j];
                }
                distance[s] += (seen[s][j] - standard) * (seen[s][j] - standard);
            }
        }
        double[] weight = new double[count];
        Arrays.setAll(weight, s -> Samples.weight(distance[s], features));
        return new Samples(seen, raw, weight);
    }

    private double normal(Philox random, int stratum, int count) {
        double u = random.nextDouble();
        return Normal.quantile(Math.clamp(options.latinHypercube() ? (stratum + u) / count : u, 1e-15, 1 - 1e-15));
    }

    @Override
    public String condition(int feature, double value) {
        String name = schema.names().get(feature);
        return categories[feature].isCategorical() ? name + " = " + schema.display(feature, value) : name;
    }
}
