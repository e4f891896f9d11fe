/**
 * Slices: groups of rows, by one or two columns, in which a model is worse than in the rest. They are searched for, tested together so that
 * few of those reported are chance, and can be kept to be watched later.
 */
@NullMarked
package dev.clew.statistics.slice;

import org.jspecify.annotations.NullMarked;
