package dev.clew.explain.attribution;

import java.util.Set;

/**
 * The explanation of one row.
 *
 * <p>In {@code space} and per output, {@code base + Σ phi} is what is explained: the margin, or the prediction in other spaces. The
 * arrays are the caller's to read, nobody's to write.
 *
 * @param base expected value per output, in {@code space}
 * @param phi attribution per output and feature, outputs × features, in the order of the model's schema (of a grouping, where features
 *     were grouped); in {@code space}, never NaN unless the model answered nonsense
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

    /** Takes a copy of the flags, not of the arrays. */
    public Attribution {
        flags = Set.copyOf(flags);
    }

    /** Attributions of an output by feature; the array itself, not a copy. */
    public double[] phi(int output) {
        return phi[output];
    }

    /** Whether base and attributions add up as far as the method claims; otherwise they must not be shown as good. */
    public boolean isTrustworthy() {
        return !flags.contains(Flag.ADDITIVITY_FAILED);
    }
}
