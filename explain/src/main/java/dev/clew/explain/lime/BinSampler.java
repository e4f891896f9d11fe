package dev.clew.explain.lime;

import dev.clew.explain.internal.Bins;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.model.FeatureSchema;

/** Every feature is a bin that the case is in, or not; bins are drawn as often as they occur in the training data. */
record BinSampler(FeatureSchema schema, Bins[] bins) implements Sampler {
    @Override
    public Samples around(double[] row, int count, Philox random) {
        int features = row.length;
        double[][] binary = new double[count][features];
        double[] raw = new double[Math.multiplyExact(count, features)];
        double[] weight = new double[count];
        for (int s = 0; s < count; s++) {
            int changed = 0;
            for (int j = 0; j < features; j++) {
                int own = bins[j].bin(row[j]);
                int drawn = s == 0 ? own : bins[j].draw(random);
                binary[s][j] = drawn == own ? 1 : 0;
                changed += drawn == own ? 0 : 1;
                raw[s * features + j] = s == 0 ? row[j] : bins[j].value(drawn, random);
            }
            weight[s] = Samples.weight(changed, features);
        }
        return new Samples(binary, raw, weight);
    }

    @Override
    public String condition(int feature, double value) {
        return bins[feature].text(
                bins[feature].bin(value), schema.names().get(feature), v -> schema.display(feature, v));
    }
}
