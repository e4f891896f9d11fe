package dev.clew.statistics.test;

import dev.clew.statistics.Sample;

/** What every test asks of its samples. */
final class Samples {
    private Samples() {}

    static void requireAtLeast(int needed, String test, Sample a, Sample b) {
        int had = Math.min(a.size(), b.size());
        if (had < needed) {
            throw new IllegalArgumentException(
                    "%s needs at least %d finite values on each side; there are %d and %d. Widen the window or leave the column out."
                            .formatted(test, needed, a.size(), b.size()));
        }
    }
}
