package dev.clew.explain.linear;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * SHAP values of a linear model in margin space, one matrix product per row.
 *
 * <p>INTERVENTIONAL: φ = β · (x − μ) with the background's mean μ. CORRELATION_DEPENDENT: absent features take their
 * expectation given the present ones under the background's covariance ({@link CorrelationTransform}). Base is the margin
 * at μ. Agrees with shap's {@code LinearExplainer} within 1e-12 (golden/shap/linear-independent.jsonl). Categories count by their
 * codes. Immutable and thread-safe.
 */
public final class LinearExplainer implements Explainer {
    private static final byte[] ENGINE = Provenances.sha256("linear/1".getBytes(StandardCharsets.US_ASCII));

    private final LinearModel model;
    private final Rows background;
    private final Semantics semantics;
    private final long seed;
    private final double[] mean;
    private final double[] base;

    /** Per output: attribution of feature i per unit of x_j − μ_j. */
    private final double[][][] transform;

    private LinearExplainer(LinearModel model, Rows background, Semantics semantics, long seed) {
        this.model = model;
        this.background = background;
        this.semantics = semantics;
        this.seed = seed;
        int features = model.schema().size();
        mean = new double[features];
        for (int j = 0; j < features; j++) {
            for (int r = 0; r < background.count(); r++) {
                mean[j] += model.effective(j, background.get(r, j));
            }
            mean[j] /= background.count();
        }
        base = new double[model.outputs()];
        transform = new double[base.length][][];
        for (int o = 0; o < base.length; o++) {
            base[o] = model.intercept(o);
            double[] slope = new double[features];
            for (int j = 0; j < features; j++) {
                slope[j] = model.coefficient(o, j);
                base[o] += slope[j] * mean[j];
            }
            if (semantics == Semantics.CORRELATION_DEPENDENT) {
                transform[o] = new CorrelationTransform(model, background, mean, slope, seed).matrix();
            }
        }
    }

    /** INTERVENTIONAL attributions; a background as for the other one. */
    public static LinearExplainer of(Model model, Rows background) {
        return of(model, background, Semantics.INTERVENTIONAL, 0);
    }

    /**
     * Prepares a model.
     *
     * @param seed of the random orders of CORRELATION_DEPENDENT with more than 10 features
     * @throws ExplainException {@code UNSUPPORTED_MODEL} if it is not linear, {@code BAD_REQUEST} for an empty background or
     *     other semantics
     */
    public static LinearExplainer of(Model model, Rows background, Semantics semantics, long seed) {
        if (!(model instanceof LinearModel linear)) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "LINEAR explains linear models; this model is %s."
                            .formatted(model.description().format()));
        }
        if (background.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The background has no rows; give at least one.");
        }
        if (semantics != Semantics.INTERVENTIONAL && semantics != Semantics.CORRELATION_DEPENDENT) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "LINEAR knows INTERVENTIONAL and CORRELATION_DEPENDENT, not %s.".formatted(semantics));
        }
        return new LinearExplainer(linear, background, semantics, seed);
    }

    @Override
    public Explanation explain(Rows rows) {
        int outputs = model.outputs();
        int features = model.schema().size();
        double[] margin = new double[rows.count() * outputs];
        model.margins(rows, margin);
        double[] values = new double[rows.count() * outputs * features];
        double[] bases = new double[margin.length];
        double[] error = new double[rows.count()];
        double[] delta = new double[features];
        for (int i = 0; i < rows.count(); i++) {
            for (int j = 0; j < features; j++) {
                delta[j] = model.effective(j, rows.get(i, j)) - mean[j];
            }
            for (int o = 0; o < outputs; o++) {
                int at = (i * outputs + o) * features;
                double sum = base[o];
                for (int f = 0; f < features; f++) {
                    values[at + f] = attribution(o, f, delta);
                    sum += values[at + f];
                }
                bases[i * outputs + o] = base[o];
                error[i] = Math.max(error[i], Math.abs(sum - margin[i * outputs + o]));
            }
        }
        return new Explanation(
                rows.count(),
                outputs,
                features,
                values,
                bases,
                margin,
                model.values(rows),
                error,
                null,
                Method.LINEAR,
                semantics,
                OutputSpace.MARGIN);
    }

    private double attribution(int output, int feature, double[] delta) {
        if (semantics == Semantics.INTERVENTIONAL) {
            return model.coefficient(output, feature) * delta[feature];
        }
        double sum = 0;
        for (int j = 0; j < delta.length; j++) {
            sum += transform[output][feature][j] * delta[j];
        }
        return sum;
    }

    @Override
    public Provenance provenance() {
        boolean correlated = semantics == Semantics.CORRELATION_DEPENDENT;
        return Provenances.of(
                model,
                ENGINE,
                "method=LINEAR;semantics=%s;space=MARGIN;groups=;permutations=%d"
                        .formatted(semantics, correlated ? CorrelationTransform.PERMUTATIONS : 0),
                "",
                "",
                Optional.of(background),
                correlated ? Optional.of(seed) : Optional.empty());
    }
}
