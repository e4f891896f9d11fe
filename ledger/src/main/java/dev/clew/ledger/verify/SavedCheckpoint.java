package dev.clew.ledger.verify;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.witness.Policy;
import java.security.MessageDigest;

/**
 * A checkpoint that the caller kept from earlier: the log must have grown from it.
 *
 * @param checkpoint what it says
 * @param savedAt when it was kept, for the message
 */
public record SavedCheckpoint(Checkpoint checkpoint, String savedAt) {
    /**
     * Reads a kept note; its signatures are checked against the policy like any other's.
     *
     * @param note bytes of the note
     * @param savedAt when it was kept, such as the file's date
     * @throws NoteException if it is no checkpoint, or not one that the policy accepts
     */
    public static SavedCheckpoint parse(byte[] note, String savedAt, Policy policy) {
        SignedNote signed = SignedNote.parse(note);
        Checkpoint checkpoint = Checkpoint.parse(signed.text());
        try {
            Trust.of(signed, checkpoint, policy);
        } catch (CheckFailed e) {
            throw new NoteException("the saved checkpoint is not trustworthy: " + e.getMessage(), e);
        }
        return new SavedCheckpoint(checkpoint, savedAt);
    }

    /**
     * E12 and E13.
     *
     * @return true if nothing is left to prove; false if this is smaller and needs a consistency proof
     */
    boolean compare(Checkpoint newer) throws CheckFailed {
        if (!checkpoint.origin().equals(newer.origin())) {
            throw CheckFailed.missing(Check.E11, "the saved checkpoint is of another log, " + checkpoint.origin());
        }
        if (checkpoint.size() > newer.size()) {
            throw CheckFailed.failure(Check.E13, "the log shrank from " + checkpoint.size() + " to " + newer.size());
        }
        if (checkpoint.size() == newer.size()) {
            if (!MessageDigest.isEqual(checkpoint.root(), newer.root())) {
                throw CheckFailed.failure(
                        Check.E12,
                        "SPLIT VIEW: two different roots for size " + newer.size()
                                + " \u2013 keep both files as evidence");
            }
            return true;
        }
        return checkpoint.size() == 0;
    }

    static String rewritten(long older, String when, long newer) {
        return "the log has been rewritten: size " + older + " (saved " + when + ") is not a prefix of size " + newer;
    }
}
