package dev.clew.statistics.fairness;

import dev.clew.statistics.performance.Confusion;
import java.util.List;

/**
 * Inequality of benefits b = ŷ − y + 1: 0 for an outcome withheld wrongly, 1 for a right one, 2 for one given wrongly.
 *
 * <p>Speicher et al. (2018), "A unified approach to quantifying algorithmic unfairness". Agrees with AIF360 0.6.1 within 1e-12 for
 * α ≠ 0 (golden/fairness.json); for α = 0 AIF360's code divides ln(b/μ) by μ, which differs from its own formula unless μ = 1: this
 * is the formula. Stateless, thread-safe.
 */
public final class Entropy {
    private Entropy() {}

    /**
     * Generalised entropy over single rows: Σ[(b/μ)^α − 1]/(n·α·(α − 1)); α = 1 Theil's index, mean (b/μ)·ln(b/μ); α = 0 the mean log
     * deviation, −mean ln(b/μ), which is +∞ as soon as one row has b = 0.
     *
     * @return at least 0; NaN without rows
     */
    public static double generalized(Confusion confusion, double alpha) {
        double right = confusion.truePositives() + confusion.trueNegatives();
        return index(
                new double[] {0, 1, 2},
                new double[] {confusion.falseNegatives(), right, confusion.falsePositives()},
                alpha);
    }

    /** The same with every row's benefit replaced by the mean of its group. */
    public static double betweenGroups(List<Group> groups, double alpha) {
        double[] benefits = new double[groups.size()];
        double[] weights = new double[groups.size()];
        for (int i = 0; i < benefits.length; i++) {
            Confusion confusion = groups.get(i).confusion();
            weights[i] = confusion.total();
            double right = confusion.truePositives() + confusion.trueNegatives();
            benefits[i] = (right + 2 * confusion.falsePositives()) / weights[i];
        }
        return index(benefits, weights, alpha);
    }

    /** √(2·GE(2)), the coefficient of variation of the benefits. */
    public static double coefficientOfVariation(Confusion confusion) {
        return Math.sqrt(2 * generalized(confusion, 2));
    }

    private static double index(double[] benefits, double[] weights, double alpha) {
        double n = 0;
        double mean = 0;
        for (int i = 0; i < benefits.length; i++) {
            n += weights[i];
            mean += weights[i] * benefits[i];
        }
        mean /= n;
        double sum = 0;
        for (int i = 0; i < benefits.length; i++) {
            if (weights[i] > 0) {
                sum += weights[i] * term(benefits[i] / mean, alpha);
            }
        }
        return alpha == 0 || alpha == 1 ? sum / n : sum / (n * alpha * (alpha - 1));
    }

    private static double term(double relative, double alpha) {
        if (alpha == 1) {
            return relative == 0 ? 0 : relative * Math.log(relative);
        }
        return alpha == 0 ? -Math.log(relative) : Math.pow(relative, alpha) - 1;
    }
}
