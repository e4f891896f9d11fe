/**
 * Data quality: one reader for files of rows, expectation suites in the format of Great Expectations, profiles of data.
 *
 * <p>Stands alone on {@code dev.clew.statistics}, DuckDB (in the process, without a server), Jackson and a JSON Schema validator. Start
 * with {@link dev.clew.quality.table.Table#open(java.nio.file.Path)}. Nothing here logs, opens the network or keeps state
 * between calls. Calls block and enter native code: make them on platform threads, never on virtual ones.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality;
