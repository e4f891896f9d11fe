package dev.clew.explain.counterfactual;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.counterfactual.CounterfactualSearch.Change;
import dev.clew.explain.counterfactual.CounterfactualSearch.Target;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One search of {@link CounterfactualSearch}. Confined to one thread. */
final class ChangeSearch {
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
    private final double[] row;
    private final Target target;

    private record Tried(List<Change> changes, double closeness, double cost) {}

    ChangeSearch(
            Model model,
            Rows background,
            Constraint[] constraints,
            Scale scale,
            Candidates candidates,
            List<Consequence> consequences,
            Attempts attempts,
            double[] row,
            Target target) {
        this.model = model;
        this.background = background;
        this.constraints = constraints;
        this.scale = scale;
        this.candidates = candidates;
        this.consequences = consequences;
        this.attempts = attempts;
        this.row = row;
        this.target = target;
    }

    List<Counterfactual> find(int k) {
        List<Change> single = new ArrayList<>();
        for (int j = 0; j < row.length; j++) {
            for (double value : candidates.of(j, row[j], constraints[j])) {
                if (isPossible(j, value)) {
                    single.add(new Change(j, value));
                }
            }
        }
        Map<List<Integer>, Tried> found = new HashMap<>();
        double[][] wanted = wanted();
        boolean minimal = false;
        try {
            minimal = search(single, wanted, k, found);
        } catch (ExplainException e) {
            if (e.code() != Code.BUDGET_EXCEEDED || found.isEmpty()) {
                throw e;
            }
        }
        return results(found, wanted, k, minimal);
    }

    /** Whether nothing smaller than the best of what was found is left. */
    private boolean search(List<Change> single, double[][] wanted, int k, Map<List<Integer>, Tried> found) {
        List<Tried> ones = new ArrayList<>();
        List<List<Change>> alone = single.stream().map(List::of).toList();
        for (int from = 0; from < alone.size(); from += BATCH) {
            ones.addAll(score(alone.subList(from, Math.min(alone.size(), from + BATCH)), found));
        }
        // Thresholds of an effect are reached through its cause, at values that are no candidates.
        boolean complete = candidates.isComplete() && consequences.isEmpty();
        if (found.size() < k) {
            complete &= pairs(ones, found);
        }
        boolean minimal = complete && !found.isEmpty();
        if (found.size() < k) {
            wider(ones, found);
        }
        if (found.isEmpty()) {
            towards(wanted, found);
        }
        return minimal;
    }

    private boolean isPossible(int feature, double value) {
        for (Consequence one : consequences) {
            double effect = row[one.effect()] + one.perUnit() * (value - row[one.cause()]);
            if (one.cause() == feature && !constraints[one.effect()].holds(effect)) {
                return false;
            }
        }
        return true;
    }

    /** Takes every allowed value of a row that is decided as wanted, then gives back what is not needed. */
    private void towards(double[][] wanted, Map<List<Integer>, Tried> found) {
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
                        if (value != row[j] && constraints[j].allows(row[j], value) && isPossible(j, value)) {
                            all.add(new Change(j, value));
                        }
                    }
                    List<Change> changes =
                            all.stream().filter(c -> fits(all, c)).toList();
                    if (!changes.isEmpty() && target.isMet(value(changes))) {
                        keep(shrinking.of(changes), found);
                    }
                });
    }

    /** An effect does not move by itself when its cause does. */
    private boolean fits(List<Change> changes, Change change) {
        return consequences.stream()
                .noneMatch(one -> one.effect() == change.feature()
                        && changes.stream().anyMatch(other -> other.feature() == one.cause()));
    }

    private double value(List<Change> changes) {
        return attempts.values(row, List.of(changes), target.output())[0];
    }

    private void keep(List<Change> changes, Map<List<Integer>, Tried> found) {
        var tried = new Tried(changes, target.closeness(value(changes)), attempts.cost(row, changes));
        List<Integer> set = changes.stream().map(Change::feature).toList();
        found.merge(set, tried, (a, b) -> b.cost < a.cost ? b : a);
    }

    /** All pairs of single changes, or those of the most helpful ones if there are too many; false then. */
    private boolean pairs(List<Tried> ones, Map<List<Integer>, Tried> found) {
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
                if (first.feature() == second.feature()
                        || !fits(List.of(first), second)
                        || !fits(List.of(second), first)) {
                    continue;
                }
                batch.add(first.feature() < second.feature() ? List.of(first, second) : List.of(second, first));
                if (batch.size() == BATCH) {
                    score(batch, found);
                    batch.clear();
                }
            }
        }
        score(batch, found);
        return all;
    }

    /** Adds the most helpful change again and again to the best partial changes. */
    private void wider(List<Tried> ones, Map<List<Integer>, Tried> found) {
        List<Tried> beam = best(ones);
        for (int size = 2; size <= CounterfactualSearch.MAX_CHANGED && found.isEmpty(); size++) {
            List<List<Change>> next = new ArrayList<>();
            for (Tried tried : beam) {
                for (Tried one : ones) {
                    Change change = one.changes.getFirst();
                    if (tried.changes.stream()
                                    .noneMatch(c -> c.feature() == change.feature() || !fits(List.of(change), c))
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
                scored.addAll(best(score(next.subList(from, Math.min(next.size(), from + BATCH)), found)));
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
    private List<Tried> score(List<List<Change>> changes, Map<List<Integer>, Tried> found) {
        List<Tried> all = new ArrayList<>(changes.size());
        double[] answers = attempts.values(row, changes, target.output());
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

    private List<Counterfactual> results(Map<List<Integer>, Tried> found, double[][] wanted, int k, boolean minimal) {
        List<Tried> best = found.values().stream()
                .filter(tried -> !contains(found, tried))
                .sorted(Comparator.comparingInt((Tried t) -> t.changes.size())
                        .thenComparingDouble(Tried::cost)
                        .thenComparing(t -> t.changes.toString()))
                .toList();
        if (!candidates.isComplete()) {
            best = nearer(best.subList(0, Math.min(best.size(), Math.max(SHRUNK, k))));
        }
        List<Counterfactual> results = new ArrayList<>();
        for (Tried tried : best) {
            double[] changed = attempts.changed(row, tried.changes);
            double value = model.predict(changed).values()[target.output()];
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

    /** Each as near to the row as the decision allows; where the budget ends, the rest stays as it was found. */
    private List<Tried> nearer(List<Tried> changes) {
        var shrinking = new Shrinking(attempts, candidates, constraints, row, target);
        Map<List<Integer>, Tried> nearer = new HashMap<>();
        int done = 0;
        try {
            for (; done < changes.size(); done++) {
                keep(shrinking.of(changes.get(done).changes), nearer);
            }
        } catch (ExplainException e) {
            if (e.code() != Code.BUDGET_EXCEEDED) {
                throw e;
            }
        }
        for (Tried tried : changes.subList(done, changes.size())) {
            nearer.putIfAbsent(tried.changes.stream().map(Change::feature).toList(), tried);
        }
        return List.copyOf(nearer.values());
    }

    private static Counterfactual minimal(Counterfactual c) {
        return new Counterfactual(c.row(), c.changed(), c.cost(), c.distance(), c.value(), true);
    }

    /** Whether a smaller set of features also does it: then the larger one is no advice. */
    private static boolean contains(Map<List<Integer>, Tried> found, Tried tried) {
        List<Integer> own = tried.changes.stream().map(Change::feature).toList();
        return own.size() > 1 && own.stream().anyMatch(f -> found.containsKey(List.of(f)));
    }

    private double[][] wanted() {
        double[] values = model.values(background);
        return IntStream.range(0, background.count())
                .filter(i -> target.isMet(values[i * model.outputs() + target.output()]))
                .limit(10_000)
                .mapToObj(background::row)
                .toArray(double[][]::new);
    }

    private double distance(double[] changed, double[][] wanted) {
        return Arrays.stream(wanted)
                .mapToDouble(other -> scale.cost(changed, other))
                .sorted()
                .limit(NEIGHBOURS)
                .average()
                .orElse(Double.NaN);
    }
}
