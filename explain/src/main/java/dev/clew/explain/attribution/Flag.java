package dev.clew.explain.attribution;

/** A warning that stays with an attribution. */
public enum Flag {
    /** Base + attributions miss the margin by more than 1e-9 · max(1, |margin|): never show it as good. */
    ADDITIVITY_FAILED,
    /** A local surrogate that describes the model badly (R² below 0.3): not for reason codes. */
    LOW_FIDELITY,
    /** Small attributions were cut to 0 by the method: not for reason codes. */
    TRUNCATED,
    /** The equations of a sampled method had no unique solution. */
    SINGULAR,
    /** The budget ended before the wanted precision. */
    BUDGET_ENDED,
    /** The black box answered the same rows differently. */
    NON_DETERMINISTIC
}
