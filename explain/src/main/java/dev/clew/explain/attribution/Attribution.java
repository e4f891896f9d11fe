package dev.clew.explain.attribution;

import java.util.Set;

/**
 * The explanation of one row.
 *
 * @param base expected value per output, in {@code space}
 * @param phi attribution per output and feature, in the order of the model's schema
 * @param margin margin per output, added in double
 * @param prediction what the model reports per output (probability, count, value); in {@code LOG_LOSS} space the loss
 * @param additivityError largest |base + Σφ − explained value| over the outputs; NaN for methods that do not add up
 */
@SuppressWarnings("ArrayRecordComponent")
public record Attribution(
        double[] base,
        double[][] phi,
        double[] margin,
        double[] prediction,
        Method method,
        Semantics semantics,
        OutputSpace space,
        double additivityError,
        Set<Flag> flags) {

    public Attribution {
        flags = Set.copyOf(flags);
    }

    /** Attributions of an output by feature. */
    public double[] phi(int output) {
        return phi[output];
    }

    public boolean isTrustworthy() {
        return !flags.contains(Flag.ADDITIVITY_FAILED);
    }
}
