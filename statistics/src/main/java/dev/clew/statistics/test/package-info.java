/** Two-sample tests: how probable a difference at least this large is if both samples come from one distribution. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.test;
