package dev.clew.ledger.encoding;

import java.util.Arrays;

/**
 * Tags by which one person finds all entries about her, and nobody else can link any two of them.
 *
 * <p>{@code K_tag = HKDF-SHA-256(K_s, salt = "", "clew/tagkey/v1", 32)};
 * {@code tag = HMAC-SHA-256(K_tag, "clew/tag/v1" 0x00 n)}, first 16 bytes. Whoever is given {@code K_tag} alone can scan
 * the public leaves for completeness and decrypt nothing.
 */
public final class SubjectTags {
    /** Bytes of a tag. */
    public static final int TAG_BYTES = 16;

    private SubjectTags() {}

    /** The key that finds a subject's entries, from the subject's key of 32 bytes. */
    public static byte[] tagKey(byte[] subjectKey) {
        return Hmac.hkdf(subjectKey, new byte[0], Domains.TAG_KEY, 32);
    }

    /** The tag of the entry whose body has this {@code n}. */
    public static byte[] tag(byte[] tagKey, byte[] n) {
        return Arrays.copyOf(Hmac.of(tagKey, Domains.TAG, n), TAG_BYTES);
    }
}
