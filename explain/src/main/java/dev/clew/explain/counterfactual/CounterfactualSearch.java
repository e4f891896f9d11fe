package dev.clew.explain.counterfactual;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.List;

/**
 * Finds changes of a row that bring one output to the wanted side of a threshold: fewest features first, then least cost,
 * then nearest to rows that the model already decides that way. One result per set of changed features.
 *
 * <p>Changes of one and two features are searched completely (for trees that is all there is to try, so the result is
 * minimal and says so), wider ones greedily from the best partial changes, at most {@value #MAX_CHANGED} features. Where that finds
 * nothing, the row is moved towards the nearest background rows that have the wanted decision, and then back as far as it goes.
 * Models other than trees have no thresholds to aim at: numbers are brought back towards the row until the decision turns.
 * Everything is scored by the model itself, the results once more at the end. Deterministic; thread-safe.
 */
public final class CounterfactualSearch {
    /** Most features a result changes. */
    public static final int MAX_CHANGED = 6;

    private final Model model;
    private final Rows background;
    private final Constraint[] constraints;
    private final Scale scale;
    private final Candidates candidates;
    private final List<Consequence> consequences;

    /** @param constraints one per feature of the model */
    public CounterfactualSearch(Model model, Rows background, List<Constraint> constraints) {
        this(model, background, constraints, List.of());
    }

    /**
     * @param constraints one per feature of the model
     * @param consequences of changes; an effect may not itself be a cause
     * @throws ExplainException {@code BAD_REQUEST} if they do not fit the model, or the background is empty
     */
    public CounterfactualSearch(
            Model model, Rows background, List<Constraint> constraints, List<Consequence> consequences) {
        if (constraints.size() != model.schema().size()) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "%d constraints for %d features."
                            .formatted(constraints.size(), model.schema().size()));
        }
        if (background.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "The background has no rows; give at least one.");
        }
        this.model = model;
        this.background = background;
        this.constraints = constraints.toArray(Constraint[]::new);
        scale = new Scale(model.schema(), background, this.constraints);
        candidates = new Candidates(model, background);
        this.consequences = List.copyOf(consequences);
        for (Consequence one : consequences) {
            boolean chained = consequences.stream().anyMatch(other -> other.cause() == one.effect());
            if (chained
                    || one.cause() < 0
                    || one.effect() < 0
                    || Math.max(one.cause(), one.effect()) >= constraints.size()) {
                throw new ExplainException(
                        Code.BAD_REQUEST,
                        "A consequence leads from one feature of the model to another that has none.");
            }
        }
    }

    /**
     * Which side of which threshold is wanted.
     *
     * @param output whose reported value decides
     * @param above whether the value must be at least the threshold, else below it
     * @param safety distance that the value keeps from the threshold, at least 1e-6
     */
    public record Target(int output, double threshold, boolean above, double safety) {
        boolean isMet(double value) {
            double margin = Math.max(1e-6, safety);
            return above ? value >= threshold + margin : value < threshold - margin;
        }

        /** Larger is nearer to what is wanted. */
        double closeness(double value) {
            return above ? value : -value;
        }
    }

    /** A feature and its new value. */
    record Change(int feature, double value) {}

    /** Searches within {@link Budget#DEFAULT}. */
    public List<Counterfactual> find(double[] row, Target target, int k) {
        return find(row, target, k, Budget.DEFAULT);
    }

    /**
     * Searches, in the calling thread.
     *
     * @param row raw values, NaN for missing; one per feature of the model
     * @param k most results, at least 1
     * @param budget rows that the model may be asked, and time; where it ends, the best of what was found by then is the result, and
     *     nothing of it is called minimal
     * @return at most {@code k} results, best first; empty if no allowed change was found
     * @throws ExplainException {@code BAD_REQUEST} if the row already has the wanted decision, {@code BUDGET_EXCEEDED} if the budget
     *     ended before anything was found, and what the model refuses
     */
    public List<Counterfactual> find(double[] row, Target target, int k, Budget budget) {
        double present = model.predict(row).values()[target.output];
        if (target.isMet(present)) {
            throw new ExplainException(Code.BAD_REQUEST, "The row already is on the wanted side of the threshold.");
        }
        var attempts = new Attempts(model, scale, consequences, budget);
        return new ChangeSearch(model, background, constraints, scale, candidates, consequences, attempts, row, target)
                .find(k);
    }
}
