package dev.clew.ledger.verify;

import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.note.SignatureLine;
import dev.clew.ledger.note.SignatureType;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.note.VerifierKey;
import dev.clew.ledger.witness.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A checkpoint that the policy accepts: checks E02 to E04.
 *
 * @param checkpoint what was signed
 * @param witnesses name in the policy → seconds since the epoch, of each witness that cosigned
 */
record Trust(Checkpoint checkpoint, Map<String, Long> witnesses) {
    /** Judges a note; the parts are in the order in which a newcomer would ask. */
    static Trust of(SignedNote note, Checkpoint checkpoint, Policy policy) throws CheckFailed {
        List<VerifierKey> keys = policy.keysOf(checkpoint.origin());
        if (keys.isEmpty()) {
            throw CheckFailed.failure(
                    Check.E02, "unknown log \"" + checkpoint.origin() + "\": not in the trust policy");
        }
        requireLogSignatures(note, checkpoint, keys);
        return new Trust(checkpoint, cosigners(note, policy));
    }

    private static void requireLogSignatures(SignedNote note, Checkpoint checkpoint, List<VerifierKey> keys)
            throws CheckFailed {
        List<SignatureType> signed = new ArrayList<>();
        try {
            note.verify(keys).forEach(good -> signed.add(good.key().type()));
        } catch (NoteException e) {
            throw CheckFailed.failure(
                    Check.E03,
                    "bad signature by " + checkpoint.origin()
                            + ": the checkpoint text was altered or the key is wrong");
        }
        for (VerifierKey key : keys) {
            if (!signed.contains(key.type())) {
                throw CheckFailed.failure(
                        Check.E03, "checkpoint is not signed by " + checkpoint.origin() + " (key " + key.hexId() + ")");
            }
        }
    }

    private static Map<String, Long> cosigners(SignedNote note, Policy policy) throws CheckFailed {
        Map<String, Long> cosigners = new LinkedHashMap<>();
        for (Policy.Witness witness : policy.witnesses().values()) {
            for (SignatureLine line : note.signatures()) {
                if (!witness.key().isNamedBy(line)) {
                    continue;
                }
                if (!witness.key().verifies(note.text(), line.signature())) {
                    throw CheckFailed.failure(Check.E04, "bad cosignature by " + witness.name());
                }
                cosigners.merge(
                        witness.name(), witness.key().timeOf(line.signature()).orElse(0), Math::min);
            }
        }
        if (!policy.isMetBy(cosigners.keySet())) {
            String have = cosigners.isEmpty() ? "none" : String.join(", ", new TreeSet<>(cosigners.keySet()));
            throw CheckFailed.failure(
                    Check.E04, "witness quorum not met: have " + have + ", need " + policy.quorumRule());
        }
        return cosigners;
    }

    /** Check E10: no witness saw the entry before the time it claims. */
    void requireTime(long entryMicros) throws CheckFailed {
        for (long seconds : witnesses.values()) {
            if (Times.isAfter(entryMicros, seconds)) {
                throw CheckFailed.failure(
                        Check.E10,
                        "entry claims " + Times.ofMicros(entryMicros) + " but the log was already witnessed past it at "
                                + Times.ofSeconds(seconds));
            }
        }
    }
}
