package dev.clew.explain.counterfactual;

import dev.clew.explain.counterfactual.CounterfactualSearch.Change;
import dev.clew.explain.counterfactual.CounterfactualSearch.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Brings a change that meets the target nearer to the row: what is not needed goes back entirely, numbers go back as far as the
 * decision allows, the dearest first. For trees, whose candidates already lie next to their thresholds, only the former helps.
 */
final class Shrinking {
    private static final int POINTS = 64;
    private static final int ROUNDS = 4;

    private final Attempts attempts;
    private final Candidates candidates;
    private final Constraint[] constraints;
    private final double[] row;
    private final Target target;

    Shrinking(Attempts attempts, Candidates candidates, Constraint[] constraints, double[] row, Target target) {
        this.attempts = attempts;
        this.candidates = candidates;
        this.constraints = constraints;
        this.row = row;
        this.target = target;
    }

    List<Change> of(List<Change> changes) {
        List<Change> kept = new ArrayList<>(changes);
        List<Change> dearest = changes.stream()
                .sorted(Comparator.comparingDouble((Change c) -> -attempts.cost(row, List.of(c)))
                        .thenComparingInt(Change::feature))
                .toList();
        for (Change change : dearest) {
            List<Change> rest = new ArrayList<>(kept);
            rest.remove(change);
            if (!rest.isEmpty() && meets(rest)) {
                kept = rest;
            }
        }
        for (Change change : dearest) {
            if (kept.contains(change) && candidates.isContinuous(change.feature())) {
                kept.set(kept.indexOf(change), nearer(kept, change));
            }
        }
        return List.copyOf(kept);
    }

    /** Points between the row's value and the changed one, ever closer around the nearest that still meets the target. */
    private Change nearer(List<Change> changes, Change change) {
        int j = change.feature();
        double near = row[j];
        double far = change.value();
        double step = candidates.step(j, constraints[j]);
        for (int round = 0; round < ROUNDS && !Double.isNaN(near); round++) {
            List<List<Change>> tried = new ArrayList<>();
            for (int i = 1; i < POINTS; i++) {
                double value = near + (far - near) * i / POINTS;
                if (step > 0) {
                    double steps = Math.abs(value - row[j]) / step;
                    value = row[j] + Math.signum(far - row[j]) * Math.ceil(steps - 1e-9) * step;
                }
                if (value != row[j] && value != far && constraints[j].allows(row[j], value)) {
                    List<Change> with = new ArrayList<>(changes);
                    with.set(with.indexOf(change), new Change(j, value));
                    tried.add(with);
                }
            }
            double[] answers = attempts.values(row, tried, target.output());
            int first = 0;
            while (first < answers.length && !target.isMet(answers[first])) {
                first++;
            }
            if (first == answers.length) {
                near = tried.isEmpty() ? Double.NaN : value(tried.getLast(), j);
            } else {
                far = value(tried.get(first), j);
                near = first == 0 ? near : value(tried.get(first - 1), j);
            }
            if (step > 0 && first == 0) {
                break;
            }
        }
        return new Change(j, far);
    }

    private static double value(List<Change> changes, int feature) {
        return changes.stream()
                .filter(c -> c.feature() == feature)
                .findFirst()
                .orElseThrow()
                .value();
    }

    private boolean meets(List<Change> changes) {
        return target.isMet(attempts.values(row, List.of(changes), target.output())[0]);
    }
}
