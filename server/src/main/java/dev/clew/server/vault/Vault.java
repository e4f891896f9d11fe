package dev.clew.server.vault;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys and sealing. The only owner of a cipher: root key → organisation key → subject, bucket, blob, column, index and signing keys.
 * Thread-safe; keys lately used answer from memory, new ones are committed to {@code vault.db} before they are returned.
 */
public interface Vault extends AutoCloseable {
    /**
     * A sealed payload (form 2).
     *
     * @param body what the leaf or inner submission says; {@code body.stored()} is the ciphertext with its tag
     * @param keyId 16 bytes: psid of the subject, or id of the bucket key
     * @param tag 16-byte subject tag, null under a bucket key
     * @param epoch vault epoch in which the key was taken
     */
    record Sealed(Body body, byte[] keyId, byte @Nullable [] tag, long epoch) {}

    /** Seals under the subject's key, making subject and key on first sight. */
    Sealed sealForSubject(
            String namespace, String subjectNamespace, String subjectId, String mediaType, byte[] plaintext);

    /** Seals under the key of a known subject, tag included; empty when it was erased. */
    Optional<Sealed> sealForKey(byte[] keyId, String mediaType, byte[] plaintext);

    /** Seals under the bucket key of (scope, class, UTC day of the time). */
    Sealed sealForBucket(
            String namespace, int scope, String dataClass, long micros, String mediaType, byte[] plaintext);

    /** Form 1 for free text: HMAC commitment; what is stored is sealed at rest. */
    Body salted(String namespace, int scope, String mediaType, byte[] plaintext);

    /** The plaintext, its commitment checked; empty when the key was destroyed. */
    Optional<byte[]> open(byte[] keyId, Body body);

    /** What disclosure reveals of one sealed body: the HMAC key {@code r} by which a verifier recomputes the commitment. */
    Optional<byte[]> disclosureKey(byte[] keyId, Body body);

    /** psid of a subject, without making one. */
    Optional<Uid> findSubject(String namespace, String subjectNamespace, String subjectId);

    /** HMAC-SHA-256 under the organisation's index key. */
    byte[] index(String namespace, byte[] data);

    long epoch();

    @Override
    void close();
}
