package dev.clew.explain.lime;

/**
 * What a surrogate is fitted on; row 0 is the case itself.
 *
 * @param features samples × features as the surrogate sees them
 * @param raw the same samples as the model sees them, row-major
 * @param weight by distance from the case
 */
@SuppressWarnings("ArrayRecordComponent")
record Samples(double[][] features, double[] raw, double[] weight) {
    /** √exp(−d²/σ²) with σ = ¾·√M, the kernel of the reference. */
    static double weight(double squaredDistance, int features) {
        double width = 0.75 * Math.sqrt(features);
        return Math.sqrt(StrictMath.exp(-squaredDistance / (width * width)));
    }
}
