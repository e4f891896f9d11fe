package dev.clew.explain.model;

/**
 * What a model says about one row, per output.
 *
 * @param margins in the space where contributions add up (log-odds, log, or the value itself)
 * @param values what the model reports: probability, count, value
 */
@SuppressWarnings("ArrayRecordComponent")
public record Prediction(double[] margins, double[] values) {
    /** Margin of the only or first output. */
    public double margin() {
        return margins[0];
    }

    /** Reported value (for a binary classifier: probability of class 1) of the only or first output. */
    public double value() {
        return values[0];
    }
}
