/**
 * High-rate records after they left the hot table: immutable segments of closed batches, written by a compactor, read by the journal's
 * {@code Records}. Three files a segment: {@code .evd} evidence (what proofs rest on, never changed), {@code .bod} sealed bodies (written
 * anew when a person is erased), {@code .seen} keys of the duplicate window (sealed, dropped after a day). Format:
 * {@code docs/reference/decision-segments.md}. Writes housekeeping rows only, no entries.
 */
@NullMarked
package dev.clew.server.segments;

import org.jspecify.annotations.NullMarked;
