package dev.clew.explain.tree;

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

    public double value(int row, int output, int i, int j) {
        return values[((row * outputs + output) * features + i) * features + j];
    }
}
