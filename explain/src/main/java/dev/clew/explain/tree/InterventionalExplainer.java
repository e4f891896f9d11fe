package dev.clew.explain.tree;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.internal.Parallel;
import dev.clew.explain.model.Link;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Exact interventional SHAP values of a tree ensemble: absent features take their values from the rows of a background.
 *
 * <p>In margin space the background is worked into tables once ({@link PatternTables}), so a row costs the same whatever
 * its size; trees whose tables would be too large are explained against every background row ({@link PairKernel}). In
 * probability space the attributions against each background row are scaled by the slope of the link between the two
 * predictions, as shap does, which costs one pass per background row: keep it small there. In log-loss space the same is done
 * with the loss against a row's label, which explains errors instead of predictions. Interactions are of margins.
 *
 * <p>Base is the mean prediction of the background. Agrees with shap's {@code TreeExplainer(feature_perturbation=
 * "interventional")} within 1e-6 (its float32), categorical splits excepted, which shap compares as numbers. Immutable and
 * thread-safe.
 */
public final class InterventionalExplainer implements Explainer {
    /** Tables of a model may take so much memory; trees beyond it are explained row against row. */
    public static final long MAX_TABLE_BYTES = 256L << 20;

    /** Most rows of a background in probability space, and where trees do not fit into tables. */
    public static final int MAX_PAIRS = 1_000;

    private static final int BLOCK = 256;

    private static final Link SOFTPLUS = new Link(Link.Kind.SOFTPLUS, 1);

    private final TreeEnsemble model;
    private final OutputSpace space;
    private final double[][] background;
    private final EnsembleTables tables;
    private final long maxTableBytes;
    private final double[] base;
    private final double[] backgroundMargins;
    private final Provenance provenance;

    /** Made when first asked for. */
    private @Nullable InterventionalInteractions pairs;

    private InterventionalExplainer(TreeEnsemble model, Rows background, OutputSpace space, long maxTableBytes) {
        this.model = model;
        this.space = space;
        this.background = new double[background.count()][model.schema().size()];
        for (int r = 0; r < background.count(); r++) {
            model.prepare(background.values(), r * background.width(), this.background[r]);
        }
        backgroundMargins = new double[background.count() * model.outputs()];
        model.exactMargins(background, backgroundMargins);
        base = new double[model.outputs()];
        for (int i = 0; i < backgroundMargins.length && space != OutputSpace.LOG_LOSS; i++) {
            base[i % base.length] += explained(backgroundMargins[i], Double.NaN) / background.count();
        }
        tables = new EnsembleTables(
                model, this.background, space == OutputSpace.MARGIN ? maxTableBytes : 0, PatternTables.Of.FEATURES);
        this.maxTableBytes = maxTableBytes;
        if (!tables.areComplete() && background.count() > MAX_PAIRS) {
            throw tooLarge(background.count());
        }
        provenance = TreeProvenance.interventional(model, background, space);
    }

    private static ExplainException tooLarge(int rows) {
        return new ExplainException(
                Code.BUDGET_EXCEEDED,
                "A background of %d rows is too large where every row is compared with every background row (probability space, or trees too deep for tables); %d do."
                        .formatted(rows, MAX_PAIRS));
    }

    /** In margin space. */
    public static InterventionalExplainer of(Model model, Rows background) {
        return of(model, background, OutputSpace.MARGIN);
    }

    /**
     * Prepares a model and a background.
     *
     * @param space {@code MARGIN}; {@code PROBABILITY} for what a model with a link of single margins reports; {@code LOG_LOSS} of a
     *     model of one probability, for {@link #explainLosses}
     * @throws ExplainException {@code UNSUPPORTED_MODEL} if it is no sum of trees, {@code BAD_REQUEST} for an empty background
     *     or a space the model does not have, {@code BUDGET_EXCEEDED} for a background that is too large
     */
    public static InterventionalExplainer of(Model model, Rows background, OutputSpace space) {
        return of(model, background, space, MAX_TABLE_BYTES);
    }

    static InterventionalExplainer of(Model model, Rows background, OutputSpace space, long maxTableBytes) {
        TreeEnsemble ensemble = TreeExplainer.summed(model);
        if (background.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The background has no rows; give at least one.");
        }
        if (space == OutputSpace.VALUE) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "Trees are explained in MARGIN, PROBABILITY or LOG_LOSS space, not in VALUE.");
        }
        if (space == OutputSpace.LOG_LOSS
                && (ensemble.link().kind() != Link.Kind.LOGISTIC || ensemble.outputs() != 1)) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "Losses are explained of a model of one probability; this one reports %d outputs by %s."
                            .formatted(ensemble.outputs(), ensemble.link().kind()));
        }
        if (space == OutputSpace.PROBABILITY && ensemble.link().kind() == Link.Kind.SOFTMAX) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "A softmax couples the outputs, so margins cannot be rescaled to probabilities; use MARGIN, or explain probabilities by"
                            + " EXACT or PERMUTATION.");
        }
        return new InterventionalExplainer(ensemble, background, space, maxTableBytes);
    }

    @Override
    public Explanation explain(Rows rows) {
        return explain(rows, 1);
    }

    @Override
    public Explanation explain(Rows rows, int threads) {
        if (space == OutputSpace.LOG_LOSS) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "A loss needs a label per row; explain losses with their labels.");
        }
        return explain(rows, new double[0], threads);
    }

    /**
     * Explains the logarithmic loss of every row against its label, log(1 + e^f) − y·f; needs {@code LOG_LOSS} space. The base is
     * the mean loss of the background's predictions against that label, and so differs with it; the explanation's prediction
     * is the loss.
     *
     * @param labels one per row, from 0 to 1
     * @throws ExplainException {@code BAD_REQUEST} for labels that do not fit, or another space
     */
    public Explanation explainLosses(Rows rows, double[] labels, int threads) {
        if (space != OutputSpace.LOG_LOSS) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "Losses are explained in LOG_LOSS space, not in %s.".formatted(space));
        }
        if (labels.length != rows.count() || !Arrays.stream(labels).allMatch(label -> label >= 0 && label <= 1)) {
            throw new ExplainException(
                    Code.BAD_REQUEST, "%d rows need as many labels, each from 0 to 1.".formatted(rows.count()));
        }
        return explain(rows, labels, threads);
    }

    /** @param labels empty unless losses are explained */
    private Explanation explain(Rows rows, double[] labels, int threads) {
        int outputs = model.outputs();
        int features = model.schema().size();
        TreeEnsemble.Margins margins = model.margins(rows, threads);
        double[] margin = margins.exact();
        double[] values = new double[margin.length * features];
        double[] bases = new double[margin.length];
        double[] explained = new double[margin.length];
        for (int i = 0; i < margin.length; i++) {
            double label = labels.length == 0 ? Double.NaN : labels[i];
            bases[i] = labels.length == 0 ? base[i % outputs] : meanLoss(label);
            explained[i] = explained(margin[i], label);
        }
        int blocks = (rows.count() + BLOCK - 1) / BLOCK;
        var next = new AtomicInteger();
        Parallel.run(Math.min(threads, blocks), () -> {
            var worker = new Worker(rows, labels, margin, values);
            for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
                worker.add(block * BLOCK, Math.min(rows.count(), (block + 1) * BLOCK));
            }
        });
        return new Explanation(
                rows.count(),
                outputs,
                features,
                values,
                bases,
                margin,
                labels.length == 0 ? reported(margins) : explained,
                TreeExplainer.additivity(rows.count(), outputs, features, values, bases, explained),
                null,
                Method.TREE,
                Semantics.INTERVENTIONAL,
                space);
    }

    /** Whether margins are explained, and the background is small enough where tables of pairs do not fit. */
    @Override
    public boolean hasInteractions() {
        return space == OutputSpace.MARGIN && (background.length <= MAX_PAIRS || pairs().hasTables());
    }

    /**
     * {@inheritDoc}
     *
     * <p>The tables of pairs are made by the first call and kept: up to {@value #MAX_TABLE_BYTES} bytes more.
     *
     * @throws ExplainException {@code UNSUPPORTED_MODEL} in another space than {@code MARGIN}, {@code BUDGET_EXCEEDED} for a background
     *     that is too large
     */
    @Override
    public Interactions interactions(Rows rows, int threads) {
        if (space != OutputSpace.MARGIN) {
            return Explainer.super.interactions(rows, threads);
        }
        if (!hasInteractions()) {
            throw tooLarge(background.length);
        }
        double[] attributions = explain(rows, threads).values();
        return pairs().explain(rows, attributions, base, threads);
    }

    private synchronized InterventionalInteractions pairs() {
        InterventionalInteractions made = pairs;
        if (made == null) {
            made = new InterventionalInteractions(model, background, maxTableBytes);
            pairs = made;
        }
        return made;
    }

    private double[] reported(TreeEnsemble.Margins margins) {
        double[] values = margins.library().clone();
        for (int i = 0; i < values.length; i += model.outputs()) {
            model.link().apply(values, i, model.outputs());
        }
        return values;
    }

    private double meanLoss(double label) {
        double sum = 0;
        for (double reference : backgroundMargins) {
            sum += explained(reference, label);
        }
        return sum / backgroundMargins.length;
    }

    /** What the margin stands for in this space; the label counts for losses alone. */
    private double explained(double margin, double label) {
        return switch (space) {
            case MARGIN -> margin;
            case PROBABILITY, VALUE -> model.link().single(margin);
            case LOG_LOSS -> {
                double logit = model.link().slope() * margin;
                yield SOFTPLUS.single(logit) - label * logit;
            }
        };
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    /** Confined to one thread. */
    private final class Worker {
        private final Rows rows;
        private final double[] labels;
        private final double[] margin;
        private final double[] values;
        private final int features = model.schema().size();
        private final int outputs = model.outputs();
        private final PairKernel pairs = new PairKernel(model);
        private final double[] pair = new double[features];
        private final int[] pattern;

        Worker(Rows rows, double[] labels, double[] margin, double[] values) {
            this.rows = rows;
            this.labels = labels;
            this.margin = margin;
            this.values = values;
            pattern = tables.pattern();
        }

        /** Trees outside, rows inside: a tree's tables stay in the cache. */
        void add(int from, int to) {
            double[][] prepared = new double[to - from][features];
            for (int i = from; i < to; i++) {
                model.prepare(rows.values(), i * features, prepared[i - from]);
            }
            if (space != OutputSpace.MARGIN) {
                for (int i = from; i < to; i++) {
                    rescaled(i, prepared[i - from]);
                }
                return;
            }
            for (int tree = 0; tree < model.trees(); tree++) {
                int output = model.treeOutput(tree);
                for (int i = from; i < to; i++) {
                    int at = (i * outputs + output) * features;
                    PatternTables table = tables.of(tree);
                    if (table != null) {
                        table.add(prepared[i - from], pattern, values, at);
                    } else {
                        against(tree, prepared[i - from], at);
                    }
                }
            }
        }

        private void against(int tree, double[] row, int at) {
            Arrays.fill(pair, 0);
            for (double[] reference : background) {
                pairs.add(tree, row, reference, pair, 0);
            }
            for (int j = 0; j < features; j++) {
                values[at + j] += pair[j] / background.length;
            }
        }

        private void rescaled(int i, double[] row) {
            double[] own = new double[outputs * features];
            double label = labels.length == 0 ? Double.NaN : labels[i];
            for (int r = 0; r < background.length; r++) {
                Arrays.fill(own, 0);
                for (int tree = 0; tree < model.trees(); tree++) {
                    pairs.add(tree, row, background[r], own, model.treeOutput(tree) * features);
                }
                for (int o = 0; o < outputs; o++) {
                    double x = margin[i * outputs + o];
                    double reference = backgroundMargins[r * outputs + o];
                    double slope =
                            x == reference ? 1 : (explained(x, label) - explained(reference, label)) / (x - reference);
                    int at = (i * outputs + o) * features;
                    for (int j = 0; j < features; j++) {
                        values[at + j] += own[o * features + j] * slope / background.length;
                    }
                }
            }
        }
    }
}
