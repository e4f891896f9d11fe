/**
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature): keys, signers, parsing, verification.
 * Signatures are Ed25519 and ML-DSA-44 of the Java runtime. No I/O.
 */
@NullMarked
package dev.clew.ledger.note;

import org.jspecify.annotations.NullMarked;
