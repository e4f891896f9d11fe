package dev.clew.statistics.distance;

/**
 * Distances between two discrete distributions over the same bins. Agree with scipy 1.17 and Evidently 0.7.21 within 1e-12
 * (golden/drift.json). Stateless, thread-safe.
 */
public final class Divergence {
    private Divergence() {}

    /** Population stability index Σ(p − q) ln(p/q); both sides without zeros, else +∞. In [0, ∞]. */
    public static double populationStabilityIndex(Proportions shares) {
        double sum = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            double p = shares.reference()[i];
            double q = shares.current()[i];
            sum += p == q ? 0 : (p - q) * Math.log(p / q);
        }
        return sum;
    }

    /** Kullback–Leibler divergence Σ p ln(p/q) of the normalised sides, natural logarithm. In [0, ∞]. */
    public static double kullbackLeibler(Proportions shares) {
        double left = sum(shares.reference());
        double right = sum(shares.current());
        double total = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            total += relativeEntropy(shares.reference()[i] / left, shares.current()[i] / right);
        }
        return total;
    }

    /**
     * Jensen–Shannon distance: the square root of the divergence of the normalised sides.
     *
     * <p>Lin (1991), "Divergence Measures Based on the Shannon Entropy", section IV.
     *
     * @param base of the logarithm; 2 bounds the result by 1, e by √ln 2
     */
    public static double jensenShannon(Proportions shares, double base) {
        double left = sum(shares.reference());
        double right = sum(shares.current());
        double toReference = 0;
        double toCurrent = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            double p = shares.reference()[i] / left;
            double q = shares.current()[i] / right;
            double middle = (p + q) / 2;
            toReference += relativeEntropy(p, middle);
            toCurrent += relativeEntropy(q, middle);
        }
        return Math.sqrt(Math.max(0, (toReference + toCurrent) / Math.log(base)) / 2);
    }

    /** Hellinger distance √(1 − Σ√(pq)), the sum held to [0, 1] as Evidently does. In [0, 1]. */
    public static double hellinger(Proportions shares) {
        double overlap = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            overlap += Math.sqrt(shares.reference()[i] * shares.current()[i]);
        }
        return Math.sqrt(1 - Math.clamp(overlap, 0.0, 1.0));
    }

    /** Hellinger distance ‖√p − √q‖/√2, which stays meaningful when a side sums to less than 1. In [0, 1]. */
    public static double hellingerNorm(Proportions shares) {
        double squares = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            double gap = Math.sqrt(shares.reference()[i]) - Math.sqrt(shares.current()[i]);
            squares += gap * gap;
        }
        return Math.sqrt(squares) / Math.sqrt(2);
    }

    /** Largest difference of a share. In [0, 1]. */
    public static double largestGap(Proportions shares) {
        double largest = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            largest = Math.max(largest, Math.abs(shares.reference()[i] - shares.current()[i]));
        }
        return largest;
    }

    /** Total variation distance ½Σ|p − q|. In [0, 1]. */
    public static double totalVariation(Proportions shares) {
        double sum = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            sum += Math.abs(shares.reference()[i] - shares.current()[i]);
        }
        return sum / 2;
    }

    private static double relativeEntropy(double p, double q) {
        return p == 0 ? 0 : p * Math.log(p / q);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
