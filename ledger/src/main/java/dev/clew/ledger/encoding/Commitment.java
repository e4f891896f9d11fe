package dev.clew.ledger.encoding;

import dev.clew.ledger.tree.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * What an entry says of a payload it does not hold.
 *
 * <p>Form 0 is the payload's SHA-256, equal to the digest other tools print. Forms 1 and 2 are an HMAC under a secret of
 * 32 bytes, so that a short payload cannot be guessed: {@code HMAC-SHA-256(r, "clew/commit/v1" 0x00 u32 len(mt) mt body)}.
 */
public final class Commitment {
    /** Bytes of the secret {@code r}. */
    public static final int SECRET_BYTES = 32;

    private Commitment() {}

    /** Commitment of form 0. */
    public static byte[] plain(byte[] body) {
        return Hashing.sha256(body);
    }

    /**
     * Commitment of forms 1 and 2.
     *
     * @param r 32 secret bytes: drawn at random (form 1) or derived from the key (form 2)
     * @param mediaType media type as the entry says it
     */
    public static byte[] salted(byte[] r, String mediaType, byte[] body) {
        if (r.length != SECRET_BYTES) {
            throw new IllegalArgumentException("A commitment secret has 32 bytes, not " + r.length + ".");
        }
        byte[] type = mediaType.getBytes(StandardCharsets.UTF_8);
        byte[] length = {
            (byte) (type.length >>> 24), (byte) (type.length >>> 16), (byte) (type.length >>> 8), (byte) type.length
        };
        return Hmac.of(r, Domains.COMMIT, length, type, body);
    }

    /** What an entry says of a payload without personal data. */
    public static BodyRef plainRef(String mediaType, byte[] body) {
        return new BodyRef(mediaType, BodyRef.PLAIN, plain(body), body.length, null, null);
    }

    /** What an entry says of a payload in form 1; stored as {@code r} followed by the payload. */
    public static BodyRef saltedRef(byte[] r, String mediaType, byte[] body) {
        return new BodyRef(mediaType, BodyRef.SALTED, salted(r, mediaType, body), body.length, null, null);
    }

    /** True if the disclosed payload, with its secret (ignored in form 0), is the one that {@code ref} commits to. */
    public static boolean matches(BodyRef ref, byte[] r, byte[] body) {
        if (body.length != ref.size()) {
            return false;
        }
        if (ref.form() == BodyRef.PLAIN) {
            return java.security.MessageDigest.isEqual(plain(body), ref.commit());
        }
        return r.length == SECRET_BYTES
                && java.security.MessageDigest.isEqual(salted(r, ref.mediaType(), body), ref.commit());
    }
}
