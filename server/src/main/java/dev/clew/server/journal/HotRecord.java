package dev.clew.server.journal;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import org.jspecify.annotations.Nullable;

/**
 * One high-rate record, complete and sealed before it is submitted: durable with the group, in a batch within 250 ms.
 *
 * @param id the record's own id, UUIDv7 of receipt; {@code req} of its submission
 * @param act one of the inner acts
 * @param submission canonical bytes of the inner submission
 * @param digest SHA-256 of the submission: the receipt's digest
 * @param body sealed body bytes (ciphertext with tag), or empty
 * @param keyId 16 bytes: psid of the subject key or id of the bucket key the body is sealed under; zeros without a body
 * @param target uid of the decision that the record names (feedback, explanation, attributes, conflict), or null
 * @param clientKey 16 bytes: HMAC(index key, scope ‖ client id), or null without a client id
 * @param content SHA-256 of the plaintext's canonical form without server-assigned fields, by which equal repeats are recognised
 * @param vaultEpoch epoch of the vault in which the key was taken
 */
public record HotRecord(
        Uid id,
        Act act,
        byte[] submission,
        byte[] digest,
        byte[] body,
        byte[] keyId,
        @Nullable Uid target,
        byte @Nullable [] clientKey,
        byte[] content,
        long vaultEpoch) {
    /** With the digest of the submission, so that it is computed by who submits, once. */
    public HotRecord(
            Uid id,
            Act act,
            byte[] submission,
            byte[] body,
            byte[] keyId,
            @Nullable Uid target,
            byte @Nullable [] clientKey,
            byte[] content,
            long vaultEpoch) {
        this(id, act, submission, Hashing.sha256(submission), body, keyId, target, clientKey, content, vaultEpoch);
    }
}
