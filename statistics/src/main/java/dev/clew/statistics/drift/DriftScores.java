package dev.clew.statistics.drift;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Binning;
import dev.clew.statistics.distance.Divergence;
import dev.clew.statistics.distance.Ecdf;
import dev.clew.statistics.distance.Pooled;
import dev.clew.statistics.distance.Proportions;
import dev.clew.statistics.test.AndersonDarling;
import dev.clew.statistics.test.CountTests;
import dev.clew.statistics.test.Counts;
import dev.clew.statistics.test.CramerVonMises;
import dev.clew.statistics.test.EppsSingleton;
import dev.clew.statistics.test.KolmogorovSmirnov;
import dev.clew.statistics.test.MannWhitney;
import dev.clew.statistics.test.MeanDiscrepancy;
import dev.clew.statistics.test.TTest;

/**
 * The score of each {@link DriftMethod}, equal to Evidently 0.7.21 (golden/drift.json: statistics within 1e-9, p-values within
 * 1e-7 relative). Stateless, thread-safe.
 */
public final class DriftScores {
    private static final long SEED = 0;

    private DriftScores() {}

    /**
     * Score of two numeric samples. Methods for categories take every distinct number as a level.
     *
     * @throws IllegalArgumentException if a side has fewer values than the method needs, or the method is for text
     */
    public static double of(DriftMethod method, Sample reference, Sample current) {
        return switch (method) {
            case KS -> KolmogorovSmirnov.compare(reference, current).pValue();
            case WASSERSTEIN -> Ecdf.wassersteinNormed(reference, current);
            case JENSEN_SHANNON -> Divergence.jensenShannon(Proportions.sturges(reference, current), Math.E);
            case PSI ->
                Divergence.populationStabilityIndex(
                        Proportions.sturges(reference, current).filled());
            case KL_DIVERGENCE ->
                Divergence.kullbackLeibler(
                        Proportions.sturges(reference, current).filled());
            case HELLINGER -> hellinger(reference, current);
            case ANDERSON_DARLING -> AndersonDarling.compare(reference, current).pValue();
            case CRAMER_VON_MISES -> CramerVonMises.compare(reference, current).pValue();
            case EPPS_SINGLETON -> EppsSingleton.compare(reference, current).pValue();
            case ENERGY -> Ecdf.energy(reference, current);
            case MANN_WHITNEY -> MannWhitney.less(reference, current).pValue();
            case T_TEST -> TTest.compare(reference, current).pValue();
            case MMD -> MeanDiscrepancy.compare(reference, current, 100, SEED).pValue();
            case CHI_SQUARE, Z, FISHER, G_TEST, TOTAL_VARIATION -> of(method, Counts.of(reference, current));
            case L_INFINITY, TEXT_DOMAIN, TEXT_DOMAIN_QUANTILE -> throw unsuited(method, ColumnType.NUMERIC);
        };
    }

    /**
     * Score of two categorical samples.
     *
     * @throws IllegalArgumentException if the method is not for categories
     */
    public static double of(DriftMethod method, Categories reference, Categories current) {
        return switch (method) {
            case JENSEN_SHANNON -> Divergence.jensenShannon(Proportions.of(reference, current), Math.E);
            case PSI ->
                Divergence.populationStabilityIndex(
                        Proportions.of(reference, current).filled());
            case KL_DIVERGENCE ->
                Divergence.kullbackLeibler(Proportions.of(reference, current).filled());
            case HELLINGER -> Divergence.hellinger(Proportions.of(reference, current));
            case L_INFINITY -> Divergence.largestGap(Proportions.of(reference, current));
            case CHI_SQUARE, Z, FISHER, G_TEST, TOTAL_VARIATION -> of(method, Counts.of(reference, current));
            case KS,
                    WASSERSTEIN,
                    ANDERSON_DARLING,
                    CRAMER_VON_MISES,
                    EPPS_SINGLETON,
                    ENERGY,
                    MANN_WHITNEY,
                    T_TEST,
                    MMD,
                    TEXT_DOMAIN,
                    TEXT_DOMAIN_QUANTILE -> throw unsuited(method, ColumnType.CATEGORICAL);
        };
    }

    private static double of(DriftMethod method, Counts counts) {
        if (method == DriftMethod.Z) {
            return CountTests.proportions(counts).pValue();
        }
        if (method == DriftMethod.FISHER) {
            return CountTests.fisher(counts).pValue();
        }
        if (method == DriftMethod.G_TEST) {
            return CountTests.gTest(counts).pValue();
        }
        if (method == DriftMethod.TOTAL_VARIATION) {
            return CountTests.totalVariation(counts, 1_000, SEED).pValue();
        }
        return CountTests.chiSquare(counts).pValue();
    }

    /** Evidently takes Sturges' rule over the distinct values, and densities instead of shares; over equal bins both agree. */
    private static double hellinger(Sample reference, Sample current) {
        double min = Math.min(reference.min(), current.min());
        double max = Math.max(reference.max(), current.max());
        double[] edges = Binning.sturges(min, max, Pooled.distinct(reference, current));
        return Divergence.hellinger(Proportions.byEdges(reference, current, edges));
    }

    private static IllegalArgumentException unsuited(DriftMethod method, ColumnType type) {
        return new IllegalArgumentException("Method '%s' does not suit a column of type '%s'; choose another method."
                .formatted(method.id(), type.id()));
    }
}
