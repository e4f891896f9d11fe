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
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;

/**
 * Exact path-dependent SHAP values of a tree ensemble, in margin space.
 *
 * <p>Lundberg, Erion, Lee (2018), "Consistent Individualized Feature Attribution for Tree Ensembles" (arXiv:1802.03888),
 * computed by Gauss–Legendre quadrature of exact order instead of the paper's path extension and unwinding. Equal to the
 * sum over all subsets within 1e-12 relative, to XGBoost's {@code pred_contribs} within its float32 (1e-5).
 *
 * <p>Immutable and thread-safe; preparation costs a few passes over the nodes.
 */
public final class TreeExplainer implements Explainer {
    private final TreeEnsemble model;
    private final PathTree[] trees;
    private final double[] base;
    private final Batch batch;
    private final String coverSource;

    private TreeExplainer(TreeEnsemble model, String coverSource) {
        this.model = model;
        this.coverSource = coverSource;
        trees = new PathTree[model.trees()];
        base = new double[model.outputs()];
        for (int output = 0; output < base.length; output++) {
            base[output] = model.base(output);
        }
        for (int tree = 0; tree < trees.length; tree++) {
            trees[tree] = new PathTree(model, tree);
            base[trees[tree].output] += trees[tree].expected;
        }
        batch = new Batch(model, trees);
    }

    /**
     * Prepares a model.
     *
     * @throws ExplainException {@code UNSUPPORTED_MODEL} if it is no tree ensemble, its trees are not summed (MIN, MAX), their leaves
     *     are linear, or its file holds no training weights: then give a background ({@link TreeEnsemble#withCoversOf})
     */
    public static TreeExplainer of(Model model) {
        return of(model, "MODEL");
    }

    /** Prepares a model whose training weights are counted on a background, for files that hold none (ONNX). */
    public static TreeExplainer of(Model model, Rows background) {
        return of(model instanceof TreeEnsemble ensemble ? ensemble.withCoversOf(background) : model, "BACKGROUND");
    }

    private static TreeExplainer of(Model model, String coverSource) {
        TreeEnsemble ensemble = summed(model);
        if (!ensemble.hasCovers()) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The model file holds no training weights (covers), which path-dependent attributions need; give a"
                            + " background.");
        }
        return new TreeExplainer(ensemble, coverSource);
    }

    /** The model as a sum of trees, or the reason why it is none. */
    static TreeEnsemble summed(Model model) {
        if (!(model instanceof TreeEnsemble ensemble)) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "TREE explains tree ensembles; this model is %s."
                            .formatted(model.description().format()));
        }
        if (ensemble.aggregate() == TreeEnsemble.Aggregate.MIN || ensemble.aggregate() == TreeEnsemble.Aggregate.MAX) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The trees are combined by %s, not by a sum; use EXACT or PERMUTATION."
                            .formatted(ensemble.aggregate()));
        }
        if (ensemble.hasLinearLeaves()) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The leaves of the trees are linear (linear_tree), so no attribution of trees is exact; use EXACT or PERMUTATION.");
        }
        return ensemble;
    }

    @Override
    public Explanation explain(Rows rows) {
        return explain(rows, 1);
    }

    @Override
    public Explanation explain(Rows rows, int threads) {
        int outputs = model.outputs();
        double[] bases = new double[rows.count() * outputs];
        for (int i = 0; i < rows.count(); i++) {
            System.arraycopy(base, 0, bases, i * outputs, outputs);
        }
        return explain(rows, threads, bases, model.margins(rows, threads));
    }

    /**
     * Explains rows that bring their own base (XGBoost's {@code base_margin}): it stands in the place of the model's base score,
     * so the base of the explanation differs from row to row.
     *
     * @param baseMargins rows × outputs, in margin space
     * @throws ExplainException as {@link #explain(Rows)}, and {@code ROW_MISMATCH} if they are not rows × outputs
     */
    public Explanation explain(Rows rows, double[] baseMargins, int threads) {
        int outputs = model.outputs();
        TreeEnsemble.Margins margins = model.margins(rows, baseMargins, threads);
        double[] bases = new double[baseMargins.length];
        for (int i = 0; i < bases.length; i++) {
            bases[i] = base[i % outputs] - model.base(i % outputs) + baseMargins[i];
        }
        return explain(rows, threads, bases, margins);
    }

    private Explanation explain(Rows rows, int threads, double[] bases, TreeEnsemble.Margins margins) {
        int outputs = model.outputs();
        int features = model.schema().size();
        double[] margin = margins.exact();
        double[] predictions = margins.library().clone();
        for (int i = 0; i < predictions.length; i += outputs) {
            model.link().apply(predictions, i, outputs);
        }
        double[] values = new double[margin.length * features];
        batch.add(rows, threads, values);
        return new Explanation(
                rows.count(),
                outputs,
                features,
                values,
                bases,
                margin,
                predictions,
                additivity(rows.count(), outputs, features, values, bases, margin),
                null,
                Method.TREE,
                Semantics.PATH_DEPENDENT,
                OutputSpace.MARGIN);
    }

    /** Largest |base + Σφ − margin| over the outputs, per row. */
    static double[] additivity(int rows, int outputs, int features, double[] values, double[] base, double[] margin) {
        double[] error = new double[rows];
        for (int i = 0; i < rows * outputs; i++) {
            double sum = base[i];
            for (int j = i * features; j < (i + 1) * features; j++) {
                sum += values[j];
            }
            error[i / outputs] = Math.max(error[i / outputs], Math.abs(sum - margin[i]));
        }
        return error;
    }

    /** Expected margin of an output under the covers. */
    public double base(int output) {
        return base[output];
    }

    /** Whether the trees are shallow enough: {@value BlockKernel#MAX_DEPTH} levels. */
    @Override
    public boolean hasInteractions() {
        return InteractionBatch.isPossible(trees);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ExplainException {@code UNSUPPORTED_MODEL} for deeper trees
     */
    @Override
    public Interactions interactions(Rows rows, int threads) {
        return InteractionBatch.explain(model, trees, base, rows, threads);
    }

    @Override
    public Provenance provenance() {
        return TreeProvenance.of(model, coverSource);
    }
}
