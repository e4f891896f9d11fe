package dev.clew.statistics.fairness;

import dev.clew.statistics.performance.Confusion;

/**
 * The rows that share a value of the protected attribute.
 *
 * @param name the value; of an intersection the values joined by {@code ∩}
 * @param confusion counts, sums of weights if rows are weighted
 * @param rows number of rows
 * @param effectiveRows (Σw)²/Σw² (Kish 1965); the number of rows without weights
 */
public record Group(String name, Confusion confusion, long rows, double effectiveRows) {
    /** A group of unweighted rows. */
    public static Group of(String name, Confusion confusion) {
        return new Group(name, confusion, (long) confusion.total(), confusion.total());
    }
}
