package dev.clew.explain;

import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.agnostic.AgnosticExplainer;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.lime.LimeExplainer;
import dev.clew.explain.linear.LinearExplainer;
import dev.clew.explain.model.Grouping;
import dev.clew.explain.model.LinearModel;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.explain.tree.InterventionalExplainer;
import dev.clew.explain.tree.TreeExplainer;
import java.util.Optional;

/** Chooses the method that fits a model. Stateless. */
public final class Explainers {
    /** Up to so many features every coalition is asked. */
    private static final int EXACT_FEATURES = 12;

    private Explainers() {}

    /**
     * Prepares a model: a linear one by LINEAR, summed trees by TREE (interventional with a background, path-dependent
     * without), everything else by EXACT up to 12 features and PERMUTATION above.
     *
     * @param method empty to choose
     * @param background rows that absent features are taken from; every method but path-dependent TREE needs one
     * @throws ExplainException {@code BAD_REQUEST} if the method needs a background or cannot give the space,
     *     {@code UNSUPPORTED_MODEL} if it does not fit the model
     */
    public static Explainer of(
            Model model,
            Optional<Method> method,
            Optional<Rows> background,
            OutputSpace space,
            Budget budget,
            long seed) {
        return of(model, method, background, space, budget, seed, Grouping.none(model.schema()));
    }

    /**
     * The same for groups of features: TREE and LINEAR sum the attributions of a group's members, methods that ask the model take
     * a group as one player.
     *
     * @throws ExplainException as {@link #of(Model, Optional, Optional, OutputSpace, Budget, long)}, and {@code BAD_REQUEST} for
     *     LIME with groups
     */
    public static Explainer of(
            Model model,
            Optional<Method> method,
            Optional<Rows> background,
            OutputSpace space,
            Budget budget,
            long seed,
            Grouping grouping) {
        Method chosen = method.orElseGet(() -> choose(model, grouping));
        if (chosen == Method.TREE && background.isEmpty()) {
            if (space != OutputSpace.MARGIN) {
                throw new ExplainException(
                        Code.BAD_REQUEST,
                        "Without a background trees are explained in margin space only; give one for probabilities.");
            }
            return summed(TreeExplainer.of(model), grouping);
        }
        Rows rows = background.orElseThrow(
                () -> new ExplainException(Code.BAD_REQUEST, chosen + " needs a background; give one."));
        return switch (chosen) {
            case TREE -> summed(InterventionalExplainer.of(model, rows, space), grouping);
            case LINEAR -> {
                if (space != OutputSpace.MARGIN) {
                    throw new ExplainException(
                            Code.BAD_REQUEST, "LINEAR explains margins; use EXACT or PERMUTATION for probabilities.");
                }
                yield summed(LinearExplainer.of(model, rows, Semantics.INTERVENTIONAL, seed), grouping);
            }
            case LIME_TABULAR -> {
                if (!grouping.isTrivial()) {
                    throw new ExplainException(
                            Code.BAD_REQUEST, "LIME weighs single features; leave out the groups, or use EXACT.");
                }
                yield LimeExplainer.of(model, rows, seed);
            }
            default -> AgnosticExplainer.of(model, chosen, rows, space, budget, seed, grouping);
        };
    }

    private static Explainer summed(Explainer explainer, Grouping grouping) {
        return grouping.isTrivial() ? explainer : new GroupedExplainer(explainer, grouping);
    }

    private static Method choose(Model model, Grouping grouping) {
        return switch (model) {
            case LinearModel _ -> Method.LINEAR;
            case TreeEnsemble trees when trees.isSumOfLeaves() -> Method.TREE;
            default -> grouping.size() <= EXACT_FEATURES ? Method.EXACT : Method.PERMUTATION;
        };
    }
}
