/**
 * Checks of other tools as suites: Soda, dbt, pandera, Deequ and TensorFlow Data Validation, the part of each that has a counterpart. What
 * has none is named, never dropped in silence.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.translate;
