package dev.clew.explain;

import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.attribution.Provenance;
import dev.clew.explain.model.Rows;

/**
 * One model prepared for one method. Thread-safe; the result of a row depends on nothing but the row, not on the batch it
 * comes in nor on the number of threads.
 */
public interface Explainer {
    /**
     * Explains rows of raw values, NaN for missing, in the calling thread.
     *
     * @throws ExplainException {@code ROW_MISMATCH}, {@code MISSING_NOT_ALLOWED}, {@code BUDGET_EXCEEDED},
     *     {@code BLACK_BOX_FAILED}
     */
    Explanation explain(Rows rows);

    /** The same with several threads where the method can use them. */
    default Explanation explain(Rows rows, int threads) {
        return explain(rows);
    }

    /** Explains one row. */
    default Attribution explain(double[] row) {
        return explain(new Rows(row, 1, row.length)).row(0);
    }

    /** Whether {@link #interactions} has an answer: TREE in margin space, up to a depth. */
    default boolean hasInteractions() {
        return false;
    }

    /**
     * Interaction values of a batch, in several threads; memory is rows × outputs × features².
     *
     * @throws ExplainException {@code UNSUPPORTED_MODEL} if the method has none, {@code BUDGET_EXCEEDED} if the result does not fit
     *     into one array, and as {@link #explain(Rows)}
     */
    default Interactions interactions(Rows rows, int threads) {
        throw new ExplainException(
                Code.UNSUPPORTED_MODEL,
                "Interactions are computed for trees, by method TREE in margin space and without groups of features.");
    }

    /** What the explanations rest on besides the row. */
    Provenance provenance();
}
