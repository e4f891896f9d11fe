/**
 * Model files read into one intermediate form, and the scorer for it.
 *
 * <p>{@link dev.clew.explain.model.Models} recognises a file; each format has one reader; trees of all formats become one
 * {@link dev.clew.explain.model.TreeEnsemble}, validated once: no cycles, children and features in range, no negative
 * cover. Readers trust nothing: depth, counts and lengths are bounded by the bytes that are really there.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.model;
