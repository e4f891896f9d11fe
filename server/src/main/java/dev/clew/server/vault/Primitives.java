package dev.clew.server.vault;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256, HKDF (RFC 5869), AES-256-GCM with random nonces, and random bytes. Instances of the providers' classes are kept in a
 * pool instead of in thread-locals: requests run on virtual threads, each of which would make its own. Thread-safe; never blocks but
 * for the first random bytes.
 */
final class Primitives {
    static final int KEY_BYTES = 32;
    static final int ID_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int RANDOM_BYTES = 4_096;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ConcurrentLinkedQueue<Primitives> POOL = new ConcurrentLinkedQueue<>();

    private final Mac mac;
    private final Cipher cipher;
    private final byte[] random = new byte[RANDOM_BYTES];
    private int taken = RANDOM_BYTES;

    private Primitives() {
        try {
            mac = Mac.getInstance("HmacSHA256");
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256 and AES/GCM", e);
        }
    }

    /** Fresh random bytes; drawn from the system 4 KiB at a time, because each draw takes one process-wide lock. */
    static byte[] random(int length) {
        Primitives engine = take();
        try {
            return engine.draw(length);
        } finally {
            POOL.add(engine);
        }
    }

    /** HMAC over the concatenation of the parts. */
    static byte[] hmac(byte[] key, byte[]... parts) {
        Primitives engine = take();
        try {
            engine.mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                engine.mac.update(part);
            }
            return engine.mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            POOL.add(engine);
        }
    }

    /** One block of HKDF: 32 bytes. */
    static byte[] hkdf(byte[] key, byte[] salt, byte[] info) {
        byte[] pseudoRandomKey = hmac(salt.length == 0 ? new byte[KEY_BYTES] : salt, key);
        byte[] out = hmac(pseudoRandomKey, info, new byte[] {1});
        Arrays.fill(pseudoRandomKey, (byte) 0);
        return out;
    }

    /** Nonce, ciphertext and tag. */
    static byte[] seal(byte[] key, byte[] associatedData, byte[] plaintext) {
        Primitives engine = take();
        try {
            byte[] nonce = engine.draw(NONCE_BYTES);
            engine.cipher.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            engine.cipher.updateAAD(associatedData);
            byte[] out = Arrays.copyOf(nonce, NONCE_BYTES + plaintext.length + TAG_BITS / 8);
            engine.cipher.doFinal(plaintext, 0, plaintext.length, out, NONCE_BYTES);
            return out;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            POOL.add(engine);
        }
    }

    /** The plaintext; empty if key, associated data or bytes are not those of {@link #seal}. */
    static Optional<byte[]> open(byte[] key, byte[] associatedData, byte[] sealed) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
            return Optional.empty();
        }
        Primitives engine = take();
        try {
            engine.cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_BYTES));
            engine.cipher.updateAAD(associatedData);
            return Optional.of(engine.cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            POOL.add(engine);
        }
    }

    private byte[] draw(int length) {
        if (taken + length > RANDOM_BYTES) {
            RANDOM.nextBytes(random);
            taken = 0;
        }
        byte[] out = Arrays.copyOfRange(random, taken, taken + length);
        Arrays.fill(random, taken, taken + length, (byte) 0);
        taken += length;
        return out;
    }

    private static Primitives take() {
        Primitives engine = POOL.poll();
        return engine == null ? new Primitives() : engine;
    }
}
