package dev.clew.ledger.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Appends canonical CBOR to a growing buffer that can be reused by {@link #reset()}.
 *
 * <p>Heads are always the shortest; a kind of value outside the profile is refused. The caller writes map keys in
 * ascending order and as many items as the head announced: the writer does not count (the strict {@link CborReader} of
 * every test does). Confined to one thread.
 */
public final class CborWriter {
    private static final int UNSIGNED = 0x00;
    private static final int NEGATIVE = 0x20;
    private static final int BYTES = 0x40;
    private static final int TEXT = 0x60;
    private static final int ARRAY = 0x80;
    private static final int MAP = 0xa0;
    private static final long CANONICAL_NAN = 0x7ff8000000000000L;

    private final CborProfile profile;
    private byte[] buffer;
    private int size;

    /** A writer with room for a usual entry. */
    public CborWriter(CborProfile profile) {
        this(profile, 512);
    }

    /** @param capacity bytes to reserve; the buffer grows beyond it when needed */
    public CborWriter(CborProfile profile, int capacity) {
        this.profile = profile;
        this.buffer = new byte[Math.max(capacity, 16)];
    }

    /** Forgets what was written and keeps the buffer. */
    public CborWriter reset() {
        size = 0;
        return this;
    }

    /** Bytes written since the last reset. */
    public int size() {
        return size;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** A copy of {@code [from, to)} of what was written. */
    public byte[] toByteArray(int from, int to) {
        if (to > size) {
            throw new IndexOutOfBoundsException("end " + to + " beyond size " + size);
        }
        return Arrays.copyOfRange(buffer, from, to);
    }

    /** The live buffer; valid up to {@link #size()} and until the next write. For hashing without a copy. */
    public byte[] array() {
        return buffer;
    }

    /** An unsigned integer, 0 to 2^63 − 1. */
    public CborWriter uint(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("An unsigned integer was asked for, but the value is " + value + ".");
        }
        head(UNSIGNED, value);
        return this;
    }

    /** A signed integer; negative ones only in the value profile. */
    public CborWriter integer(long value) {
        if (value >= 0) {
            head(UNSIGNED, value);
        } else {
            requireValueProfile("negative integer");
            head(NEGATIVE, ~value);
        }
        return this;
    }

    /**
     * A float64 in 9 bytes, value profile only. Every NaN becomes the canonical one.
     *
     * @throws IllegalArgumentException for −0.0, which the callers' door turns into 0.0
     */
    public CborWriter float64(double value) {
        requireValueProfile("float64");
        long bits = Double.doubleToLongBits(value);
        if (bits == Long.MIN_VALUE) {
            throw new IllegalArgumentException("Negative zero has no canonical form; write 0.0.");
        }
        ensure(9);
        buffer[size] = (byte) 0xfb;
        putLong(size + 1, Double.isNaN(value) ? CANONICAL_NAN : bits);
        size += 9;
        return this;
    }

    /** A byte string. */
    public CborWriter bytes(byte[] value) {
        return bytes(value, 0, value.length);
    }

    /** A byte string taken from a range. */
    public CborWriter bytes(byte[] value, int offset, int length) {
        head(BYTES, length);
        return raw(value, offset, length);
    }

    /** The head of a byte string of this length; the caller hashes or writes the bytes themselves. */
    public CborWriter bytesHead(int length) {
        head(BYTES, length);
        return this;
    }

    /**
     * A text string.
     *
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     */
    public CborWriter text(String value) {
        int length = value.length();
        ensure(9 + 3 * length);
        int headSize = headSize(length);
        int at = size + headSize;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return nonAsciiText(value);
            }
            buffer[at++] = (byte) c;
        }
        head(TEXT, length);
        size = at;
        return this;
    }

    private CborWriter nonAsciiText(String value) {
        requirePairedSurrogates(value);
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(TEXT, utf8.length);
        return raw(utf8, 0, utf8.length);
    }

    private static void requirePairedSurrogates(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!paired) {
                    throw new IllegalArgumentException("The text holds an unpaired surrogate at character " + i + ".");
                }
                i++;
            }
        }
    }

    /** The head of an array of {@code count} items. */
    public CborWriter arrayHead(int count) {
        head(ARRAY, count);
        return this;
    }

    /** The head of a map of {@code count} pairs; the keys that follow are ascending unsigned integers. */
    public CborWriter mapHead(int count) {
        head(MAP, count);
        return this;
    }

    /** {@code null}. */
    public CborWriter nil() {
        return octet(0xf6);
    }

    /** {@code true} or {@code false}. */
    public CborWriter bool(boolean value) {
        return octet(value ? 0xf5 : 0xf4);
    }

    /** A byte string, or {@code null}. */
    public CborWriter bytesOrNil(byte @Nullable [] value) {
        return value == null ? nil() : bytes(value);
    }

    /** Bytes that are already canonical CBOR of the profile. */
    public CborWriter raw(byte[] encoded) {
        return raw(encoded, 0, encoded.length);
    }

    /** A range of bytes that is already canonical CBOR of the profile. */
    public CborWriter raw(byte[] encoded, int offset, int length) {
        ensure(length);
        System.arraycopy(encoded, offset, buffer, size, length);
        size += length;
        return this;
    }

    /**
     * Any value of the profile: {@code null}, {@link Boolean}, {@link Byte}, {@link Short}, {@link Integer},
     * {@link Long}, {@link Float}, {@link Double}, {@link String}, {@code byte[]}, {@link List} and {@link Map}. Map keys
     * are integers; pairs are sorted and those with a {@code null} value left out. For rare shapes and tests; known shapes
     * call the typed methods.
     *
     * @throws IllegalArgumentException for any other type
     */
    public CborWriter value(@Nullable Object value) {
        return switch (value) {
            case null -> nil();
            case Boolean bool -> bool(bool);
            case Double number -> float64(number);
            case Float number -> float64(number);
            case Long number -> integer(number);
            case Integer number -> integer(number);
            case Short number -> integer(number);
            case Byte number -> integer(number);
            case String text -> text(text);
            case byte[] bytes -> bytes(bytes);
            case List<?> list -> {
                arrayHead(list.size());
                list.forEach(this::value);
                yield this;
            }
            case Map<?, ?> map -> map(map);
            default ->
                throw new IllegalArgumentException(
                        "A value of type " + value.getClass().getName() + " has no form in the profile.");
        };
    }

    private CborWriter map(Map<?, ?> map) {
        TreeMap<Long, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof Number number) || number.longValue() < 0) {
                throw new IllegalArgumentException("Map keys are unsigned integers, not " + key + ".");
            }
            if (value != null) {
                sorted.put(number.longValue(), value);
            }
        });
        mapHead(sorted.size());
        sorted.forEach((key, value) -> uint(key).value(value));
        return this;
    }

    private CborWriter octet(int value) {
        ensure(1);
        buffer[size++] = (byte) value;
        return this;
    }

    private void requireValueProfile(String what) {
        if (profile != CborProfile.VALUE) {
            throw new IllegalArgumentException("A " + what + " is not allowed in the leaf profile.");
        }
    }

    private void head(int major, long argument) {
        ensure(9);
        int headSize = headSize(argument);
        switch (headSize) {
            case 1 -> buffer[size] = (byte) (major | (int) argument);
            case 2 -> {
                buffer[size] = (byte) (major | 24);
                buffer[size + 1] = (byte) argument;
            }
            case 3 -> {
                buffer[size] = (byte) (major | 25);
                buffer[size + 1] = (byte) (argument >>> 8);
                buffer[size + 2] = (byte) argument;
            }
            case 5 -> {
                buffer[size] = (byte) (major | 26);
                putInt(size + 1, (int) argument);
            }
            default -> {
                buffer[size] = (byte) (major | 27);
                putLong(size + 1, argument);
            }
        }
        size += headSize;
    }

    /** Bytes of the shortest head for an argument from 0 to 2^63 − 1. */
    static int headSize(long argument) {
        if (argument < 24) {
            return 1;
        }
        if (argument < 1 << 8) {
            return 2;
        }
        if (argument < 1 << 16) {
            return 3;
        }
        return argument < 1L << 32 ? 5 : 9;
    }

    private void putInt(int at, int value) {
        buffer[at] = (byte) (value >>> 24);
        buffer[at + 1] = (byte) (value >>> 16);
        buffer[at + 2] = (byte) (value >>> 8);
        buffer[at + 3] = (byte) value;
    }

    private void putLong(int at, long value) {
        putInt(at, (int) (value >>> 32));
        putInt(at + 4, (int) value);
    }

    private void ensure(int more) {
        if (more > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), Math.min(buffer.length * 2, 1 << 28)));
        }
    }
}
