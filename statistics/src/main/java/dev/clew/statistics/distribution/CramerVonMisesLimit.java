package dev.clew.statistics.distribution;

/** Limiting distribution of the Cramér–von Mises statistic. Stateless, thread-safe. */
public final class CramerVonMisesLimit {
    private CramerVonMisesLimit() {}

    /**
     * P(T ≤ x): Csörgő and Faraway (1996), equation 1.3, terms added until one is below 1e-7 as scipy 1.17 does.
     *
     * @param x above 0; meant for x ≤ 4, beyond which the result is 1 to within the terms left out
     */
    public static double cdf(double x) {
        double sum = 0;
        for (int k = 0; k < 1_000; k++) {
            double y = 4 * k + 1;
            double q = y * y / (16 * x);
            double gammas = Math.exp(Gamma.logGamma(k + 0.5) - Gamma.logGamma(k + 1));
            double term = gammas
                    / (Math.pow(Math.PI, 1.5) * Math.sqrt(x))
                    * Math.sqrt(y)
                    * Math.exp(-2 * q)
                    * BesselK.quarterScaled(q);
            sum += term;
            if (term < 1e-7) {
                break;
            }
        }
        return sum;
    }
}
