package dev.clew.explain.lime;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.internal.Bins;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.internal.Provenances;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * LIME for tables, discretised by quartiles: 5 000 samples drawn from the training data's bins, each binary (in the case's
 * bin or not), weighted by how few features changed, and a ridge regression of what the model reports.
 *
 * <p>Attributions are the surrogate's weights in what the model reports, base is its intercept; they do not add up to the
 * prediction but to the surrogate's. Random numbers depend on model, row and seed. Thread-safe.
 */
public final class LimeExplainer implements Explainer {
    private static final int SAMPLES = 5_000;
    private static final int MAX_FEATURES = 10;
    private static final byte[] ENGINE = Provenances.sha256("lime/1".getBytes(StandardCharsets.US_ASCII));

    private final Model model;
    private final Rows training;
    private final long seed;
    private final Bins[] bins;

    private LimeExplainer(Model model, Rows training, long seed) {
        this.model = model;
        this.training = training;
        this.seed = seed;
        bins = new Bins[model.schema().size()];
        Arrays.setAll(
                bins,
                j -> new Bins(training, j, model.schema().features().get(j).type()));
    }

    /** @param training rows whose distribution samples follow */
    public static LimeExplainer of(Model model, Rows training, long seed) {
        if (training.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The training data have no rows; give at least one.");
        }
        return new LimeExplainer(model, training, seed);
    }

    /** The surrogate of one output around a row. */
    public Surrogate surrogate(double[] row, int output) {
        return surrogates(row)[output];
    }

    /** What each feature's bin of the row says, e.g. {@code age ≤ 27}. */
    public List<String> conditions(double[] row) {
        List<String> conditions = new ArrayList<>();
        for (int j = 0; j < row.length; j++) {
            int feature = j;
            conditions.add(bins[j].text(
                    bins[j].bin(row[j]),
                    model.schema().names().get(j),
                    v -> model.schema().display(feature, v)));
        }
        return conditions;
    }

    private Surrogate[] surrogates(double[] row) {
        int features = row.length;
        var random = new Philox(Philox.key(model.description().digest(), row, "LIME_TABULAR", seed), 5);
        double[][] binary = new double[SAMPLES][features];
        double[] raw = new double[SAMPLES * features];
        double[] weight = new double[SAMPLES];
        double width = 0.75 * Math.sqrt(features);
        for (int s = 0; s < SAMPLES; s++) {
            int changed = 0;
            for (int j = 0; j < features; j++) {
                int own = bins[j].bin(row[j]);
                int drawn = s == 0 ? own : bins[j].draw(random);
                binary[s][j] = drawn == own ? 1 : 0;
                changed += drawn == own ? 0 : 1;
                raw[s * features + j] = s == 0 ? row[j] : bins[j].value(drawn, random);
            }
            weight[s] = Math.sqrt(StrictMath.exp(-changed / (width * width)));
        }
        double[] answers = model.values(new Rows(raw, SAMPLES, features));
        var surrogates = new Surrogate[model.outputs()];
        for (int o = 0; o < surrogates.length; o++) {
            double[] target = new double[SAMPLES];
            for (int s = 0; s < SAMPLES; s++) {
                target[s] = answers[s * surrogates.length + o];
            }
            surrogates[o] = Surrogate.fit(binary, target, weight, MAX_FEATURES);
        }
        return surrogates;
    }

    @Override
    public Explanation explain(Rows rows) {
        int outputs = model.outputs();
        int features = model.schema().size();
        double[] margin = new double[rows.count() * outputs];
        model.margins(rows, margin);
        double[] values = new double[rows.count() * outputs * features];
        double[] base = new double[margin.length];
        double[] error = new double[rows.count()];
        Arrays.fill(error, Double.NaN);
        List<Set<Flag>> flags = new ArrayList<>();
        for (int i = 0; i < rows.count(); i++) {
            Surrogate[] surrogates = surrogates(rows.row(i));
            var own = new HashSet<Flag>();
            for (int o = 0; o < outputs; o++) {
                System.arraycopy(surrogates[o].weights(), 0, values, (i * outputs + o) * features, features);
                base[i * outputs + o] = surrogates[o].intercept();
                if (!(surrogates[o].score() >= Surrogate.LEAST_SCORE)) {
                    own.add(Flag.LOW_FIDELITY);
                }
                if (features > MAX_FEATURES) {
                    own.add(Flag.TRUNCATED);
                }
            }
            flags.add(own);
        }
        return new Explanation(
                rows.count(),
                outputs,
                features,
                values,
                base,
                margin,
                model.values(rows),
                error,
                null,
                Method.LIME_TABULAR,
                Semantics.LOCAL_SURROGATE,
                OutputSpace.PROBABILITY,
                flags);
    }

    @Override
    public Provenance provenance() {
        return Provenances.of(
                model,
                ENGINE,
                "method=LIME_TABULAR;semantics=LOCAL_SURROGATE;space=PROBABILITY;groups=;samples=" + SAMPLES,
                "",
                "",
                Optional.of(training),
                Optional.of(seed));
    }
}
