/**
 * Columns in bounded memory: what is kept of a stream so that hours can be merged into days and compared with a reference.
 *
 * <p>Quantiles, distinct counts and frequent levels are Apache DataSketches; errors are known and said, and where a threshold lies inside
 * the error the exact computation is asked for.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.sketch;
