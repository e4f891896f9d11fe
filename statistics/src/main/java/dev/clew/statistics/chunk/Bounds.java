package dev.clew.statistics.chunk;

/**
 * Between which values a chunk is as expected.
 *
 * @param lower −∞ if there is none
 * @param upper +∞ if there is none
 */
public record Bounds(double lower, double upper) {
    /** No bound on either side. */
    public static final Bounds NONE = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Whether a value lies outside; false for NaN. */
    public boolean isAlert(double value) {
        return value < lower || value > upper;
    }

    /** These bounds held inside what the number can be at all. */
    public Bounds within(double least, double most) {
        return new Bounds(
                lower == Double.NEGATIVE_INFINITY ? lower : Math.max(lower, least),
                upper == Double.POSITIVE_INFINITY ? upper : Math.min(upper, most));
    }
}
