/** What a model does over many rows: importance of features, and how its answers move with one feature. */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.global;
