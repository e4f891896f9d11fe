package dev.clew.server.journal;

import dev.clew.ledger.tree.Hashing;
import org.jspecify.annotations.Nullable;

/**
 * A detached payload, already committed to and, where its form demands, sealed: made by the vault (forms 1 and 2) or from plain bytes
 * (form 0) before the command is submitted. The first six values stand in the leaf.
 *
 * @param form 0 plain, 1 salted, 2 sealed
 * @param commit 32 bytes
 * @param size bytes of the plaintext
 * @param ciphertextDigest 32 bytes with form 2, else null
 * @param n 32 bytes with form 2, else null
 * @param stored what is kept beside the entry: plain bytes, or sealed bytes with what opening needs; at most 64 KiB
 */
public record Body(
        String mediaType,
        int form,
        byte[] commit,
        long size,
        byte @Nullable [] ciphertextDigest,
        byte @Nullable [] n,
        byte[] stored) {
    /** Form 0: bytes that hold nothing personal; the commitment is their SHA-256. */
    public static Body plain(String mediaType, byte[] bytes) {
        byte[] digest = Hashing.sha256(bytes);
        return new Body(mediaType, 0, digest, bytes.length, null, null, bytes.clone());
    }
}
