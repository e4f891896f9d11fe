package dev.clew.statistics.distribution;

/** The χ² distribution. Stateless, thread-safe; accuracy as {@link Gamma}. */
public final class ChiSquared {
    private ChiSquared() {}

    /**
     * P(X &gt; x).
     *
     * @param x the statistic, at least 0; +∞ gives 0
     * @param degrees degrees of freedom, above 0
     */
    public static double sf(double x, double degrees) {
        return Gamma.regularizedQ(degrees / 2, x / 2);
    }

    /** P(X ≤ x). */
    public static double cdf(double x, double degrees) {
        return Gamma.regularizedP(degrees / 2, x / 2);
    }
}
