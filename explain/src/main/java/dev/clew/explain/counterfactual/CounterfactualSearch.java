package dev.clew.explain.counterfactual;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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

    private static final long MAX_PAIRS = 2_000_000;
    private static final int BATCH = 8_192;
    private static final int BEAM = 20;
    private static final int SHRUNK = 40;
    private static final int NEIGHBOURS = 5;

    private final Model model;
    private final Rows background;
    private final Constraint[] constraints;
    private final Scale scale;
    private final Candidates candidates;
    private final List<Consequence> consequences;
    private final Attempts attempts;

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
        attempts = new Attempts(model, scale, consequences);
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

    private record Tried(List<Change> changes, double closeness, double cost) {}

    /**
     * Searches.
     *
     * @return at most {@code k} results, best first; empty if none was found
     * @throws ExplainException {@code BAD_REQUEST} if the row already has the wanted decision
     */
    public List<Counterfactual> find(double[] row, Target target, int k) {
        double present = model.predict(row).values()[target.output];
        if (target.isMet(present)) {
            throw new ExplainException(Code.BAD_REQUEST, "The row already is on the wanted side of the threshold.");
        }
        List<Change> single = new ArrayList<>();
        for (int j = 0; j < row.length; j++) {
            for (double value : candidates.of(j, row[j], constraints[j])) {
                if (isPossible(row, j, value)) {
                    single.add(new Change(j, value));
                }
            }
        }
        Map<List<Integer>, Tried> found = new HashMap<>();
        List<Tried> ones = score(row, target, single.stream().map(List::of).toList(), found);
        // Thresholds of an effect are reached through its cause, at values that are no candidates.
        boolean complete = candidates.isComplete() && consequences.isEmpty();
        if (found.size() < k) {
            complete &= pairs(row, target, ones, found);
        }
        boolean minimal = complete && !found.isEmpty();
        if (found.size() < k) {
            wider(row, target, ones, found);
        }
        double[][] wanted = wanted(target);
        if (found.isEmpty()) {
            towards(row, target, wanted, found);
        }
        return results(row, target, found, wanted, k, minimal);
    }

    private boolean isPossible(double[] row, int feature, double value) {
        for (Consequence one : consequences) {
            double effect = row[one.effect()] + one.perUnit() * (value - row[one.cause()]);
            if (one.cause() == feature && !constraints[one.effect()].holds(effect)) {
                return false;
            }
        }
        return true;
    }

    /** Takes every allowed value of a row that is decided as wanted, then gives back what is not needed. */
    private void towards(double[] row, Target target, double[][] wanted, Map<List<Integer>, Tried> found) {
        var shrinking = new Shrinking(attempts, candidates, constraints, row, target);
        Arrays.stream(wanted)
                .sorted(Comparator.comparingDouble((double[] other) -> scale.cost(row, other))
                        .thenComparing(Arrays::toString))
                .limit(BEAM)
                .forEach(other -> {
                    List<Change> all = new ArrayList<>();
                    for (int j = 0; j < row.length; j++) {
                        double step = candidates.step(j, constraints[j]);
                        double value = step == 0 || Double.isNaN(row[j])
                                ? other[j]
                                : row[j] + Math.rint((other[j] - row[j]) / step) * step;
                        if (value != row[j] && constraints[j].allows(row[j], value) && isPossible(row, j, value)) {
                            all.add(new Change(j, value));
                        }
                    }
                    List<Change> changes =
                            all.stream().filter(c -> fits(all, c)).toList();
                    if (!changes.isEmpty() && target.isMet(value(row, target, changes))) {
                        keep(row, target, shrinking.of(changes), found);
                    }
                });
    }

    /** An effect does not move by itself when its cause does. */
    private boolean fits(List<Change> changes, Change change) {
        return consequences.stream()
                .noneMatch(one -> one.effect() == change.feature()
                        && changes.stream().anyMatch(other -> other.feature == one.cause()));
    }

    private double value(double[] row, Target target, List<Change> changes) {
        return attempts.values(row, List.of(changes), target.output)[0];
    }

    private void keep(double[] row, Target target, List<Change> changes, Map<List<Integer>, Tried> found) {
        var tried = new Tried(changes, target.closeness(value(row, target, changes)), attempts.cost(row, changes));
        List<Integer> set = changes.stream().map(Change::feature).toList();
        found.merge(set, tried, (a, b) -> b.cost < a.cost ? b : a);
    }

    /** All pairs of single changes, or those of the most helpful ones if there are too many; false then. */
    private boolean pairs(double[] row, Target target, List<Tried> ones, Map<List<Integer>, Tried> found) {
        List<Tried> useful = ones;
        int most = (int) Math.sqrt(2.0 * MAX_PAIRS);
        boolean all = useful.size() <= most;
        if (!all) {
            useful = ones.stream()
                    .sorted(Comparator.comparingDouble((Tried t) -> -t.closeness))
                    .limit(most)
                    .toList();
        }
        List<List<Change>> batch = new ArrayList<>();
        for (int a = 0; a < useful.size(); a++) {
            Change first = useful.get(a).changes.getFirst();
            for (int b = a + 1; b < useful.size(); b++) {
                Change second = useful.get(b).changes.getFirst();
                if (first.feature == second.feature || !fits(List.of(first), second) || !fits(List.of(second), first)) {
                    continue;
                }
                batch.add(first.feature < second.feature ? List.of(first, second) : List.of(second, first));
                if (batch.size() == BATCH) {
                    score(row, target, batch, found);
                    batch.clear();
                }
            }
        }
        score(row, target, batch, found);
        return all;
    }

    /** Adds the most helpful change again and again to the best partial changes. */
    private void wider(double[] row, Target target, List<Tried> ones, Map<List<Integer>, Tried> found) {
        List<Tried> beam = best(ones);
        for (int size = 2; size <= MAX_CHANGED && found.isEmpty(); size++) {
            List<List<Change>> next = new ArrayList<>();
            for (Tried tried : beam) {
                for (Tried one : ones) {
                    Change change = one.changes.getFirst();
                    if (tried.changes.stream().noneMatch(c -> c.feature == change.feature || !fits(List.of(change), c))
                            && fits(tried.changes, change)) {
                        List<Change> more = new ArrayList<>(tried.changes);
                        more.add(change);
                        more.sort(Comparator.comparingInt(Change::feature));
                        next.add(List.copyOf(more));
                    }
                }
            }
            List<Tried> scored = new ArrayList<>();
            for (int from = 0; from < next.size(); from += BATCH) {
                scored.addAll(best(score(row, target, next.subList(from, Math.min(next.size(), from + BATCH)), found)));
            }
            beam = best(scored);
        }
    }

    private static List<Tried> best(List<Tried> tried) {
        return tried.stream()
                .sorted(Comparator.comparingDouble((Tried t) -> -t.closeness).thenComparingDouble(Tried::cost))
                .limit(BEAM)
                .toList();
    }

    /** Scores changes and keeps, per set of features, the cheapest that meets the target. */
    private List<Tried> score(
            double[] row, Target target, List<List<Change>> changes, Map<List<Integer>, Tried> found) {
        List<Tried> all = new ArrayList<>(changes.size());
        double[] answers = attempts.values(row, changes, target.output);
        for (int c = 0; c < answers.length; c++) {
            var tried = new Tried(changes.get(c), target.closeness(answers[c]), attempts.cost(row, changes.get(c)));
            all.add(tried);
            if (target.isMet(answers[c])) {
                List<Integer> set = tried.changes.stream().map(Change::feature).toList();
                found.merge(set, tried, (a, b) -> b.cost < a.cost ? b : a);
            }
        }
        return all;
    }

    private List<Counterfactual> results(
            double[] row, Target target, Map<List<Integer>, Tried> found, double[][] wanted, int k, boolean minimal) {
        List<Tried> best = found.values().stream()
                .filter(tried -> !contains(found, tried))
                .sorted(Comparator.comparingInt((Tried t) -> t.changes.size())
                        .thenComparingDouble(Tried::cost)
                        .thenComparing(t -> t.changes.toString()))
                .toList();
        if (!candidates.isComplete()) {
            var shrinking = new Shrinking(attempts, candidates, constraints, row, target);
            Map<List<Integer>, Tried> nearer = new HashMap<>();
            best.stream().limit(Math.max(SHRUNK, k)).forEach(t -> keep(row, target, shrinking.of(t.changes), nearer));
            best = List.copyOf(nearer.values());
        }
        List<Counterfactual> results = new ArrayList<>();
        for (Tried tried : best) {
            double[] changed = attempts.changed(row, tried.changes);
            double value = model.predict(changed).values()[target.output];
            if (target.isMet(value)) {
                int[] features = IntStream.range(0, row.length)
                        .filter(j -> Double.compare(changed[j], row[j]) != 0)
                        .toArray();
                results.add(new Counterfactual(changed, features, tried.cost, distance(changed, wanted), value, false));
            }
        }
        results.sort(Comparator.comparingInt((Counterfactual c) -> c.changed().length)
                .thenComparingDouble(Counterfactual::cost)
                .thenComparingDouble(c -> Double.isNaN(c.distance()) ? 0 : c.distance())
                .thenComparing(c -> Arrays.toString(c.changed())));
        return IntStream.range(0, Math.min(k, results.size()))
                .mapToObj(i -> i == 0 && minimal && results.getFirst().changed().length <= 2
                        ? minimal(results.getFirst())
                        : results.get(i))
                .toList();
    }

    private static Counterfactual minimal(Counterfactual c) {
        return new Counterfactual(c.row(), c.changed(), c.cost(), c.distance(), c.value(), true);
    }

    /** Whether a smaller set of features also does it: then the larger one is no advice. */
    private static boolean contains(Map<List<Integer>, Tried> found, Tried tried) {
        List<Integer> own = tried.changes.stream().map(Change::feature).toList();
        return own.size() > 1 && own.stream().anyMatch(f -> found.containsKey(List.of(f)));
    }

    private double[][] wanted(Target target) {
        double[] values = model.values(background);
        return IntStream.range(0, background.count())
                .filter(i -> target.isMet(values[i * model.outputs() + target.output]))
                .limit(10_000)
                .mapToObj(background::row)
                .toArray(double[][]::new);
    }

    private double distance(double[] row, double[][] wanted) {
        return Arrays.stream(wanted)
                .mapToDouble(other -> scale.cost(row, other))
                .sorted()
                .limit(NEIGHBOURS)
                .average()
                .orElse(Double.NaN);
    }
}
