package dev.clew.statistics.distribution;

/** The hypergeometric distribution: marked items among a draw without replacement. Stateless, thread-safe. */
public final class Hypergeometric {
    private Hypergeometric() {}

    /**
     * Probability of exactly k marked items.
     *
     * @param k marked items drawn
     * @param marked marked items in the urn
     * @param unmarked other items in the urn
     * @param draws items drawn
     * @return in [0, 1]; 0 outside the support; relative error ≤ 1e-12 (Loader's three binomials)
     */
    public static double mass(long k, long marked, long unmarked, long draws) {
        if (k < 0 || k > marked || draws - k < 0 || draws - k > unmarked) {
            return 0;
        }
        double total = (double) marked + unmarked;
        if (draws == 0 || draws == total) {
            return 1;
        }
        double p = draws / total;
        double q = (total - draws) / total;
        return Deviance.binomial((double) k, (double) marked, p, q)
                * Deviance.binomial((double) (draws - k), (double) unmarked, p, q)
                / Deviance.binomial((double) draws, total, p, q);
    }
}
