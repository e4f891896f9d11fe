package dev.clew.server.ledgers;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;

/** What the ledger refuses to go on with, each with what to do. */
final class Damage {
    private Damage() {}

    static ClewException row(String table) {
        return new ClewException(
                ErrorCode.ROW_DAMAGED,
                "E-ROW %s: a row does not hold what was written. Restore a copy of the data directory."
                        .formatted(table));
    }

    static ClewException tile(String path) {
        return new ClewException(
                ErrorCode.LEDGER_DAMAGED,
                "E-TILE %s: the tile is missing or does not hold what was signed. Restore a copy of the data directory, or this file from a mirror."
                        .formatted(path));
    }

    static ClewException entry(long seq) {
        return new ClewException(
                ErrorCode.LEDGER_DAMAGED,
                "E-ENTRY-CORRUPT seq %d: an entry is missing or damaged. Restore a copy of the data directory."
                        .formatted(seq));
    }

    static ClewException lost(long signed, long entries) {
        return new ClewException(
                ErrorCode.LEDGER_DAMAGED,
                "E-LOST: a checkpoint of size %d was signed but only %d entries are there. Acknowledged entries are missing; restore a copy of the data directory."
                        .formatted(signed, entries));
    }

    static ClewException root(long size) {
        return new ClewException(
                ErrorCode.LEDGER_DAMAGED,
                "E-ROOT: the entries do not hash to the checkpoint signed at size %d. History was altered; restore a copy of the data directory."
                        .formatted(size));
    }

    static ClewException rollback(long anchored, long entries) {
        return new ClewException(
                ErrorCode.ROLLED_BACK,
                "E-ROLLBACK: the anchor knows %d entries, this directory has %d or other ones. It is an older or altered copy; use the newest one."
                        .formatted(anchored, entries));
    }
}
