/** How good predictions are: classification, regression and ranking, each number with its interval and the rows it rests on. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.performance;
