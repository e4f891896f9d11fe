package dev.clew.quality.profile;

/**
 * A number about two columns.
 *
 * @param left one column
 * @param right the other
 * @param value what is said of them
 */
public record Pair(String left, String right, double value) {}
