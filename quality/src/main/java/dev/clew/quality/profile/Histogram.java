package dev.clew.quality.profile;

import java.util.List;

/**
 * Counts between edges of equal distance; the last bin is closed on both sides, the others on the left.
 *
 * @param edges rising, one more than counts
 * @param counts rows per bin; infinities and missing values are in none
 */
public record Histogram(List<Double> edges, List<Long> counts) {
    /** Keeps copies. */
    public Histogram {
        edges = List.copyOf(edges);
        counts = List.copyOf(counts);
    }
}
