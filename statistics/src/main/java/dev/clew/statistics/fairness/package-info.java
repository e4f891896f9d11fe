/**
 * Are groups treated alike? The metrics of fairlearn (over all groups) and of AIF360 (unprivileged against privileged), each by its
 * name, with intervals, suppression of small groups and a verdict that may be "not enough evidence".
 *
 * <p>Start at {@link dev.clew.statistics.fairness.Fairness}. A rate without rows has no value; it is never 0.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.fairness;
