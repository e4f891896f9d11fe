package dev.clew.server.common;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a thing in leaves and rows: 16 to 32 bytes, a UUIDv7 for named kinds, the natural digest where content is the
 * identity. Immutable; equal by content.
 */
public final class Uid implements Comparable<Uid> {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAX_COUNTED = 1 << 12;

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
        return versioned(bytes, epochMillis);
    }

    /** {@code count} new UUIDv7 of this millisecond in ascending order: things made together sort as they were made. */
    public static List<Uid> next(long epochMillis, int count) {
        byte[] random = new byte[16 * count];
        RANDOM.nextBytes(random);
        var uids = new ArrayList<Uid>(count);
        for (int i = 0; i < count; i++) {
            byte[] bytes = Arrays.copyOfRange(random, 16 * i, 16 * i + 16);
            // RFC 9562 section 6.2, method 1: a counter in rand_a, as far as its 12 bits go.
            if (count > 1 && count <= MAX_COUNTED) {
                bytes[6] = (byte) (i >>> 8);
                bytes[7] = (byte) i;
            }
            uids.add(versioned(bytes, epochMillis));
        }
        if (count > MAX_COUNTED) {
            Collections.sort(uids);
        }
        return uids;
    }

    private static Uid versioned(byte[] bytes, long epochMillis) {
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

    /** Appends the bytes to a buffer. */
    public void putInto(ByteBuffer buffer) {
        buffer.put(bytes);
    }

    /** The last eight bytes as a number; random in a UUIDv7. */
    public long low() {
        return ByteBuffer.wrap(bytes, bytes.length - 8, 8).getLong();
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
