package dev.clew.explain.reasons;

import java.util.List;
import java.util.Optional;

/**
 * The reasons of one decision, with the checks that stay with the notice.
 *
 * @param decisive what decided: reasons of a rule come from the rule, never from attributions
 * @param faithfulness present if the model decided
 * @param alarms in order of the enum; a {@code PROTECTED_REASON} sends the decision to a person
 */
public record ReasonReport(
        String policyVersion,
        Decisive decisive,
        List<Reason> reasons,
        Optional<Faithfulness> faithfulness,
        List<Alarm> alarms) {

    /** What decided. */
    public enum Decisive {
        MODEL,
        RULE,
        OVERRIDE,
        FALLBACK
    }

    /** What somebody must look at. */
    public enum Alarm {
        /** A protected feature, or a proxy of one, weighs as much against the person as a reason may, be it among the principal ones or not. */
        PROTECTED_REASON,
        /** The named groups together move the score by less than a quarter of the distance to the threshold. */
        WEAK_REASONS,
        /** No code passes the policy's limits. */
        NO_REASON
    }

    /**
     * What happens to the score when the named groups take the reference values.
     *
     * @param delta change of the margin, positive towards the favourable side
     * @param flips whether the decision changes
     * @param distance distance of the margin to the threshold, positive
     */
    public record Faithfulness(double delta, boolean flips, double distance) {}

    /** Whether a person must look at the decision before the notice goes out. */
    public boolean needsReview() {
        return alarms.contains(Alarm.PROTECTED_REASON) || alarms.contains(Alarm.NO_REASON);
    }
}
