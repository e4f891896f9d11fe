/** Runnable measurements; every figure in the documentation comes from a result file of one of them. */
@NullMarked
package dev.clew.benchmarks;

import org.jspecify.annotations.NullMarked;
