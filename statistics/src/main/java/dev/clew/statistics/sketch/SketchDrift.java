package dev.clew.statistics.sketch;

import java.util.function.DoubleSupplier;

/** Drift between sketches: a number with its bound, and the exact computation where the bound does not decide. Stateless. */
public final class SketchDrift {
    private SketchDrift() {}

    /**
     * A distance known up to an error.
     *
     * @param value from the sketches
     * @param error in 99 of 100 cases the exact value differs by at most so much; 0 if it is exact
     */
    public record Bounded(double value, double error) {
        /** What can be said about a threshold. */
        public Decision decide(double threshold) {
            if (error > 0 && Math.abs(value - threshold) <= error) {
                return Decision.UNCERTAIN;
            }
            return value >= threshold ? Decision.DRIFT : Decision.NO_DRIFT;
        }

        /** This distance if it decides, else the exact one. */
        public Bounded decided(double threshold, DoubleSupplier exact) {
            return decide(threshold) == Decision.UNCERTAIN ? new Bounded(exact.getAsDouble(), 0) : this;
        }
    }

    /** On which side of a threshold. */
    public enum Decision {
        /** At or above it. */
        DRIFT,
        /** Below it. */
        NO_DRIFT,
        /** The error reaches across: compute exactly. */
        UNCERTAIN
    }

    /**
     * The Kolmogorov–Smirnov statistic; its error is at most the sum of both rank errors.
     *
     * @throws IllegalArgumentException if a side is empty
     */
    public static Bounded kolmogorovSmirnov(NumberSketch reference, NumberSketch current) {
        if (reference.count() == 0 || current.count() == 0) {
            throw new IllegalArgumentException(
                    "A comparison needs values on both sides; there are %d and %d. Widen the window."
                            .formatted(reference.count(), current.count()));
        }
        double largest = 0;
        for (double value : reference.values()) {
            largest = Math.max(largest, Math.abs(reference.rank(value) - current.rank(value)));
        }
        for (double value : current.values()) {
            largest = Math.max(largest, Math.abs(reference.rank(value) - current.rank(value)));
        }
        return new Bounded(largest, reference.largestRankError() + current.largestRankError());
    }
}
