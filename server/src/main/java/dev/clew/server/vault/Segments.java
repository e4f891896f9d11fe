package dev.clew.server.vault;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Sizes of the segmented format and the cipher of one file. Confined to one thread at a time. */
final class Segments {
    /** Of what is sealed now: as much as the processor's cache holds, and so often that the ciphers are compiled after a few MiB. */
    static final int SEGMENT = 64 * 1024;

    static final int TAG = 16;
    static final int SALT = 32;
    static final int PREFIX = 7;
    static final int HEADER = 1 + SALT + PREFIX;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /** Segments after which a file is large. */
    private static final int LARGE = 16;

    private static final int WARMING = 6_000;
    private static final int WARMING_BYTES = 512;
    private static final byte[] NOTHING = {};
    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    private final int size;
    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] prefix;

    /** @param size of a segment with its tag, and of the first one with the header too */
    Segments(int size, byte[] key, byte[] salt, byte[] prefix, byte[] associatedData) {
        this.size = size;
        this.key = new SecretKeySpec(Primitives.hkdf(key, salt, associatedData), "AES");
        this.prefix = prefix.clone();
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has AES/GCM", e);
        }
    }

    /** Plaintext that a segment holds. */
    int capacity(long segment) {
        return segment == 0 ? size - TAG - HEADER : size - TAG;
    }

    /** Where the plaintext of a segment begins. */
    long startOf(long segment) {
        return segment == 0 ? 0 : segment * capacity(1) - HEADER;
    }

    /** The segment that holds a byte of the plaintext. */
    long segmentOf(long position) {
        return (position + HEADER) / capacity(1);
    }

    /**
     * Has the ciphers compiled, once in a process, where a file turns out to be large: that takes thousands of calls, which at a segment
     * each are hundreds of MiB at a tenth of the speed.
     */
    static void prepare(long segment) {
        if (segment == LARGE && PREPARED.compareAndSet(false, true)) {
            byte[] plain = new byte[WARMING_BYTES];
            byte[] sealed = new byte[WARMING_BYTES + TAG];
            var segments = new Segments(SEGMENT, new byte[Primitives.KEY_BYTES], NOTHING, new byte[PREFIX], NOTHING);
            try {
                for (int i = 0; i < WARMING; i++) {
                    segments.seal(i, false, plain, WARMING_BYTES, sealed, 0);
                    segments.open(i, false, sealed, sealed.length, plain);
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    int seal(long segment, boolean last, byte[] plaintext, int length, byte[] out, int at)
            throws GeneralSecurityException {
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce(segment, last)));
        return cipher.doFinal(plaintext, 0, length, out, at);
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
