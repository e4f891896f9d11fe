package dev.clew.explain.agnostic;

import java.time.Duration;

/**
 * What one row may cost.
 *
 * @param maxEvaluations most rows that the model is asked for, background rows counted
 * @param maxTime after it the model is asked no more: PERMUTATION and PARTITION return what they have found, flagged
 *     {@code BUDGET_ENDED}, the other methods fail
 */
public record Budget(long maxEvaluations, Duration maxTime) {
    public static final Budget DEFAULT = new Budget(5_000_000, Duration.ofMinutes(5));

    public Budget {
        if (maxEvaluations < 1 || maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("a budget is positive");
        }
    }
}
