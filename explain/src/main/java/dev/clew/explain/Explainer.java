package dev.clew.explain;

import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Explanation;
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

    /** What the explanations rest on besides the row. */
    Provenance provenance();
}
