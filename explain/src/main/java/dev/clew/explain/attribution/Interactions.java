package dev.clew.explain.attribution;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;

/**
 * Interaction values of a batch: for each row and output a symmetric matrix whose rows sum to the attributions.
 *
 * <p>Value of (i, j), i ≠ j, is half of the Shapley interaction index (index name {@code SII_HALF}, the convention of shap
 * and XGBoost); the diagonal holds what is left of a feature's attribution.
 *
 * @param values of row r, output o, features i and j at {@code ((r · outputs + o) · features + i) · features + j}
 * @param base expected margin per output
 */
@SuppressWarnings("ArrayRecordComponent")
public record Interactions(int rows, int outputs, int features, double[] values, double[] base) {
    /** Name of the index in records. */
    public static final String INDEX = "SII_HALF";

    /** Value of a pair of features, or of one with itself, of one output of a row. */
    public double value(int row, int output, int i, int j) {
        return values[((row * outputs + output) * features + i) * features + j];
    }

    /**
     * Room for the values of so many rows.
     *
     * @throws ExplainException {@code BUDGET_EXCEEDED} if they do not fit into one array
     */
    public static double[] room(int rows, int outputs, int features) {
        long cells = (long) rows * outputs * features * features;
        if (cells > Integer.MAX_VALUE - 8) {
            throw new ExplainException(
                    Code.BUDGET_EXCEEDED,
                    "%d rows have %d interaction values, more than fit into memory at once; ask for fewer rows."
                            .formatted(rows, cells));
        }
        return new double[(int) cells];
    }
}
