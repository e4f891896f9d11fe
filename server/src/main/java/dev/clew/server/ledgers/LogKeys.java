package dev.clew.server.ledgers;

import dev.clew.ledger.note.CheckpointSigner;
import dev.clew.ledger.note.Ed25519Signer;
import dev.clew.ledger.note.MlDsa44Signer;
import dev.clew.ledger.note.VerifierKey;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.vault.Vault;
import java.util.List;

/** The two keys every checkpoint is signed with, made again from their seeds at each start. Immutable. */
record LogKeys(Ed25519Signer ed25519, MlDsa44Signer mlDsa44) {
    /** A log that took a new name signs with other keys than the one it came from. */
    static LogKeys of(Vault vault, String origin) {
        String generation = origin.substring(Succession.ancestor(origin).length());
        return new LogKeys(
                Ed25519Signer.of(origin, vault.signingSeed("log/ed25519" + generation)),
                MlDsa44Signer.of(origin, vault.signingSeed("log/mldsa44" + generation)));
    }

    List<CheckpointSigner> signers() {
        return List.of(ed25519, mlDsa44);
    }

    LedgerRows.Identity identity(String origin) {
        return new LedgerRows.Identity(
                origin, ed25519.verifierKey().toString(), mlDsa44.verifierKey().toString());
    }

    /** Fails closed: a log is never signed with other keys than the ones it began with. */
    void require(LedgerRows.Identity stored) {
        if (!identity(stored.origin()).equals(stored)) {
            throw new ClewException(
                    ErrorCode.KEY_MISSING,
                    "The signing keys are not those of log %s. Put its keys directory back, or restore the key archive; nothing is signed meanwhile."
                            .formatted(stored.origin()));
        }
    }

    /** As a verifier key begins; the key itself, in base64, may hold a plus sign too. */
    String nameAndKeyId() {
        String key = ed25519.verifierKey().toString();
        return key.substring(0, key.indexOf('+', key.indexOf('+') + 1));
    }

    /** The trust policy that pins this log: its Ed25519 key, the ML-DSA-44 key as a comment, no witnesses. */
    String policy() {
        return policy(ed25519.verifierKey(), mlDsa44.verifierKey());
    }

    static String policy(VerifierKey ed25519, VerifierKey mlDsa44) {
        return "log %s\n# mldsa44 %s\nquorum none\n".formatted(ed25519, mlDsa44);
    }
}
