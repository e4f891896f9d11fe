package dev.clew.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * A number with its 95 % interval and the rows it rests on.
 *
 * @param value NaN if not defined for the input
 * @param low lower end; NaN if the number has no interval
 * @param high upper end; NaN if the number has no interval
 * @param n rows it rests on, for a rate its denominator
 */
public record Estimate(double value, double low, double high, long n) {
    /** A number that the input does not define. */
    public static Estimate undefined(long n) {
        return new Estimate(Double.NaN, Double.NaN, Double.NaN, n);
    }

    /** A number without an interval. */
    public static Estimate plain(double value, long n) {
        return new Estimate(value, Double.NaN, Double.NaN, n);
    }

    /** Whether the input defines the number. */
    public boolean isDefined() {
        return !Double.isNaN(value);
    }

    /** Whether there is an interval. */
    public boolean hasInterval() {
        return !Double.isNaN(low) && !Double.isNaN(high);
    }

    /** This estimate through a monotonic function; the ends are swapped if it falls. */
    public Estimate map(DoubleUnaryOperator monotonic) {
        double left = monotonic.applyAsDouble(low);
        double right = monotonic.applyAsDouble(high);
        return new Estimate(monotonic.applyAsDouble(value), Math.min(left, right), Math.max(left, right), n);
    }
}
