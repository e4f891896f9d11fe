package dev.clew.statistics.fairness;

import dev.clew.statistics.performance.Confusion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes counted by group, groups in the order of their names. Memory is proportional to the groups. Immutable, thread-safe.
 *
 * @param all the groups; rows without a value of the attribute are the group {@link #MISSING}
 */
public record Groups(List<Group> all) {
    /** The group of rows without a value of the protected attribute. */
    public static final String MISSING = "(missing)";

    /** Keeps a copy. */
    public Groups {
        all = List.copyOf(all);
    }

    /**
     * Counts rows.
     *
     * @param labels whether the favourable outcome was right
     * @param predictions whether it was given
     * @param groups value of the protected attribute, null if missing
     */
    public static Groups of(boolean[] labels, boolean[] predictions, List<? extends @Nullable String> groups) {
        double[] weights = new double[labels.length];
        Arrays.fill(weights, 1);
        return of(labels, predictions, groups, weights);
    }

    /**
     * Counts weighted rows.
     *
     * @param weights above 0, one per row
     * @throws IllegalArgumentException if the lengths differ or a weight is not above 0
     */
    public static Groups of(
            boolean[] labels, boolean[] predictions, List<? extends @Nullable String> groups, double[] weights) {
        if (labels.length != predictions.length || groups.size() != labels.length || weights.length != labels.length) {
            throw new IllegalArgumentException(
                    "Every row needs a label, a prediction, a group (or null) and a weight; there are %d, %d, %d and %d."
                            .formatted(labels.length, predictions.length, groups.size(), weights.length));
        }
        var counter = new Counter();
        for (int i = 0; i < labels.length; i++) {
            counter.add(labels[i], predictions[i], groups.get(i), weights[i]);
        }
        return counter.groups();
    }

    /** The values of two attributes of a row as one; null if either is missing. */
    public static @Nullable String intersection(@Nullable String one, @Nullable String other) {
        return one == null || other == null ? null : one + " ∩ " + other;
    }

    /** The group called so, if there is one. */
    public Optional<Group> named(String name) {
        return all.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    /** All rows together. */
    public Group overall() {
        return pooled("(all)", all);
    }

    /** All rows but those of one group. */
    public Group others(String name) {
        return pooled(
                "(others)",
                all.stream().filter(group -> !group.name().equals(name)).toList());
    }

    /** These groups without those of fewer rows. */
    public Groups atLeast(long rows) {
        return new Groups(all.stream().filter(group -> group.rows() >= rows).toList());
    }

    private static Group pooled(String name, List<Group> groups) {
        double[] cells = new double[4];
        long rows = 0;
        double squares = 0;
        for (Group group : groups) {
            cells[0] += group.confusion().truePositives();
            cells[1] += group.confusion().falsePositives();
            cells[2] += group.confusion().falseNegatives();
            cells[3] += group.confusion().trueNegatives();
            rows += group.rows();
            double weight = group.confusion().total();
            squares += group.effectiveRows() > 0 ? weight * weight / group.effectiveRows() : 0;
        }
        var confusion = new Confusion(cells[0], cells[1], cells[2], cells[3]);
        double effective = squares > 0 ? confusion.total() * confusion.total() / squares : 0;
        return new Group(name, confusion, rows, effective);
    }

    /** Counts row by row, so that a table is never held. Confined to one thread. */
    public static final class Counter {
        private final TreeMap<String, double[]> cells = new TreeMap<>();

        /** Adds one row; null is a missing group. */
        public void add(boolean label, boolean prediction, @Nullable String group, double weight) {
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "A row has the weight %s; weights are above 0. Leave rows without weight out."
                                .formatted(weight));
            }
            double[] counts = cells.computeIfAbsent(group == null ? MISSING : group, _ -> new double[6]);
            counts[prediction ? (label ? 0 : 1) : (label ? 2 : 3)] += weight;
            counts[4]++;
            counts[5] += weight * weight;
        }

        /** What was counted so far. */
        public Groups groups() {
            List<Group> groups = new ArrayList<>();
            cells.forEach((name, counts) -> {
                var confusion = new Confusion(counts[0], counts[1], counts[2], counts[3]);
                groups.add(new Group(
                        name, confusion, (long) counts[4], confusion.total() * confusion.total() / counts[5]));
            });
            return new Groups(groups);
        }
    }
}
