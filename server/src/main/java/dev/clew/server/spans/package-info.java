/**
 * Traced calls of programs: spans as OpenTelemetry records them, what is said of a trace as a whole, and assessments of it.
 *
 * <p>Writes {@code trace.log} and {@code trace.delete}, one entry a request however many traces it holds; the entry is about the
 * experiment. A trace is no node of the stored graph: its hops (trace —version-of→ experiment, trace —from→ run, trace —of→
 * logged-model) are read from its row, which the entry proves. Spans lie in blocks of what one request brought of a trace; a block above
 * 64 KiB is a sealed blob. Values that can be searched for are kept beside their block and indexed as derived rows.
 */
@NullMarked
package dev.clew.server.spans;

import org.jspecify.annotations.NullMarked;
