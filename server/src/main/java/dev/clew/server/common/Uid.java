package dev.clew.server.common;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a thing in leaves and rows: 16 to 32 bytes, a UUIDv7 for named kinds, the natural digest where content is the
 * identity. Immutable; equal by content.
 */
public final class Uid implements Comparable<Uid> {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private Uid(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException unless 16 to 32 bytes */
    public static Uid of(byte[] bytes) {
        if (bytes.length < 16 || bytes.length > 32) {
            throw new IllegalArgumentException("A uid has 16 to 32 bytes, this one has " + bytes.length);
        }
        return new Uid(bytes.clone());
    }

    /** Hexadecimal, or the dashed form of a UUID. */
    public static Uid parse(String text) {
        return of(HexFormat.of().parseHex(text.length() == 36 ? text.replace("-", "") : text));
    }

    /** A new UUIDv7 (RFC 9562) of this millisecond. */
    public static Uid next(long epochMillis) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (epochMillis >>> (40 - 8 * i));
        }
        bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
        return new Uid(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** Lower-case hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The dashed form; only of 16-byte uids. */
    public String dashed() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }

    /** Milliseconds since the epoch that a UUIDv7 carries. */
    public long epochMillis() {
        return ByteBuffer.wrap(bytes).getLong() >>> 16;
    }

    @Override
    public int compareTo(Uid other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Uid uid && Arrays.equals(bytes, uid.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
