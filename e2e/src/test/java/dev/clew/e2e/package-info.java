/** Real clients against the packaged server: what starts both. */
@org.jspecify.annotations.NullMarked
package dev.clew.e2e;
