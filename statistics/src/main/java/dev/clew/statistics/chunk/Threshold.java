package dev.clew.statistics.chunk;

import java.util.OptionalDouble;

/** How the values of reference chunks become bounds for later chunks; NannyML 0.13's thresholds. Immutable, thread-safe. */
public sealed interface Threshold {
    /** Mean ± 3 standard deviations. */
    Threshold DEFAULT = new Deviations(OptionalDouble.of(3), OptionalDouble.of(3));

    /** Mean + 3 standard deviations, nothing below. */
    Threshold UPPER = new Deviations(OptionalDouble.empty(), OptionalDouble.of(3));

    /**
     * The bounds.
     *
     * @param values of the reference chunks; NaN ones are passed over
     */
    Bounds over(double[] values);

    /**
     * The same bounds whatever the reference.
     *
     * @param bounds lower below upper
     */
    record Constant(Bounds bounds) implements Threshold {
        /** Refuses bounds that leave nothing between. */
        public Constant {
            if (!(bounds.lower() < bounds.upper())) {
                throw new IllegalArgumentException("The lower bound %s must lie below the upper bound %s."
                        .formatted(bounds.lower(), bounds.upper()));
            }
        }

        @Override
        public Bounds over(double[] values) {
            return bounds;
        }
    }

    /**
     * The mean of the reference chunks and so many of their (population) standard deviations; no bound if every value is NaN.
     *
     * @param below how many below the mean, at least 0; empty for no lower bound
     * @param above how many above the mean, at least 0; empty for no upper bound
     */
    record Deviations(OptionalDouble below, OptionalDouble above) implements Threshold {
        @Override
        public Bounds over(double[] values) {
            double sum = 0;
            int count = 0;
            for (double value : values) {
                if (!Double.isNaN(value)) {
                    sum += value;
                    count++;
                }
            }
            if (count == 0) {
                return Bounds.NONE;
            }
            double mean = sum / count;
            double squares = 0;
            for (double value : values) {
                squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
            }
            double deviation = Math.sqrt(squares / count);
            return new Bounds(
                    below.isPresent() ? mean - deviation * below.getAsDouble() : Double.NEGATIVE_INFINITY,
                    above.isPresent() ? mean + deviation * above.getAsDouble() : Double.POSITIVE_INFINITY);
        }
    }
}
