/**
 * Trust policies and the witness protocol (C2SP tlog-policy, tlog-witness): who must have signed a checkpoint, and the
 * request by which a log asks a witness. Text only, no network.
 */
@NullMarked
package dev.clew.ledger.witness;

import org.jspecify.annotations.NullMarked;
