package dev.clew.statistics.test;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Pooled;
import java.util.TreeSet;

/**
 * Rows per level on both sides, levels in ascending order: what the tests on categories compare.
 *
 * @param reference rows per level
 * @param current rows per level, same order
 */
public record Counts(long[] reference, long[] current) {
    /** Refuses sides of different length. */
    public Counts {
        if (reference.length != current.length) {
            throw new IllegalArgumentException("Counts need the same levels on both sides; there are "
                    + reference.length + " and " + current.length + ".");
        }
    }

    /** Over the union of the levels. */
    public static Counts of(Categories reference, Categories current) {
        var levels = new TreeSet<>(reference.counts().keySet());
        levels.addAll(current.counts().keySet());
        return new Counts(
                levels.stream().mapToLong(reference::count).toArray(),
                levels.stream().mapToLong(current::count).toArray());
    }

    /** Every distinct number is a level. */
    public static Counts of(Sample reference, Sample current) {
        int levels = Pooled.distinct(reference, current);
        long[] left = new long[levels];
        long[] right = new long[levels];
        int[] next = new int[1];
        Pooled.forEach(reference, current, (_, atLeft, atRight) -> {
            left[next[0]] = atLeft;
            right[next[0]++] = atRight;
        });
        return new Counts(left, right);
    }

    int levels() {
        return reference.length;
    }

    long referenceTotal() {
        return java.util.Arrays.stream(reference).sum();
    }

    long currentTotal() {
        return java.util.Arrays.stream(current).sum();
    }
}
