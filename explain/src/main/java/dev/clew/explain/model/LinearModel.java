package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.Arrays;
import java.util.List;

/** Margin = intercept + Σ coefficient · value, per output. Immutable and thread-safe. */
public final class LinearModel implements Model {
    /** What a missing value means. */
    public enum Missing {
        /** It counts as 0 (gblinear). */
        ZERO,
        /** The model has no rule: the row is refused. */
        REFUSED
    }

    private final ModelDescription description;
    private final FeatureSchema schema;
    private final Link link;
    private final double[][] coefficients;
    private final double[] intercepts;
    private final Missing missing;

    /**
     * A model in memory.
     *
     * @param coefficients outputs × features, finite
     * @param intercepts one per output, finite
     * @throws dev.clew.explain.ExplainException {@code MALFORMED_MODEL} if they are not
     */
    public LinearModel(
            ModelDescription description,
            FeatureSchema schema,
            Link link,
            double[][] coefficients,
            double[] intercepts,
            Missing missing) {
        this.description = description;
        this.schema = schema;
        this.link = link;
        this.coefficients = Arrays.stream(coefficients).map(double[]::clone).toArray(double[][]::new);
        this.intercepts = intercepts.clone();
        this.missing = missing;
        for (double[] row : coefficients) {
            if (row.length != schema.size() || !Arrays.stream(row).allMatch(Double::isFinite)) {
                throw ForestBuilder.malformed("coefficients are not one finite number per feature");
            }
        }
        if (intercepts.length != coefficients.length
                || !Arrays.stream(intercepts).allMatch(Double::isFinite)) {
            throw ForestBuilder.malformed("intercepts are not one finite number per output");
        }
    }

    @Override
    public LinearModel named(List<String> names) {
        return new LinearModel(description, schema.named(names), link, coefficients, intercepts, missing);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public FeatureSchema schema() {
        return schema;
    }

    @Override
    public int outputs() {
        return intercepts.length;
    }

    @Override
    public Link link() {
        return link;
    }

    /** Change of an output's margin per unit of a feature. */
    public double coefficient(int output, int feature) {
        return coefficients[output][feature];
    }

    /** Margin of an output where every feature is 0. */
    public double intercept(int output) {
        return intercepts[output];
    }

    /**
     * The value the model adds up for an input: 0 for a missing one where that is the rule.
     *
     * @throws ExplainException {@code MISSING_NOT_ALLOWED}
     */
    public double effective(int feature, double value) {
        if (!Double.isNaN(value)) {
            return value;
        }
        if (missing == Missing.ZERO) {
            return 0;
        }
        throw new ExplainException(
                Code.MISSING_NOT_ALLOWED,
                "The feature \"%s\" is missing; the model has no rule for missing values. Impute it first."
                        .formatted(schema.features().get(feature).name()));
    }

    @Override
    public void margins(Rows rows, double[] out) {
        rows.mustFit(schema);
        for (int i = 0; i < rows.count(); i++) {
            for (int o = 0; o < outputs(); o++) {
                double sum = intercepts[o];
                for (int j = 0; j < schema.size(); j++) {
                    sum += coefficients[o][j] * effective(j, rows.get(i, j));
                }
                out[i * outputs() + o] = sum;
            }
        }
    }
}
