package dev.clew.explain.counterfactual;

/**
 * What a change brings with it: when {@code cause} moves by d, {@code effect} moves by {@code perUnit} · d. A year of education, for
 * instance, makes a person a year older.
 *
 * @param cause column of the feature that somebody changes
 * @param effect column of the feature that follows; it does not cost anything and cannot be changed at the same time, and only the
 *     range of its constraint holds for it
 */
public record Consequence(int cause, int effect, double perUnit) {}
