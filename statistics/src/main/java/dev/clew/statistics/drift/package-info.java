/**
 * Has a column, or a table, moved? Methods and thresholds that people know from Evidently and NannyML, under their names.
 *
 * <p>Start at {@link dev.clew.statistics.drift.Drift}. A column that cannot be judged is {@code NotJudged} with a reason, never
 * "no drift".
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.drift;
