package dev.clew.ledger.note;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/**
 * Keys from their 32-byte seed, the form that is kept: Java releases differ in how they encode an ML-DSA private key.
 */
final class SeededKeys {
    static final int SEED_BYTES = 32;

    private SeededKeys() {}

    static KeyPair of(String algorithm, byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("A key seed has 32 bytes, not " + seed.length + ".");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(new NamedParameterSpec(algorithm), new SeedRandom(seed));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The Java runtime cannot make " + algorithm + " keys.", e);
        }
    }

    /** The raw public key, which ends the encoded one. */
    static byte[] rawPublic(KeyPair pair, SignatureType type) {
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - type.publicKeyBytes(), encoded.length);
    }

    static byte[] sign(String algorithm, PrivateKey key, byte[] message) {
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Signing with " + algorithm + " failed.", e);
        }
    }

    /** A timestamped signature: the time and then the signature. */
    static byte[] timed(long unixSeconds, byte[] signature) {
        return ByteBuffer.allocate(Long.BYTES + signature.length)
                .putLong(unixSeconds)
                .put(signature)
                .array();
    }

    static void requireTime(long unixSeconds) {
        if (unixSeconds <= 0) {
            throw new IllegalArgumentException("A checkpoint is signed at a time above 0, not " + unixSeconds + ".");
        }
    }

    /** Hands the seed to a key generator, once and whole. */
    private static final class SeedRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] seed;
        private boolean used;

        SeedRandom(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public synchronized void nextBytes(byte[] bytes) {
            if (used || bytes.length != seed.length) {
                throw new IllegalStateException("A key generator asked for more than the seed; this Java release makes "
                        + "keys in another way.");
            }
            used = true;
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
