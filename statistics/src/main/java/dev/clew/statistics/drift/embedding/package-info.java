/**
 * Have embeddings (vectors of numbers that stand for texts, pictures or users) moved? Evidently's four methods under their names.
 *
 * <p>Start at {@link dev.clew.statistics.drift.embedding.EmbeddingDrift}.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.drift.embedding;
