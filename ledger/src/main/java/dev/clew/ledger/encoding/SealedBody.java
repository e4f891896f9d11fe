package dev.clew.ledger.encoding;

import dev.clew.ledger.tree.Hashing;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A payload in form 2: encrypted under keys derived from a subject's or bucket's key and a fresh {@code n}.
 *
 * <p>{@code okm = HKDF-SHA-256(key, salt = n, "clew/body/v1", 64)}; the first half encrypts (AES-256-GCM, nonce of zeros,
 * associated data = the commitment), the second is the secret of the {@link Commitment}. The nonce may be constant because
 * the key is unique per {@code n}: the caller draws 32 random bytes for every record. GCM does not bind its key, so opening
 * recomputes the commitment.
 *
 * @param ref what the entry says of the payload
 * @param ciphertext what is stored: ciphertext and 16-byte tag
 * @param secret the 32 bytes that open the commitment, for disclosing this one payload
 */
@SuppressWarnings("ArrayRecordComponent")
public record SealedBody(BodyRef ref, byte[] ciphertext, byte[] secret) {
    private static final int KEY_BYTES = 32;
    private static final int TAG_BITS = 128;
    private static final byte[] ZERO_NONCE = new byte[12];

    /** Ciphers to use again: making one takes longer than sealing a body, and virtual threads live too briefly to keep theirs. */
    private static final ConcurrentLinkedQueue<Cipher> IDLE = new ConcurrentLinkedQueue<>();

    /** An opened payload and the secret that discloses it. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Opened(byte[] body, byte[] secret) {}

    /**
     * Seals a payload.
     *
     * @param key 32 bytes: the subject's key, or the bucket's key for a record without a subject
     * @param n 32 fresh random bytes, never used before with any key
     */
    public static SealedBody seal(byte[] key, byte[] n, String mediaType, byte[] body) {
        byte[] derived = derive(key, n);
        byte[] secret = Arrays.copyOfRange(derived, KEY_BYTES, 2 * KEY_BYTES);
        byte[] commit = Commitment.salted(secret, mediaType, body);
        try {
            byte[] ciphertext = crypt(Cipher.ENCRYPT_MODE, derived, commit, body);
            BodyRef ref =
                    new BodyRef(mediaType, BodyRef.SEALED, commit, body.length, Hashing.sha256(ciphertext), n.clone());
            return new SealedBody(ref, ciphertext, secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Sealing a body of " + body.length + " bytes failed.", e);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    /**
     * Opens a sealed payload.
     *
     * @return empty if the key is not the one it was sealed under, or ciphertext or reference were altered
     */
    public static Optional<Opened> open(byte[] key, BodyRef ref, byte[] ciphertext) {
        byte[] n = ref.n();
        if (ref.form() != BodyRef.SEALED || n == null || !matchesCiphertext(ref, ciphertext)) {
            return Optional.empty();
        }
        byte[] derived = derive(key, n);
        try {
            byte[] secret = Arrays.copyOfRange(derived, KEY_BYTES, 2 * KEY_BYTES);
            byte[] body = crypt(Cipher.DECRYPT_MODE, derived, ref.commit(), ciphertext);
            return Commitment.matches(ref, secret, body) ? Optional.of(new Opened(body, secret)) : Optional.empty();
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Opening a body of " + ciphertext.length + " bytes failed.", e);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    /** True if the stored bytes are the ciphertext that {@code ref} names; needs no key. */
    public static boolean matchesCiphertext(BodyRef ref, byte[] ciphertext) {
        byte[] digest = ref.ciphertextDigest();
        return digest != null && MessageDigest.isEqual(Hashing.sha256(ciphertext), digest);
    }

    private static byte[] derive(byte[] key, byte[] n) {
        if (key.length != KEY_BYTES || n.length != KEY_BYTES) {
            throw new IllegalArgumentException("Sealing needs a key and an n of 32 bytes each.");
        }
        return Hmac.hkdf(key, n, Domains.BODY_KEYS, 2 * KEY_BYTES);
    }

    private static byte[] crypt(int mode, byte[] derived, byte[] associatedData, byte[] text)
            throws GeneralSecurityException {
        SecretKeySpec key = new SecretKeySpec(derived, 0, KEY_BYTES, "AES");
        GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, ZERO_NONCE);
        Cipher idle = IDLE.poll();
        Cipher cipher = idle == null ? Cipher.getInstance("AES/GCM/NoPadding") : idle;
        try {
            cipher.init(mode, key, nonce);
        } catch (InvalidAlgorithmParameterException e) {
            // The provider refuses the same key and nonce twice in a row for one instance; sealing the same record
            // again is lawful here because it gives the same bytes.
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, nonce);
        }
        cipher.updateAAD(associatedData);
        byte[] out = cipher.doFinal(text);
        IDLE.add(cipher);
        return out;
    }
}
