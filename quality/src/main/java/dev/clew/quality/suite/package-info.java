/**
 * Expectation suites: what is expected of a table, in the JSON of Great Expectations 0.18 and 1.x.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.suite;
