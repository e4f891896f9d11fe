package dev.clew.statistics.fairness;

import dev.clew.statistics.Estimate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about the treatment of groups.
 *
 * @param groups in the order of their names
 * @param overall rates of all rows, suppressed groups included
 * @param rows all rows
 * @param missingShare share of rows without a value of the protected attribute
 * @param leftOut groups too small to be compared
 * @param metrics in the order of {@link FairnessMetric}
 */
public record FairnessReport(
        List<GroupRates> groups,
        GroupRates overall,
        long rows,
        double missingShare,
        long leftOut,
        Map<FairnessMetric, Finding> metrics) {
    /** Keeps copies. */
    public FairnessReport {
        groups = List.copyOf(groups);
        metrics = Collections.unmodifiableMap(new EnumMap<>(withType(metrics)));
    }

    /** An EnumMap cannot be made from an empty map of another kind. */
    private static Map<FairnessMetric, Finding> withType(Map<FairnessMetric, Finding> metrics) {
        Map<FairnessMetric, Finding> typed = new EnumMap<>(FairnessMetric.class);
        typed.putAll(metrics);
        return typed;
    }

    /** Whether a difference is tolerated. */
    public enum Verdict {
        /** The whole interval lies inside the tolerance. */
        PASS,
        /** The whole interval lies outside. */
        FAIL,
        /** The interval crosses the tolerance, or there is no number at all: more rows are needed. */
        INSUFFICIENT_EVIDENCE
    }

    /** One displayed number. */
    public sealed interface Cell {
        /** The number. */
        record Shown(Estimate estimate) implements Cell {}

        /** Hidden, because few people stand behind it. */
        record Suppressed() implements Cell {}

        /** Without a value: there are no rows to take the rate among. */
        record Undefined() implements Cell {}
    }

    /**
     * The rates of one group.
     *
     * @param name value of the protected attribute
     * @param isSuppressed whether everything about the group is hidden, its size included
     * @param rows number of rows; −1 if suppressed
     * @param rates per rate
     */
    public record GroupRates(String name, boolean isSuppressed, long rows, Map<Rate, Cell> rates) {
        /** Keeps a copy. */
        public GroupRates {
            rates = Collections.unmodifiableMap(new EnumMap<>(rates));
        }
    }

    /**
     * A metric over the groups that are large enough.
     *
     * @param estimate value and interval; n is the number of rows compared
     * @param method of the interval: {@code newcombe, katz, recovered, bootstrap}
     * @param pValue chance of a value at least as far from equal treatment if group labels were dealt at random; NaN if groups do not matter
     * @param qValue p after Benjamini and Hochberg over all metrics here
     * @param least smallest tolerated value; NaN without a tolerance
     * @param most largest tolerated value; NaN without a tolerance
     * @param isCorrected whether ½ was added to the cells of the interval because one was empty
     */
    public record Finding(
            Estimate estimate,
            String method,
            double pValue,
            double qValue,
            double least,
            double most,
            boolean isCorrected) {
        /** Whether there is a tolerance to judge by. */
        public boolean hasTolerance() {
            return !Double.isNaN(least);
        }

        /** Three-valued; see {@link Verdict}. */
        public Verdict verdict() {
            return verdict(least, most);
        }

        /** The verdict by another tolerance. */
        public Verdict verdict(double smallest, double largest) {
            if (!estimate.isDefined() || !estimate.hasInterval()) {
                return Verdict.INSUFFICIENT_EVIDENCE;
            }
            if (estimate.low() >= smallest && estimate.high() <= largest) {
                return Verdict.PASS;
            }
            return estimate.high() < smallest || estimate.low() > largest
                    ? Verdict.FAIL
                    : Verdict.INSUFFICIENT_EVIDENCE;
        }
    }
}
