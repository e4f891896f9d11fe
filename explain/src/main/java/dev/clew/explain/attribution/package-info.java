/**
 * What every method answers: {@link dev.clew.explain.attribution.Explanation} for a batch, one
 * {@link dev.clew.explain.attribution.Attribution} per row, and the
 * {@link dev.clew.explain.attribution.ExplanationRecord} whose digest proves that a repetition gave the same.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.attribution;
