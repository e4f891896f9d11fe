/**
 * Special functions and probability distributions, accurate into the tails.
 *
 * <p>Written here instead of taken from a library so that the module stands on the JDK alone and tails keep relative accuracy
 * down to the smallest double; {@code docs/decisions/0040-own-special-functions.md} holds the measured errors.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.distribution;
