/**
 * Anchors (Ribeiro, Singh, Guestrin 2018): a rule that holds for a case and, wherever it holds, almost always fixes the model's
 * answer. Written from the paper.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.anchor;
