package dev.clew.statistics.test;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distribution.StudentT;

/** Student's two-sided t test with pooled variance; scipy 1.17's {@code ttest_ind}. Stateless, thread-safe. */
public final class TTest {
    private TTest() {}

    /**
     * Compares the means of two samples of at least 2 values each.
     *
     * @return the statistic is t of x − y; NaN with p = NaN if both samples are constant and equal
     * @throws IllegalArgumentException if a sample has fewer than 2 values
     */
    public static TestResult compare(Sample x, Sample y) {
        Samples.requireAtLeast(2, "A t test", x, y);
        double n = x.size();
        double m = y.size();
        double degrees = n + m - 2;
        double squares =
                n * x.standardDeviation() * x.standardDeviation() + m * y.standardDeviation() * y.standardDeviation();
        double t = (x.mean() - y.mean()) / Math.sqrt(squares / degrees * (1 / n + 1 / m));
        return new TestResult(t, StudentT.twoSided(t, degrees), "exact");
    }
}
