package dev.clew.explain.counterfactual;

/**
 * One way to the wanted decision, scored again by the model itself.
 *
 * @param row the changed row
 * @param changed features that differ, ascending
 * @param cost Σ weight · |Δ| / (median absolute deviation) over numbers, plus the weight of each changed category
 * @param distance mean cost from the five nearest background rows that the model already decides that way; NaN without any
 * @param value what the model reports for the row
 * @param minimal whether no other allowed change touches fewer features, or as few at a lower cost
 */
@SuppressWarnings("ArrayRecordComponent")
public record Counterfactual(
        double[] row, int[] changed, double cost, double distance, double value, boolean minimal) {}
