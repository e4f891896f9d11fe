/** Cutting rows into chunks, and the bounds that the chunks of a reference set for later ones; both as NannyML 0.13 does. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.chunk;
