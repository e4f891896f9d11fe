/**
 * Attributions of models that can only be asked: exact, by permutations, by least squares, by sampling, over a hierarchy.
 *
 * <p>{@link dev.clew.explain.agnostic.AgnosticExplainer} plays one cooperative game per row; each solver is one way to
 * share its value.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.agnostic;
