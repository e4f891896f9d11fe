/**
 * Drift chunk by chunk, against bounds that the reference's own chunks set: the methods of NannyML 0.13, under its names.
 *
 * <p>Start at {@link dev.clew.statistics.drift.chunked.ChunkDrift} for one column,
 * {@link dev.clew.statistics.drift.chunked.Reconstruction} and {@link dev.clew.statistics.drift.chunked.DomainClassifier} for all together.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.drift.chunked;
