package dev.clew.statistics.fairness;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Fairness metrics; the id is the convention and the name in it.
 *
 * <p>{@code fairlearn} looks at all groups: largest against smallest rate, or largest distance from the rate of all rows ({@code
 * _to_overall}). {@code aif360} looks at the unprivileged rows (all but the privileged group) against the privileged group, with its
 * sign: below 0, or below 1 for a ratio, means less for the unprivileged. {@code clew} names what is ours.
 *
 * <p>Values agree with fairlearn 0.15 and AIF360 0.6.1 within 1e-12 (golden/fairness.json), except that a group without rows to take a rate
 * among is left out where both take the rate as 0: a group without a single negative row would otherwise count as one that is never
 * selected wrongly. {@link #asReference} gives their number.
 */
public enum FairnessMetric {
    /** Largest minus smallest selection rate. */
    DEMOGRAPHIC_PARITY_DIFFERENCE(
            "fairlearn.demographic_parity_difference", Kind.DIFFERENCE, cells -> cells.spread(Rate.SELECTION_RATE)),
    /** Largest distance of a selection rate from that of all. */
    DEMOGRAPHIC_PARITY_DIFFERENCE_TO_OVERALL(
            "fairlearn.demographic_parity_difference_to_overall",
            Kind.DIFFERENCE,
            cells -> cells.spreadToOverall(Rate.SELECTION_RATE)),
    /** Smallest over largest selection rate: the four-fifths rule asks for at least 0.8. */
    DEMOGRAPHIC_PARITY_RATIO(
            "fairlearn.demographic_parity_ratio", Kind.RATIO, cells -> cells.quotient(Rate.SELECTION_RATE)),
    /** Smallest ratio of a selection rate and that of all. */
    DEMOGRAPHIC_PARITY_RATIO_TO_OVERALL(
            "fairlearn.demographic_parity_ratio_to_overall",
            Kind.RATIO,
            cells -> cells.quotientToOverall(Rate.SELECTION_RATE)),
    /** Largest minus smallest true positive rate. */
    EQUAL_OPPORTUNITY_DIFFERENCE(
            "fairlearn.equal_opportunity_difference", Kind.DIFFERENCE, cells -> cells.spread(Rate.TPR)),
    /** Smallest over largest true positive rate. */
    EQUAL_OPPORTUNITY_RATIO("fairlearn.equal_opportunity_ratio", Kind.RATIO, cells -> cells.quotient(Rate.TPR)),
    /** The larger of the spreads of true and false positive rate. */
    EQUALIZED_ODDS_DIFFERENCE(
            "fairlearn.equalized_odds_difference",
            Kind.DIFFERENCE,
            cells -> Math.max(cells.spread(Rate.TPR), cells.spread(Rate.FPR))),
    /** The mean of the spreads of true and false positive rate. */
    EQUALIZED_ODDS_DIFFERENCE_MEAN(
            "fairlearn.equalized_odds_difference_mean",
            Kind.DIFFERENCE,
            cells -> (cells.spread(Rate.TPR) + cells.spread(Rate.FPR)) / 2),
    /** The smaller of the quotients of true and false positive rate. */
    EQUALIZED_ODDS_RATIO(
            "fairlearn.equalized_odds_ratio",
            Kind.RATIO,
            cells -> Math.min(cells.quotient(Rate.TPR), cells.quotient(Rate.FPR))),
    /** The mean of the quotients of true and false positive rate. */
    EQUALIZED_ODDS_RATIO_MEAN(
            "fairlearn.equalized_odds_ratio_mean",
            Kind.RATIO,
            cells -> (cells.quotient(Rate.TPR) + cells.quotient(Rate.FPR)) / 2),
    /** Largest minus smallest accuracy. */
    ACCURACY_DIFFERENCE("fairlearn.accuracy_score_difference", Kind.DIFFERENCE, cells -> cells.spread(Rate.ACCURACY)),
    /** Largest minus smallest false negative rate. */
    FNR_DIFFERENCE("fairlearn.false_negative_rate_difference", Kind.DIFFERENCE, cells -> cells.spread(Rate.FNR)),
    /** Largest minus smallest false positive rate. */
    FPR_DIFFERENCE("fairlearn.false_positive_rate_difference", Kind.DIFFERENCE, cells -> cells.spread(Rate.FPR)),
    /** Selection rate of the unprivileged minus that of the privileged. */
    STATISTICAL_PARITY_DIFFERENCE(
            "aif360.statistical_parity_difference", Kind.PAIR_DIFFERENCE, cells -> cells.gap(Rate.SELECTION_RATE)),
    /** Selection rate of the unprivileged over that of the privileged. */
    DISPARATE_IMPACT("aif360.disparate_impact", Kind.PAIR_RATIO, cells -> cells.ratio(Rate.SELECTION_RATE)),
    /** The same difference of the true positive rate. */
    SIGNED_EQUAL_OPPORTUNITY("aif360.equal_opportunity_difference", Kind.PAIR_DIFFERENCE, cells -> cells.gap(Rate.TPR)),
    /** The larger absolute difference of true and false positive rate. */
    PAIR_EQUALIZED_ODDS(
            "aif360.equalized_odds_difference",
            Kind.PAIR_SIZE,
            cells -> Math.max(Math.abs(cells.gap(Rate.FPR)), Math.abs(cells.gap(Rate.TPR)))),
    /** Mean of the differences of false and true positive rate. */
    AVERAGE_ODDS_DIFFERENCE(
            "aif360.average_odds_difference",
            Kind.PAIR_DIFFERENCE,
            cells -> (cells.gap(Rate.FPR) + cells.gap(Rate.TPR)) / 2),
    /** Mean of the absolute differences of false and true positive rate. */
    AVERAGE_ABSOLUTE_ODDS_DIFFERENCE(
            "aif360.average_abs_odds_difference",
            Kind.PAIR_SIZE,
            cells -> (Math.abs(cells.gap(Rate.FPR)) + Math.abs(cells.gap(Rate.TPR))) / 2),
    /** Mean of the differences of precision and false omission rate. */
    AVERAGE_PREDICTIVE_VALUE_DIFFERENCE(
            "aif360.average_predictive_value_difference",
            Kind.PAIR_DIFFERENCE,
            cells -> (cells.gap(Rate.PPV) + cells.gap(Rate.FOR)) / 2),
    /** Difference of the error rate. */
    ERROR_RATE_DIFFERENCE("aif360.error_rate_difference", Kind.PAIR_DIFFERENCE, cells -> cells.gap(Rate.ERROR_RATE)),
    /** Ratio of the error rate. */
    ERROR_RATE_RATIO("aif360.error_rate_ratio", Kind.PAIR_RATIO, cells -> cells.ratio(Rate.ERROR_RATE)),
    /** Difference of the false negative rate. */
    SIGNED_FNR_DIFFERENCE("aif360.false_negative_rate_difference", Kind.PAIR_DIFFERENCE, cells -> cells.gap(Rate.FNR)),
    /** Difference of the false omission rate. */
    FOR_DIFFERENCE("aif360.false_omission_rate_difference", Kind.PAIR_DIFFERENCE, cells -> cells.gap(Rate.FOR)),
    /** Difference of the false discovery rate. */
    FDR_DIFFERENCE("aif360.false_discovery_rate_difference", Kind.PAIR_DIFFERENCE, cells -> cells.gap(Rate.FDR)),
    /** Generalised entropy of the benefits, α = 2; see {@link Entropy}. */
    GENERALIZED_ENTROPY("aif360.generalized_entropy_error", Kind.INEQUALITY, cells -> cells.entropy(2)),
    /** Theil's index of the benefits. */
    THEIL_INDEX("aif360.theil_index", Kind.INEQUALITY, cells -> cells.entropy(1)),
    /** Coefficient of variation of the benefits. */
    COEFFICIENT_OF_VARIATION(
            "aif360.coefficient_of_variation", Kind.INEQUALITY, cells -> Math.sqrt(2 * cells.entropy(2))),
    /** Generalised entropy between the groups, α = 2. */
    BETWEEN_GROUP_ENTROPY(
            "aif360.between_group_generalized_entropy_error", Kind.SPREAD, cells -> cells.betweenGroups(2)),
    /**
     * Largest |ln ratio| of the smoothed chances of an outcome between two groups. AIF360 counts the outcomes that a group happens to show
     * and so is infinite as soon as one shows a single outcome; here there are always two.
     */
    DIFFERENTIAL_FAIRNESS("aif360.smoothed_edf", Kind.SPREAD, Cells::differentialFairness);

    /** What the number is and which interval it gets. */
    enum Kind {
        /** At least 0, over all groups. */
        DIFFERENCE,
        /** At most 1, over all groups. */
        RATIO,
        /** Signed, of two sides. */
        PAIR_DIFFERENCE,
        /** Above or below 1, of two sides. */
        PAIR_RATIO,
        /** At least 0, of two sides. */
        PAIR_SIZE,
        /** At least 0, over rows; the groups do not matter. */
        INEQUALITY,
        /** At least 0, over all groups, no tolerance of its own. */
        SPREAD;

        boolean isPair() {
            return this == PAIR_DIFFERENCE || this == PAIR_RATIO || this == PAIR_SIZE;
        }

        boolean isRatio() {
            return this == RATIO || this == PAIR_RATIO;
        }

        boolean hasTolerance() {
            return this != INEQUALITY && this != SPREAD;
        }
    }

    private final String id;
    private final Kind kind;
    private final ToDoubleFunction<Cells> formula;

    FairnessMetric(String id, Kind kind, ToDoubleFunction<Cells> formula) {
        this.id = id;
        this.kind = kind;
        this.formula = formula;
    }

    /** The metric of this id, if there is one. */
    public static Optional<FairnessMetric> named(String id) {
        return Arrays.stream(values()).filter(metric -> metric.id.equals(id)).findFirst();
    }

    /** Convention and name, in reports and rules. */
    public String id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    /** Whether a privileged group must be named. */
    public boolean needsPrivileged() {
        return kind.isPair();
    }

    /** Whether 1 means equal treatment and not 0. */
    public boolean isRatio() {
        return kind.isRatio();
    }

    /**
     * The value over all groups given, without interval or suppression.
     *
     * @param privileged name of the privileged group; empty only for metrics that do not need one
     * @return NaN if the groups do not define it
     * @throws IllegalArgumentException if the privileged group is needed and absent
     */
    public double of(Groups groups, Optional<String> privileged) {
        return of(cells(groups, privileged));
    }

    /** The value as fairlearn and AIF360 give it: a rate that a group has no rows for counts as 0. Else as {@link #of}. */
    public double asReference(Groups groups, Optional<String> privileged) {
        return of(cells(groups, privileged).withZeroes());
    }

    private Cells cells(Groups groups, Optional<String> privileged) {
        return Cells.of(groups.all().stream().map(Group::confusion).toList(), index(groups, privileged));
    }

    double of(Cells cells) {
        return formula.applyAsDouble(cells);
    }

    int index(Groups groups, Optional<String> privileged) {
        if (!kind.isPair()) {
            return -1;
        }
        String name = privileged.orElseThrow(() -> new IllegalArgumentException(
                "Metric '%s' compares with a privileged group; name one of the groups.".formatted(id)));
        for (int i = 0; i < groups.all().size(); i++) {
            if (groups.all().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "There is no group '%s' to be privileged; name one of the groups.".formatted(name));
    }
}
