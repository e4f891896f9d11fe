/**
 * What Python takes texts for: regular expressions, dates, JSON. Suites were written against these meanings, so they are kept, and
 * where they cannot be kept a pattern is refused.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.python;
