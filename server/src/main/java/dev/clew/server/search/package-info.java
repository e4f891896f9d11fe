/**
 * The one filter language of searches: text → tokens → a small tree → a condition with binds. MLflow's grammar and its words for
 * errors, with {@code OR}, {@code NOT}, parentheses and {@code IS NULL} as additions. Knows no table: who searches says what a name means.
 */
@NullMarked
package dev.clew.server.search;

import org.jspecify.annotations.NullMarked;
