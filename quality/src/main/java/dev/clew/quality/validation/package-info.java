/**
 * Runs suites on tables and says what came out, in the JSON of Great Expectations 1.x.
 *
 * <p>{@link dev.clew.quality.validation.Validation} is the face. A suite becomes few scans: every expectation is a chain of steps, each
 * of which asks a {@code Round} for numbers and rows; a round merges what all expectations ask for into one statement per row
 * condition. Most suites need two rounds: counts and aggregates, then the rows of what failed. An expectation that cannot be judged
 * becomes a result with an exception in it; the others go on.
 *
 * <p>The meanings are those of Great Expectations 1.24 on pandas: NaN is missing, quantiles are nearest ranks, {@code !=} keeps
 * missing values, text order is by code point. Where this library differs on purpose, {@code docs/reference/quality.md} says so.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.validation;
