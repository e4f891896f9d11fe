/**
 * The one reader of CSV, TSV, JSON lines and Parquet, for files of any size in bounded memory.
 *
 * <p>{@link dev.clew.quality.table.Table#open} checks the whole file once and knows its columns and row count from then on;
 * {@link dev.clew.quality.table.Table#batches} streams columns as arrays. Parquet is read where it lies; text formats are loaded
 * into a temporary store of DuckDB, which spills to disk beyond its memory limit.
 *
 * <pre>{@code
 * try (var table = Table.open(Path.of("loans.csv"));
 *         var batches = table.batches(Selection.number("amount"), Selection.text("region"))) {
 *     for (Batch batch : batches) {
 *         double[] amounts = batch.numbers(0);
 *         @Nullable String[] regions = batch.texts(1);
 *     }
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.table;
