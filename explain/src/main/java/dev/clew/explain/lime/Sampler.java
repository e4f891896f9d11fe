package dev.clew.explain.lime;

import dev.clew.explain.internal.Philox;

/** Draws samples around a case. Immutable. */
interface Sampler {
    Samples around(double[] row, int count, Philox random);

    /** What a feature of the surrogate says about the case, e.g. {@code age ≤ 27}; empty where it is the value itself. */
    String condition(int feature, double value);
}
