package dev.clew.statistics.distance;

/**
 * Distances between two discrete distributions over the same bins. Agree with scipy 1.17 and Evidently 0.7.21 within 1e-12
 * (golden/drift.json), and with mpmath within 1e-9 relative also where both sides are nearly equal (golden/preset.json). Stateless,
 * thread-safe.
 *
 * <p>Nearly equal sides are where the textbook sums lose their digits: terms of either sign and size 1e-5 add up to 1e-10, and scipy's
 * Jensen–Shannon distance keeps seven digits there. The sums here are arranged so that no term is negative.
 */
public final class Divergence {
    /** Sums of shares that differ from 1 by less are 1. */
    private static final double ROUNDING = 1e-12;

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
            total += excessEntropy(shares.reference()[i] / left, shares.current()[i] / right);
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
        double divergence = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            double p = shares.reference()[i] / left;
            double q = shares.current()[i] / right;
            divergence += p + q == 0 ? 0 : (p + q) / 2 * entropyLost((p - q) / (p + q));
        }
        return Math.sqrt(divergence / Math.log(base) / 2);
    }

    /** (1 + d) ln(1 + d) + (1 − d) ln(1 − d) for d in [−1, 1]; its series where the two terms would cancel. */
    private static double entropyLost(double d) {
        double square = d * d;
        if (square > 0.01) {
            return side(1 + d) + side(1 - d);
        }
        double power = square;
        double sum = 0;
        for (int k = 1; k < 9; k++) {
            sum += power / (k * (2 * k - 1));
            power *= square;
        }
        return sum;
    }

    private static double side(double x) {
        return x == 0 ? 0 : x * Math.log(x);
    }

    /**
     * Hellinger distance √(1 − Σ√(pq)), the sum held to [0, 1] as Evidently does. In [0, 1].
     *
     * <p>Computed as ½Σ(√p − √q)² plus what the sides lack to 1: equal sides are 0 apart, where Evidently may say 1e-8.
     */
    public static double hellinger(Proportions shares) {
        double squares = 0;
        for (int i = 0; i < shares.reference().length; i++) {
            double gap = Math.sqrt(shares.reference()[i]) - Math.sqrt(shares.current()[i]);
            squares += gap * gap;
        }
        double lacking = 1 - (sum(shares.reference()) + sum(shares.current())) / 2;
        return Math.sqrt(Math.clamp(squares / 2 + (Math.abs(lacking) < ROUNDING ? 0 : lacking), 0.0, 1.0));
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

    /** p ln(p/q) − p + q, never negative; over normalised sides it sums to the same as p ln(p/q). */
    private static double excessEntropy(double p, double q) {
        if (p == 0 || q == 0) {
            return p == 0 ? q : Double.POSITIVE_INFINITY;
        }
        double t = (q - p) / p;
        if (Math.abs(t) > 0.05) {
            return p * Math.log(p / q) - p + q;
        }
        double power = t * t;
        double sum = 0;
        for (int k = 2; k < 14; k++) {
            sum += power / k;
            power *= -t;
        }
        return p * sum;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
