/**
 * Bytes of an entry: the closed CBOR profiles, leaves, submissions, inner records, bodies, subject tags, row digests and
 * change lists. Everything here is pure: no I/O, no clock, no randomness of its own.
 */
@NullMarked
package dev.clew.ledger.encoding;

import org.jspecify.annotations.NullMarked;
