package dev.clew.explain.anchor;

import dev.clew.explain.agnostic.Budget;
import dev.clew.explain.internal.Bins;
import dev.clew.explain.internal.Philox;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Samples around one row: a training row drawn at random, whose fixed features take, where they lie in another bin, the value of
 * a training row that lies in the case's bin (the procedure of the paper's authors).
 */
final class Neighbourhood {
    private final Model model;
    private final Rows training;
    private final ToIntFunction<double[]> decision;
    private final double[] row;
    private final Bins[] bins;
    private final Philox random;
    private final int label;

    /** Per feature the training rows in the bin of the case. */
    private final int[][] alike;

    private final long startNanos = System.nanoTime();

    private int asked;

    Neighbourhood(
            Model model, Rows training, ToIntFunction<double[]> decision, double[] row, Bins[] bins, Philox random) {
        this.model = model;
        this.training = training;
        this.decision = decision;
        this.row = row;
        this.bins = bins;
        this.random = random;
        alike = new int[bins.length][];
        for (int j = 0; j < bins.length; j++) {
            int feature = j;
            int own = bins[j].bin(row[j]);
            alike[j] = java.util.stream.IntStream.range(0, training.count())
                    .filter(r -> bins[feature].bin(training.get(r, feature)) == own)
                    .toArray();
        }
        label = decide(new Rows(row.clone(), 1, row.length))[0];
    }

    int label() {
        return label;
    }

    int asked() {
        return asked;
    }

    boolean mayAsk(Budget budget) {
        return asked < budget.maxEvaluations()
                && System.nanoTime() - startNanos < budget.maxTime().toNanos();
    }

    /** The rule that fixes nothing. */
    Rule everything() {
        var all = new BitSet(training.count());
        all.set(0, training.count());
        return new Rule(new BitSet(), all);
    }

    /** Every rule with one feature more, as far as it covers more of the training rows than {@code coverage}. */
    List<Rule> extend(Rule rule, int coverage) {
        List<Rule> longer = new ArrayList<>();
        for (int j = 0; j < bins.length; j++) {
            if (!rule.features.get(j)) {
                var features = (BitSet) rule.features.clone();
                features.set(j);
                var covered = new BitSet();
                for (int r : alike[j]) {
                    covered.set(r);
                }
                covered.and(rule.covered);
                if (covered.cardinality() > coverage) {
                    longer.add(new Rule(features, covered));
                }
            }
        }
        return longer;
    }

    /** Asks the model for {@code count} samples under the rule. */
    void sample(Rule rule, int count) {
        double[] values = new double[count * row.length];
        for (int s = 0; s < count; s++) {
            int from = random.nextInt(training.count());
            for (int j = 0; j < row.length; j++) {
                double value = training.get(from, j);
                if (rule.features.get(j) && bins[j].bin(value) != bins[j].bin(row[j])) {
                    // A value that no training row has can still be fixed: to itself.
                    value = alike[j].length == 0 ? row[j] : training.get(alike[j][random.nextInt(alike[j].length)], j);
                }
                values[s * row.length + j] = value;
            }
        }
        rule.samples += count;
        rule.alike += Arrays.stream(decide(new Rows(values, count, row.length)))
                .filter(answer -> answer == label)
                .count();
    }

    private int[] decide(Rows rows) {
        asked += rows.count();
        double[] values = model.values(rows);
        int outputs = model.outputs();
        int[] answers = new int[rows.count()];
        Arrays.setAll(answers, i -> decision.applyAsInt(Arrays.copyOfRange(values, i * outputs, (i + 1) * outputs)));
        return answers;
    }
}
