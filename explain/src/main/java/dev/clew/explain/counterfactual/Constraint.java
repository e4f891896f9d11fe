package dev.clew.explain.counterfactual;

/**
 * What may happen to one feature.
 *
 * @param least and {@code most}: allowed values
 * @param step distance of allowed values from the present one, 0 for any
 * @param weight factor of the feature's cost, above 0
 */
public record Constraint(Move move, double least, double most, double step, double weight) {
    /** Direction of change. */
    public enum Move {
        ANY,
        UP,
        DOWN,
        NONE
    }

    public static final Constraint FREE =
            new Constraint(Move.ANY, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0, 1);

    public static final Constraint IMMUTABLE =
            new Constraint(Move.NONE, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0, 1);

    boolean allows(double from, double to) {
        if (to < least || to > most || Double.isNaN(to)) {
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
