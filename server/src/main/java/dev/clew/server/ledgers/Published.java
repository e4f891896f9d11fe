package dev.clew.server.ledgers;

import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tiles.RightEdge;
import dev.clew.ledger.tree.Hashing;

/**
 * One published state of the log: everything a proof against it needs. Immutable; the edge is a copy of its own.
 *
 * @param note null only for the empty log before its first checkpoint
 */
record Published(
        long size,
        byte[] root,
        @org.jspecify.annotations.Nullable SignedNote note,
        long micros,
        RightEdge edge) {
    static Published empty() {
        return new Published(0, Hashing.emptyRoot(), null, 0, new RightEdge((tile, bytes) -> {}));
    }
}
