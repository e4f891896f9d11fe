package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The game that model-agnostic methods play about one row: players are the groups of features (by default each feature by itself) in
 * which the row differs from at least one background row, a coalition's value is the mean answer over the background with the coalition's features taken from
 * the row. Answers are kept, so a coalition costs once. Confined to one thread.
 */
final class Game implements Coalitions {
    private static final int BATCH_ROWS = 8_192;
    private static final int KEPT = 100_000;

    private final Model model;
    private final double[] row;
    private final Rows background;
    private final OutputSpace space;
    private final Budget budget;
    private final long deadlineNanos;
    private final int[][] members;
    private final int[] players;
    private final Map<BitSet, double[]> known = new HashMap<>();
    private long evaluations;

    /** @param members columns of each group */
    Game(Model model, int[][] members, double[] row, Rows background, OutputSpace space, Budget budget) {
        this.model = model;
        this.members = members;
        this.row = row;
        this.background = background;
        this.space = space;
        this.budget = budget;
        deadlineNanos = System.nanoTime() + budget.maxTime().toNanos();
        players = IntStream.range(0, members.length)
                .filter(g -> Arrays.stream(members[g]).anyMatch(j -> varies(row[j], j)))
                .toArray();
    }

    /** Equal within 1e-8 + 1e-5·|background|, NaN equal to NaN, as shap decides it. */
    private boolean varies(double value, int feature) {
        for (int r = 0; r < background.count(); r++) {
            double other = background.get(r, feature);
            boolean same = Double.isNaN(value)
                    ? Double.isNaN(other)
                    : Math.abs(value - other) <= 1e-8 + 1e-5 * Math.abs(other);
            if (!same) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int players() {
        return players.length;
    }

    /** Number of the player's group. */
    int group(int player) {
        return players[player];
    }

    @Override
    public int outputs() {
        return model.outputs();
    }

    /** Rows that one coalition costs. */
    int cost() {
        return background.count();
    }

    /** The method needs so many coalitions; says the least budget if they do not fit. */
    void need(long coalitions, String why) {
        long rows = coalitions * cost();
        if (rows > budget.maxEvaluations()) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "%s needs at least %d evaluations (%d coalitions × %d background rows); the budget is %d."
                            .formatted(why, rows, coalitions, cost(), budget.maxEvaluations()));
        }
    }

    @Override
    public long affordable() {
        return isLate() ? 0 : (budget.maxEvaluations() - evaluations) / cost();
    }

    private boolean isLate() {
        return System.nanoTime() - deadlineNanos > 0;
    }

    @Override
    public List<double[]> values(List<BitSet> coalitions) {
        int perBatch = Math.max(1, BATCH_ROWS / cost());
        var open = new ArrayList<BitSet>();
        var results = new HashMap<BitSet, double[]>();
        for (BitSet coalition : coalitions) {
            double[] kept = known.get(coalition);
            if (kept != null) {
                results.put(coalition, kept);
            } else if (!results.containsKey(coalition)) {
                results.put(coalition, new double[outputs()]);
                open.add(coalition);
            }
        }
        for (int from = 0; from < open.size(); from += perBatch) {
            ask(open.subList(from, Math.min(open.size(), from + perBatch)), results);
        }
        var values = new ArrayList<double[]>(coalitions.size());
        for (BitSet coalition : coalitions) {
            values.add(results.getOrDefault(coalition, new double[0]));
        }
        return values;
    }

    private void ask(List<BitSet> coalitions, Map<BitSet, double[]> results) {
        int m = cost();
        int width = row.length;
        if (evaluations + (long) coalitions.size() * m > budget.maxEvaluations()) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "The row's budget of %d evaluations ended before the method had an answer; allow more."
                            .formatted(budget.maxEvaluations()));
        }
        if (isLate()) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "The row's budget of %s s ended before the method had an answer; allow more time, or give a smaller background."
                            .formatted(budget.maxTime().toMillis() / 1e3));
        }
        double[] batch = new double[coalitions.size() * m * width];
        for (int c = 0; c < coalitions.size(); c++) {
            BitSet coalition = coalitions.get(c);
            System.arraycopy(background.values(), 0, batch, c * m * width, m * width);
            for (int p = coalition.nextSetBit(0); p >= 0; p = coalition.nextSetBit(p + 1)) {
                for (int j : members[players[p]]) {
                    for (int r = 0; r < m; r++) {
                        batch[(c * m + r) * width + j] = row[j];
                    }
                }
            }
        }
        double[] answers = answers(new Rows(batch, coalitions.size() * m, width));
        evaluations += (long) coalitions.size() * m;
        int outputs = outputs();
        for (int c = 0; c < coalitions.size(); c++) {
            double[] mean = new double[outputs];
            for (int r = 0; r < m; r++) {
                for (int o = 0; o < outputs; o++) {
                    mean[o] += answers[(c * m + r) * outputs + o];
                }
            }
            for (int o = 0; o < outputs; o++) {
                mean[o] /= m;
            }
            results.put(coalitions.get(c), mean);
            if (known.size() < KEPT) {
                known.put((BitSet) coalitions.get(c).clone(), mean);
            }
        }
    }

    private double[] answers(Rows rows) {
        return answers(model, space, rows);
    }

    /** Margins added in double where the model has them, or reported values. */
    static double[] answers(Model model, OutputSpace space, Rows rows) {
        if (space != OutputSpace.MARGIN) {
            return model.values(rows);
        }
        double[] answers = new double[rows.count() * model.outputs()];
        if (model instanceof dev.clew.explain.model.TreeEnsemble ensemble) {
            ensemble.exactMargins(rows, answers);
        } else {
            model.margins(rows, answers);
        }
        return answers;
    }
}
