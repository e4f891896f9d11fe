package dev.clew.ledger.encoding;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104) and HKDF (RFC 5869) for short inputs. Each thread reuses one instance. */
final class Hmac {
    private static final int SIZE = 32;
    private static final ThreadLocal<Mac> MAC = ThreadLocal.withInitial(() -> {
        try {
            return Mac.getInstance("HmacSHA256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The Java runtime has no HmacSHA256.", e);
        }
    });

    private Hmac() {}

    /** HMAC over the concatenation of {@code parts}. */
    static byte[] of(byte[] key, byte[]... parts) {
        Mac mac = keyed(key);
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** HKDF with SHA-256; an empty salt is 32 zero bytes. */
    static byte[] hkdf(byte[] inputKey, byte[] salt, byte[] info, int length) {
        byte[] pseudoRandomKey = of(salt.length == 0 ? new byte[SIZE] : salt, inputKey);
        Mac mac = keyed(pseudoRandomKey);
        Arrays.fill(pseudoRandomKey, (byte) 0);
        byte[] out = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, i = 1; done < length; done += SIZE, i++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) i);
            block = mac.doFinal();
            System.arraycopy(block, 0, out, done, Math.min(SIZE, length - done));
        }
        return out;
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = MAC.get();
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("The HMAC key is not usable: " + key.length + " bytes.", e);
        }
    }
}
