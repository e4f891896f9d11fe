/** 95 % intervals: how far a rate, a difference, a ratio or a mean may lie from what was observed. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.interval;
