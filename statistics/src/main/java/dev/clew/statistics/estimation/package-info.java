/**
 * Performance before the labels arrive: what a model's own calibrated scores say about it, chunk by chunk.
 *
 * <p>Start at {@link dev.clew.statistics.estimation.BinaryEstimator} or {@link dev.clew.statistics.estimation.MultiEstimator}.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.estimation;
