package dev.clew.server.vault;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.storage.Sealing;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys and sealing. The only owner of a cipher: root key → organisation key → subject, bucket, blob, column, index and signing keys.
 * Thread-safe; keys lately used answer from memory, new ones are committed to {@code vault.db} before they are returned. Reading or
 * making a key waits for a platform thread, so every method may be called on a virtual one.
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

    /** One payload to be sealed, and under what. */
    sealed interface Plain {
        String mediaType();

        byte[] bytes();

        /** Under the key of a subject, made on first sight. */
        record Personal(Subject subject, String mediaType, byte[] bytes) implements Plain {}

        /** Under the bucket key of (scope, class, UTC day of the time). */
        record Bucketed(int scope, String dataClass, long micros, String mediaType, byte[] bytes) implements Plain {}
    }

    /** Seals under the subject's key, making subject and key on first sight. */
    Sealed sealForSubject(
            String namespace, String subjectNamespace, String subjectId, String mediaType, byte[] plaintext);

    /** Seals under the key of a known subject, tag included, or of a bucket; empty when it was erased or is being erased. */
    Optional<Sealed> sealForKey(byte[] keyId, String mediaType, byte[] plaintext);

    /** Seals under the bucket key of (scope, class, UTC day of the time). */
    Sealed sealForBucket(
            String namespace, int scope, String dataClass, long micros, String mediaType, byte[] plaintext);

    /**
     * Seals many at once, in order: all new subjects among them are one commit.
     *
     * @param payloads at most 4 096
     */
    List<Sealed> sealAll(String namespace, List<? extends Plain> payloads);

    /** Form 1 for free text: HMAC commitment; what is stored is sealed at rest under the bucket key of (scope, text, today). */
    Body salted(String namespace, int scope, String mediaType, byte[] plaintext);

    /**
     * The plaintext, its commitment checked; empty when the key was destroyed. A body of form 1 knows its own key: {@code keyId} is not
     * looked at; nor is it for form 0.
     *
     * @throws dev.clew.server.common.ClewException ROW_DAMAGED if the key is there and the bytes are not what was sealed
     */
    Optional<byte[]> open(byte[] keyId, Body body);

    /** What disclosure reveals of one sealed body: the HMAC key {@code r} by which a verifier recomputes the commitment. */
    Optional<byte[]> disclosureKey(byte[] keyId, Body body);

    /** psid of a subject, without making one; empty while it is being erased. */
    Optional<Uid> findSubject(String namespace, String subjectNamespace, String subjectId);

    /** The key by which one subject's tags are recomputed and her entries found; decrypts nothing. Empty when erased. */
    Optional<byte[]> tagKey(Uid psid);

    /** Whether something may still be sealed under this key; asked for keys taken in an older {@link #epoch}. */
    boolean holdsKey(byte[] keyId);

    /** HMAC-SHA-256 under the organisation's index key. */
    byte[] index(String namespace, byte[] data);

    /** HMAC-SHA-256 under a key of the instance, e.g. {@code "token"}: what is stored of a secret that is compared, never read. */
    byte[] mac(String purpose, byte[] data);

    /** A 32-byte seed of the instance, made at the first call and the same ever after, e.g. {@code "log/ed25519"}. */
    byte[] signingSeed(String purpose);

    /** Seals a small value at rest, bound to its purpose and id: secret columns, key lists of chunks. Nonce, ciphertext, tag. */
    byte[] sealValue(String namespace, String purpose, byte[] id, byte[] plaintext);

    /** @throws dev.clew.server.common.ClewException ROW_DAMAGED if it is not what was sealed for this purpose and id */
    byte[] openValue(String namespace, String purpose, byte[] id, byte[] sealed);

    /** Seals whole files in segments: of blobs, under a key derived from their digest; of others, from what names them. */
    Sealing sealing(String namespace, String purpose);

    /** Notes that somebody looked at a person's record; durable when it returns. The audit record proves it, this finds it. */
    void noteAccess(List<Access> accesses);

    /** Who looked at this person's records, newest first, before the time. */
    List<Access> accesses(Uid psid, long beforeMicros, int limit);

    /**
     * A look at a person's record.
     *
     * @param record id of the audit record {@code access.personal}
     * @param about id of the record that was opened, or of the request when it was many
     */
    record Access(Uid psid, Uid record, Uid about, String who, String purpose, long micros) {}

    /** Rises with every erasure and restriction. */
    long epoch();

    /** The steps by which a subject's key goes. */
    Erasing erasing();

    @Override
    void close();
}
