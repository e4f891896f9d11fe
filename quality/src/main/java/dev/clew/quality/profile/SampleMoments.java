package dev.clew.quality.profile;

/** Moments of a population as estimates from a sample of {@code n}, as pandas gives them (the usual corrections for bias). Stateless. */
final class SampleMoments {
    private SampleMoments() {}

    /** @param n at least 2 */
    static double deviation(double n, double population) {
        return population * Math.sqrt(n / (n - 1));
    }

    /** @param n at least 3 */
    static double skewness(double n, double population) {
        return Math.sqrt(n * (n - 1)) / (n - 2) * population;
    }

    /**
     * Excess kurtosis.
     *
     * @param n at least 4
     */
    static double kurtosis(double n, double population) {
        return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * population + 6);
    }
}
