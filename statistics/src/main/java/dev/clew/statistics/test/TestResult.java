package dev.clew.statistics.test;

/**
 * What a two-sample test found.
 *
 * @param statistic the test's statistic, in its own unit
 * @param pValue in [0, 1]; NaN where the test is not defined for the input
 * @param variant how the p-value was computed: {@code exact}, {@code asymptotic}, {@code permutation}, {@code interpolated}
 */
public record TestResult(double statistic, double pValue, String variant) {}
