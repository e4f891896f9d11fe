package dev.clew.explain.counterfactual;

import java.util.Set;

/**
 * What may happen to one feature.
 *
 * @param least and {@code most}: allowed values
 * @param step distance of allowed values from the present one, 0 for any
 * @param weight factor of the feature's cost, above 0
 * @param only categories that may be chosen, by number; empty for all
 */
public record Constraint(Move move, double least, double most, double step, double weight, Set<Integer> only) {
    /** Direction of change. */
    public enum Move {
        ANY,
        UP,
        DOWN,
        NONE
    }

    /** Anything may happen, at the usual cost. */
    public static final Constraint FREE = of(Move.ANY);

    /** Stays as it is. */
    public static final Constraint IMMUTABLE = of(Move.NONE);

    /** Takes a copy of the choice. */
    public Constraint {
        only = Set.copyOf(only);
    }

    /** Without bounds, step or choice, at the usual cost. */
    public static Constraint of(Move move) {
        return new Constraint(move, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0, 1, Set.of());
    }

    /** The same with other bounds. */
    public Constraint between(double from, double to) {
        return new Constraint(move, from, to, step, weight, only);
    }

    /** The same in steps. */
    public Constraint inSteps(double size) {
        return new Constraint(move, least, most, size, weight, only);
    }

    /** The same at another cost. */
    public Constraint weighing(double factor) {
        return new Constraint(move, least, most, step, factor, only);
    }

    /** The same with a choice of categories. */
    public Constraint only(Set<Integer> categories) {
        return new Constraint(move, least, most, step, weight, categories);
    }

    boolean holds(double value) {
        return !(value < least) && !(value > most);
    }

    boolean allows(double from, double to) {
        if (!holds(to) || Double.isNaN(to) || !(only.isEmpty() || only.contains((int) to))) {
            return false;
        }
        return switch (move) {
            case ANY -> true;
            case UP -> to > from;
            case DOWN -> to < from;
            case NONE -> false;
        };
    }
}
