/**
 * What would have to change for another decision: the smallest changes of a row, within what the person can do, that bring
 * the model's answer to the wanted side of a threshold.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.counterfactual;
