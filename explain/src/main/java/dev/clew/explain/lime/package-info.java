/**
 * LIME (Ribeiro, Singh, Guestrin 2016) for tables and text, to the procedure of its reference implementation: a weighted
 * ridge regression on perturbed samples around the case. A local surrogate, not Shapley values: it carries its R² and is
 * flagged where that is low.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.lime;
