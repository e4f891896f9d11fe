package dev.clew.explain.counterfactual;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.counterfactual.CounterfactualSearch.Change;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.List;

/** Changed rows, with what follows from their changes, and what the model answers them, within a budget. Confined to one thread. */
final class Attempts {
    private static final int BATCH = 8_192;

    private final Model model;
    private final Scale scale;
    private final List<Consequence> consequences;
    private final Budget budget;
    private final long deadlineNanos;
    private long evaluations;

    Attempts(Model model, Scale scale, List<Consequence> consequences, Budget budget) {
        this.model = model;
        this.scale = scale;
        this.consequences = List.copyOf(consequences);
        this.budget = budget;
        deadlineNanos = System.nanoTime() + budget.maxTime().toNanos();
    }

    /** What the changes cost; what follows from them costs nothing. */
    double cost(double[] row, List<Change> changes) {
        double cost = 0;
        for (Change change : changes) {
            cost += scale.cost(change.feature(), row[change.feature()], change.value());
        }
        return cost;
    }

    /** The row after the changes. */
    double[] changed(double[] row, List<Change> changes) {
        double[] changed = row.clone();
        fill(changed, 0, row, changes);
        return changed;
    }

    private void fill(double[] values, int at, double[] row, List<Change> changes) {
        for (Change change : changes) {
            values[at + change.feature()] = change.value();
        }
        for (Consequence consequence : consequences) {
            double moved = values[at + consequence.cause()] - row[consequence.cause()];
            if (moved != 0 && !Double.isNaN(moved)) {
                values[at + consequence.effect()] += consequence.perUnit() * moved;
            }
        }
    }

    /**
     * Answers of one output, in order.
     *
     * @throws ExplainException {@code BUDGET_EXCEEDED} if the budget has no room for them
     */
    double[] values(double[] row, List<List<Change>> attempts, int output) {
        double[] found = new double[attempts.size()];
        for (int from = 0; from < attempts.size(); from += BATCH) {
            int count = Math.min(BATCH, attempts.size() - from);
            spend(count);
            double[] values = new double[count * row.length];
            for (int c = 0; c < count; c++) {
                System.arraycopy(row, 0, values, c * row.length, row.length);
                fill(values, c * row.length, row, attempts.get(from + c));
            }
            double[] answers = model.values(new Rows(values, count, row.length));
            for (int c = 0; c < count; c++) {
                found[from + c] = answers[c * model.outputs() + output];
            }
        }
        return found;
    }

    private void spend(int rows) {
        evaluations += rows;
        if (evaluations > budget.maxEvaluations()) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "The search needs more than the %d evaluations that it was allowed, and has found nothing yet; allow more, or let fewer features change."
                            .formatted(budget.maxEvaluations()));
        }
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "The %s s that the search was allowed are over, and it has found nothing yet; allow more, or let fewer features change."
                            .formatted(budget.maxTime().toMillis() / 1e3));
        }
    }
}
