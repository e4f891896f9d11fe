package dev.clew.ledger.encoding;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104) and HKDF (RFC 5869) for short inputs. Instances are shared, because virtual threads live too briefly to keep their own. */
final class Hmac {
    private static final int SIZE = 32;
    private static final ConcurrentLinkedQueue<Mac> IDLE = new ConcurrentLinkedQueue<>();

    private Hmac() {}

    /** HMAC over the concatenation of {@code parts}. */
    static byte[] of(byte[] key, byte[]... parts) {
        Mac mac = take();
        try {
            return of(mac, key, parts);
        } finally {
            IDLE.add(mac);
        }
    }

    /** HKDF with SHA-256; an empty salt is 32 zero bytes. */
    static byte[] hkdf(byte[] inputKey, byte[] salt, byte[] info, int length) {
        Mac mac = take();
        try {
            byte[] pseudoRandomKey = of(mac, salt.length == 0 ? new byte[SIZE] : salt, inputKey);
            init(mac, pseudoRandomKey);
            Arrays.fill(pseudoRandomKey, (byte) 0);
            return expand(mac, info, length);
        } finally {
            IDLE.add(mac);
        }
    }

    private static byte[] of(Mac mac, byte[] key, byte[]... parts) {
        init(mac, key);
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    private static byte[] expand(Mac mac, byte[] info, int length) {
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

    private static Mac take() {
        Mac idle = IDLE.poll();
        try {
            return idle == null ? Mac.getInstance("HmacSHA256") : idle;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The Java runtime has no HmacSHA256.", e);
        }
    }

    private static void init(Mac mac, byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("The HMAC key is not usable: " + key.length + " bytes.", e);
        }
    }
}
