/**
 * Exact attributions of tree ensembles.
 *
 * <p>Path-dependent Shapley values are integrals of polynomials along root-leaf paths, solved exactly by Gauss–Legendre
 * rules with constants prepared once per model: {@link dev.clew.explain.tree.TreeExplainer}.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.tree;
