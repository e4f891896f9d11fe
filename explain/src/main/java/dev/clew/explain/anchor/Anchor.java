package dev.clew.explain.anchor;

import java.util.List;

/**
 * A rule and how far it can be trusted.
 *
 * @param features that the rule names, ascending; empty if the model answers the same almost everywhere
 * @param conditions one per feature, such as {@code age ≤ 27}
 * @param label the answer that the rule anchors
 * @param precision share of samples under the rule that were answered alike
 * @param low lower confidence bound of the precision (KL-Chernoff, as the search used it)
 * @param high upper confidence bound
 * @param coverage share of the training rows that the rule holds for
 * @param samples how many times the model was asked in all
 * @param reached whether the wanted precision was reached; otherwise this is the most precise rule found
 */
public record Anchor(
        List<Integer> features,
        List<String> conditions,
        int label,
        double precision,
        double low,
        double high,
        double coverage,
        int samples,
        boolean reached) {
    /** The rule as a sentence. */
    public String text() {
        return conditions.isEmpty() ? "always" : String.join(" and ", conditions);
    }
}
