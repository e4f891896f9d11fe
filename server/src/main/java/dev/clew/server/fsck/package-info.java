/**
 * Re-verifies everything a data directory holds, and recomputes its state from the ledger: {@code clew fsck}. Reads one snapshot, changes
 * nothing, works in bounded memory. Writes no entry.
 */
@NullMarked
package dev.clew.server.fsck;

import org.jspecify.annotations.NullMarked;
