/**
 * Statistics of machine-learning systems: how far two samples lie apart, how good predictions are, whether groups are treated alike.
 *
 * <p>Stands alone on the JDK and Apache DataSketches. Takes columns ({@code double[]}, texts, counts), never files; keeps no
 * state between calls, does no I/O, logs nothing. Every number names its formula and the reference implementation it agrees with.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics;
