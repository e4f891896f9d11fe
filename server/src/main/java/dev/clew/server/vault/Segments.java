package dev.clew.server.vault;

import dev.clew.server.storage.Sealing;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Sizes of the segmented format and the cipher of one file. Confined to one thread at a time. */
final class Segments {
    static final int SEGMENT = Sealing.SEGMENT;
    static final int TAG = 16;
    static final int SALT = 32;
    static final int PREFIX = 7;
    static final int HEADER = 1 + SALT + PREFIX;
    /** Plaintext of every segment but the first and the last. */
    static final int FULL = SEGMENT - TAG;

    static final int FIRST = FULL - HEADER;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    /** What the cipher is given at a time: a segment in one piece calls it so seldom that it stays uncompiled for a gigabyte. */
    private static final int PIECE = 16 * 1024;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] prefix;

    Segments(byte[] key, byte[] salt, byte[] prefix, byte[] associatedData) {
        this.key = new SecretKeySpec(Primitives.hkdf(key, salt, associatedData), "AES");
        this.prefix = prefix.clone();
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has AES/GCM", e);
        }
    }

    int seal(long segment, boolean last, byte[] plaintext, int length, byte[] out) throws GeneralSecurityException {
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce(segment, last)));
        int from = 0;
        int written = 0;
        for (; length - from > PIECE; from += PIECE) {
            written += cipher.update(plaintext, from, PIECE, out, written);
        }
        return written + cipher.doFinal(plaintext, from, length - from, out, written);
    }

    int open(long segment, boolean last, byte[] sealed, int length, byte[] out) throws GeneralSecurityException {
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce(segment, last)));
        return cipher.doFinal(sealed, 0, length, out, 0);
    }

    private byte[] nonce(long segment, boolean last) {
        return ByteBuffer.allocate(NONCE)
                .put(prefix)
                .putInt(Math.toIntExact(segment))
                .put((byte) (last ? 1 : 0))
                .array();
    }
}
