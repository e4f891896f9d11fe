package dev.clew.statistics.distribution;

/** Student's t distribution. Stateless, thread-safe; accuracy as {@link Beta}. */
public final class StudentT {
    private StudentT() {}

    /**
     * P(|T| &gt; |t|).
     *
     * @param t the statistic; ±∞ gives 0, NaN gives NaN
     * @param degrees degrees of freedom, above 0
     */
    public static double twoSided(double t, double degrees) {
        if (Double.isInfinite(t)) {
            return 0;
        }
        double square = t * t;
        return Beta.regularized(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square));
    }
}
