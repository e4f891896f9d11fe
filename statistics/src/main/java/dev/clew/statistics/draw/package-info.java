/** Seeded random counts, for bootstraps and permutations that never touch single rows. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.draw;
