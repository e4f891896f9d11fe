package dev.clew.explain.tree;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.Explainer;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;

/**
 * Saabas's approximation: along the path of a row, the difference of the expected values of a node and its child goes to
 * the node's feature. Adds up, but is no Shapley value: it depends on the order of splits. XGBoost calls it
 * {@code approx_contribs}. Immutable and thread-safe.
 */
public final class SaabasExplainer implements Explainer {
    private final TreeEnsemble model;

    /** Expected value under each node, weighted. */
    private final double[] mean;

    private final double[] base;

    private SaabasExplainer(TreeEnsemble model) {
        this.model = model;
        mean = new double[model.nodes()];
        base = new double[model.outputs()];
        for (int o = 0; o < base.length; o++) {
            base[o] = model.base(o);
        }
        for (int tree = 0; tree < model.trees(); tree++) {
            double scale = model.treeWeight(tree) / model.divisor(model.treeOutput(tree));
            for (int v = model.root(tree + 1) - 1; v >= model.root(tree); v--) {
                int left = model.left(v);
                mean[v] = left < 0
                        ? model.leafValue(v) * scale
                        : PathTree.share(model.cover(v), model.cover(left)) * mean[left]
                                + PathTree.share(model.cover(v), model.cover(left + 1)) * mean[left + 1];
            }
            base[model.treeOutput(tree)] += mean[model.root(tree)];
        }
    }

    /** @throws ExplainException {@code UNSUPPORTED_MODEL} as {@link TreeExplainer#of(Model)} */
    public static SaabasExplainer of(Model model) {
        TreeEnsemble ensemble = TreeExplainer.summed(model);
        if (!ensemble.hasCovers()) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "The model file holds no training weights (covers), which node means need.");
        }
        return new SaabasExplainer(ensemble);
    }

    @Override
    public Explanation explain(Rows rows) {
        int outputs = model.outputs();
        int features = model.schema().size();
        double[] margin = new double[rows.count() * outputs];
        model.exactMargins(rows, margin);
        double[] values = new double[rows.count() * outputs * features];
        double[] bases = new double[margin.length];
        double[] row = new double[features];
        for (int i = 0; i < rows.count(); i++) {
            model.prepare(rows.values(), i * features, row);
            System.arraycopy(base, 0, bases, i * outputs, outputs);
            for (int tree = 0; tree < model.trees(); tree++) {
                int at = (i * outputs + model.treeOutput(tree)) * features;
                int node = model.root(tree);
                while (model.left(node) >= 0) {
                    int f = model.feature(node);
                    int child = model.left(node) + (model.goesLeft(node, row[f]) ? 0 : 1);
                    values[at + f] += mean[child] - mean[node];
                    node = child;
                }
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
                TreeExplainer.additivity(rows.count(), outputs, features, values, bases, margin),
                null,
                Method.TREE,
                Semantics.SAABAS,
                OutputSpace.MARGIN);
    }

    @Override
    public Provenance provenance() {
        return TreeProvenance.saabas(model);
    }
}
