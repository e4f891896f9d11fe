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
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * LIME for tables: samples drawn around a row, weighted by their distance from it, and a ridge regression of what the model
 * reports on them. By default numbers are cut into quartile bins and the regression knows only whether a sample is in the row's
 * bin; {@link LimeOptions} names the other ways.
 *
 * <p>Attributions are the surrogate's weights in what the model reports, base is its intercept; they do not add up to the
 * prediction but to the surrogate's. Random numbers depend on model, row and seed. Thread-safe.
 */
public final class LimeExplainer implements Explainer {
    private static final long MOST_CELLS = 10_000_000;
    private static final byte[] ENGINE = Provenances.sha256("lime/1".getBytes(StandardCharsets.US_ASCII));

    private final Model model;
    private final Rows training;
    private final LimeOptions options;
    private final long seed;
    private final Sampler sampler;

    private LimeExplainer(Model model, Rows training, LimeOptions options, long seed) {
        this.model = model;
        this.training = training;
        this.options = options;
        this.seed = seed;
        sampler = sampler();
    }

    private Sampler sampler() {
        FeatureSchema schema = model.schema();
        if (options.discretizer() == LimeOptions.Discretizer.NONE) {
            return new NormalSampler(schema, training, options);
        }
        int[] decisions = options.discretizer() == LimeOptions.Discretizer.ENTROPY ? decisions() : new int[0];
        Bins[] bins = new Bins[schema.size()];
        for (int j = 0; j < bins.length; j++) {
            Feature.Type type = schema.features().get(j).type();
            bins[j] = switch (options.discretizer()) {
                case QUARTILE, NONE -> new Bins(training, j, type);
                case DECILE -> Bins.equallyFrequent(training, j, type, 10);
                case ENTROPY -> Bins.separating(training, j, type, decisions);
            };
        }
        return new BinSampler(schema, bins);
    }

    /** The likeliest class of each training row; of a model with one output whether it is at least ½, or above the mean if it never is. */
    private int[] decisions() {
        int outputs = model.outputs();
        double[] values = model.values(training);
        double most = Arrays.stream(values).max().orElse(0);
        double least = Arrays.stream(values).min().orElse(0);
        double mean = Arrays.stream(values).sum() / values.length;
        double threshold = least < 0.5 && most >= 0.5 && most <= 1 && least >= 0 ? 0.5 : mean;
        int[] decisions = new int[training.count()];
        for (int i = 0; i < decisions.length; i++) {
            if (outputs == 1) {
                decisions[i] = values[i] >= threshold ? 1 : 0;
                continue;
            }
            for (int o = 1; o < outputs; o++) {
                if (values[i * outputs + o] > values[i * outputs + decisions[i]]) {
                    decisions[i] = o;
                }
            }
        }
        return decisions;
    }

    /** @param training rows whose distribution samples follow */
    public static LimeExplainer of(Model model, Rows training, long seed) {
        return of(model, training, LimeOptions.DEFAULT, seed);
    }

    /**
     * @param training rows whose distribution samples follow
     * @throws ExplainException {@code BAD_REQUEST} if there are none
     */
    public static LimeExplainer of(Model model, Rows training, LimeOptions options, long seed) {
        if (training.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The training data have no rows; give at least one.");
        }
        return new LimeExplainer(model, training, options, seed);
    }

    /** The surrogate of one output around a row. */
    public Surrogate surrogate(double[] row, int output) {
        return surrogates(row)[output];
    }

    /** What each feature of the surrogate says about the row, e.g. {@code age ≤ 27}. */
    public List<String> conditions(double[] row) {
        return IntStream.range(0, row.length)
                .mapToObj(j -> sampler.condition(j, row[j]))
                .toList();
    }

    /** How alike surrogates of one output are that are fitted again with the seeds that follow; the model is asked for each of them. */
    public Stability stability(double[] row, int output, int repeats) {
        if (repeats < 2) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "Stability compares at least 2 surrogates; %d were asked.".formatted(repeats));
        }
        List<Stability.Fitted> fitted = new ArrayList<>();
        for (int r = 0; r < repeats; r++) {
            Samples samples = samples(row, seed + r);
            double[] target = target(answers(samples), output);
            Surrogate own = fit(samples, target);
            fitted.add(new Stability.Fitted(own.weights(), own.errors(samples.features(), target, samples.weight())));
        }
        return Stability.of(fitted);
    }

    private Samples samples(double[] row, long with) {
        long cells = (long) options.samples() * row.length;
        if (cells > MOST_CELLS) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "%d samples of %d features are more than the %d values that LIME holds at once; ask for fewer samples."
                            .formatted(options.samples(), row.length, MOST_CELLS));
        }
        var random = new Philox(Philox.key(model.description().digest(), row, "LIME_TABULAR", with), 5);
        return sampler.around(row, options.samples(), random);
    }

    private double[] answers(Samples samples) {
        return model.values(
                new Rows(samples.raw(), options.samples(), model.schema().size()));
    }

    private double[] target(double[] answers, int output) {
        double[] target = new double[options.samples()];
        Arrays.setAll(target, s -> answers[s * model.outputs() + output]);
        return target;
    }

    private Surrogate fit(Samples samples, double[] target) {
        return Surrogate.fit(samples.features(), target, samples.weight(), options.selection(), options.features());
    }

    private Surrogate[] surrogates(double[] row) {
        Samples samples = samples(row, seed);
        double[] answers = answers(samples);
        var surrogates = new Surrogate[model.outputs()];
        Arrays.setAll(surrogates, o -> fit(samples, target(answers, o)));
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
        double[] score = new double[margin.length];
        double[] local = new double[margin.length];
        double[] error = new double[rows.count()];
        Arrays.fill(error, Double.NaN);
        boolean cut = options.selection() != LimeOptions.Selection.NONE && features > options.features();
        List<Set<Flag>> flags = new ArrayList<>();
        for (int i = 0; i < rows.count(); i++) {
            Surrogate[] surrogates = surrogates(rows.row(i));
            var own = new HashSet<Flag>();
            for (int o = 0; o < outputs; o++) {
                System.arraycopy(surrogates[o].weights(), 0, values, (i * outputs + o) * features, features);
                base[i * outputs + o] = surrogates[o].intercept();
                score[i * outputs + o] = surrogates[o].score();
                local[i * outputs + o] = surrogates[o].localPrediction();
                if (!surrogates[o].isFaithful()) {
                    own.add(Flag.LOW_FIDELITY);
                }
                if (cut) {
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
                flags,
                new Explanation.Fidelity(score, local));
    }

    @Override
    public Provenance provenance() {
        return Provenances.of(
                model,
                ENGINE,
                "method=LIME_TABULAR;semantics=LOCAL_SURROGATE;space=PROBABILITY;groups=;" + options.settings(),
                "",
                "",
                Optional.of(training),
                Optional.of(seed));
    }
}
