package dev.clew.explain.agnostic;

import java.time.Duration;

/**
 * What one row may cost.
 *
 * @param maxEvaluations most rows that the model is asked for, background rows counted; at least 1
 * @param maxTime after it the model is asked no more: PERMUTATION and PARTITION return what they have found, flagged
 *     {@code BUDGET_ENDED}, the other methods fail
 */
public record Budget(long maxEvaluations, Duration maxTime) {
    /** Five million rows and five minutes. */
    public static final Budget DEFAULT = new Budget(5_000_000, Duration.ofMinutes(5));

    /** @throws IllegalArgumentException unless both are positive */
    public Budget {
        if (maxEvaluations < 1 || maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("a budget is positive");
        }
    }
}
