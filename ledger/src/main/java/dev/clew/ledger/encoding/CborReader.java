package dev.clew.ledger.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads canonical CBOR of one profile and refuses everything else while it goes.
 *
 * <p>Every method throws {@link CborException} when the next item is not canonical or not of the kind asked for. Callers
 * of {@link #mapHead()} pass each key through {@link #key(long)}, which holds the order. Confined to one thread; does not
 * copy its input, which must not change meanwhile.
 */
public final class CborReader {
    /** What an item is. */
    public enum Kind {
        /** An integer ≥ 0. */
        UNSIGNED,
        /** An integer < 0. */
        NEGATIVE,
        /** A byte string. */
        BYTES,
        /** A text string. */
        TEXT,
        /** An array. */
        ARRAY,
        /** A map. */
        MAP,
        /** {@code true} or {@code false}. */
        BOOL,
        /** {@code null}. */
        NULL,
        /** A double. */
        FLOAT64
    }

    private static final long NO_KEY = -1;
    private static final long CANONICAL_NAN = 0x7ff8000000000000L;

    private final CborProfile profile;
    private final byte[] input;
    private final int end;
    private int at;

    /** Reads the whole of {@code input}. */
    public CborReader(CborProfile profile, byte[] input) {
        this(profile, input, 0, input.length);
    }

    /** Reads {@code length} bytes from {@code offset}. */
    public CborReader(CborProfile profile, byte[] input, int offset, int length) {
        if (offset < 0 || length < 0 || length > input.length - offset) {
            throw new IndexOutOfBoundsException("range " + offset + " + " + length + " of " + input.length);
        }
        this.profile = profile;
        this.input = input;
        this.at = offset;
        this.end = offset + length;
    }

    /**
     * Checks that the bytes are exactly one canonical item.
     *
     * @throws CborException if they are not
     */
    public static void check(CborProfile profile, byte[] input) {
        CborReader reader = new CborReader(profile, input);
        reader.skip();
        reader.finish();
    }

    /**
     * Decodes exactly one item to {@code null}, {@link Boolean}, {@link Long}, {@link Double}, {@link String},
     * {@code byte[]}, {@link List} or {@link Map} with {@link Long} keys.
     *
     * @throws CborException if the bytes are not one canonical item
     */
    public static @Nullable Object decode(CborProfile profile, byte[] input) {
        CborReader reader = new CborReader(profile, input);
        Object value = reader.value();
        reader.finish();
        return value;
    }

    /** Offset of the next byte in the input array. */
    public int position() {
        return at;
    }

    /** True when nothing is left. */
    public boolean isAtEnd() {
        return at == end;
    }

    /** Refuses bytes after the last item. */
    public void finish() {
        if (at != end) {
            throw new CborException("trailing bytes", at);
        }
    }

    /** Kind of the next item, by its first byte alone. */
    public Kind peek() {
        int first = first();
        return switch (first >> 5) {
            case 0 -> Kind.UNSIGNED;
            case 1 -> Kind.NEGATIVE;
            case 2 -> Kind.BYTES;
            case 3 -> Kind.TEXT;
            case 4 -> Kind.ARRAY;
            case 5 -> Kind.MAP;
            case 6 -> throw new CborException("a tag is not allowed", at);
            default -> simpleKind(first);
        };
    }

    private Kind simpleKind(int first) {
        return switch (first) {
            case 0xf4, 0xf5 -> Kind.BOOL;
            case 0xf6 -> Kind.NULL;
            case 0xfb -> Kind.FLOAT64;
            default -> throw new CborException("a simple value or short float is not allowed", at);
        };
    }

    /** An integer from 0 to 2^63 − 1. */
    public long uint() {
        return argument(Kind.UNSIGNED);
    }

    /** An integer; negative ones only in the value profile. */
    public long integer() {
        if (peek() == Kind.NEGATIVE) {
            requireValueProfile("a negative integer");
            return ~argument(Kind.NEGATIVE);
        }
        return uint();
    }

    /** A double, value profile only. */
    public double float64() {
        expect(Kind.FLOAT64);
        requireValueProfile("a floating point number");
        require(9);
        long bits = 0;
        for (int i = 1; i <= 8; i++) {
            bits = bits << 8 | (input[at + i] & 0xff);
        }
        double value = Double.longBitsToDouble(bits);
        if (bits == Long.MIN_VALUE) {
            throw new CborException("negative zero", at);
        }
        if (Double.isNaN(value) && bits != CANONICAL_NAN) {
            throw new CborException("a NaN that is not the canonical one", at);
        }
        at += 9;
        return value;
    }

    /** A copy of a byte string. */
    public byte[] bytes() {
        int length = length(Kind.BYTES);
        at += length;
        return Arrays.copyOfRange(input, at - length, at);
    }

    /** A copy of a byte string of exactly {@code length} bytes. */
    public byte[] bytes(int length) {
        int start = at;
        byte[] value = bytes();
        if (value.length != length) {
            throw new CborException(
                    "a byte string of " + length + " bytes was expected, not of " + value.length, start);
        }
        return value;
    }

    /** A byte string of exactly {@code length} bytes, or {@code null}. */
    public byte @Nullable [] bytesOrNull(int length) {
        if (peek() == Kind.NULL) {
            at++;
            return null;
        }
        return bytes(length);
    }

    /** A text string. */
    public String text() {
        int length = length(Kind.TEXT);
        int start = at;
        at += length;
        for (int i = start; i < at; i++) {
            if (input[i] < 0) {
                return nonAsciiText(start, length);
            }
        }
        return new String(input, start, length, StandardCharsets.ISO_8859_1);
    }

    private String nonAsciiText(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CborException("text is not well-formed UTF-8", start);
        }
    }

    /** {@code true} or {@code false}. */
    public boolean bool() {
        expect(Kind.BOOL);
        return input[at++] == (byte) 0xf5;
    }

    /** {@code null}. */
    public void nil() {
        expect(Kind.NULL);
        at++;
    }

    /** Number of items of the array that begins here. */
    public int arrayHead() {
        int start = at;
        return countOf(argument(Kind.ARRAY), 1, start);
    }

    /** Refuses an array of any other length. */
    public void arrayHead(int count) {
        int start = at;
        int found = arrayHead();
        if (found != count) {
            throw new CborException("an array of " + count + " items was expected, not of " + found, start);
        }
    }

    /** Number of pairs of the map that begins here. */
    public int mapHead() {
        int start = at;
        return countOf(argument(Kind.MAP), 2, start);
    }

    /** The next key of a map, which must be above {@code previous} (−1 before the first). */
    public long key(long previous) {
        int start = at;
        long key = uint();
        if (key <= previous) {
            throw new CborException("map keys are not in ascending order", start);
        }
        return key;
    }

    /** Passes over one item of any kind, checking all of it. */
    public void skip() {
        skip(0);
    }

    private void skip(int depth) {
        switch (peek()) {
            case UNSIGNED, NEGATIVE -> integer();
            case BYTES -> {
                int length = length(Kind.BYTES);
                at += length;
            }
            case TEXT -> text();
            case BOOL, NULL -> at++;
            case FLOAT64 -> float64();
            case ARRAY -> {
                requireDepth(depth);
                for (int left = arrayHead(); left > 0; left--) {
                    skip(depth + 1);
                }
            }
            case MAP -> {
                requireDepth(depth);
                long key = NO_KEY;
                for (int left = mapHead(); left > 0; left--) {
                    key = key(key);
                    skip(depth + 1);
                }
            }
        }
    }

    /** One item of any kind, as {@link #decode} gives it. */
    public @Nullable Object value() {
        return value(0);
    }

    private @Nullable Object value(int depth) {
        return switch (peek()) {
            case UNSIGNED, NEGATIVE -> integer();
            case BYTES -> bytes();
            case TEXT -> text();
            case BOOL -> bool();
            case NULL -> {
                nil();
                yield null;
            }
            case FLOAT64 -> float64();
            case ARRAY -> {
                requireDepth(depth);
                int count = arrayHead();
                List<@Nullable Object> list = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    list.add(value(depth + 1));
                }
                yield list;
            }
            case MAP -> {
                requireDepth(depth);
                int count = mapHead();
                Map<Long, @Nullable Object> map = new LinkedHashMap<>();
                long key = NO_KEY;
                for (int i = 0; i < count; i++) {
                    key = key(key);
                    map.put(key, value(depth + 1));
                }
                yield map;
            }
        };
    }

    private void requireDepth(int depth) {
        if (depth >= CborProfile.MAX_DEPTH) {
            throw new CborException("nested deeper than " + CborProfile.MAX_DEPTH + " levels", at);
        }
    }

    private void requireValueProfile(String what) {
        if (profile != CborProfile.VALUE) {
            throw new CborException(what + " is not allowed in the leaf profile", at);
        }
    }

    private int first() {
        require(1);
        return input[at] & 0xff;
    }

    private void expect(Kind kind) {
        Kind found = peek();
        if (found != kind) {
            throw new CborException("expected " + kind + ", found " + found, at);
        }
    }

    private int length(Kind kind) {
        int start = at;
        long length = argument(kind);
        if (length > end - at) {
            throw new CborException("a string runs past the end", start);
        }
        return (int) length;
    }

    /** An array or map cannot have more items than bytes are left: bounds memory before anything is read. */
    private int countOf(long argument, int itemsPerCount, int start) {
        if (argument > (end - at) / itemsPerCount) {
            throw new CborException("an array or map runs past the end", start);
        }
        return (int) argument;
    }

    private long argument(Kind kind) {
        expect(kind);
        int additional = input[at] & 0x1f;
        if (additional < 24) {
            at++;
            return additional;
        }
        if (additional > 27) {
            throw new CborException("an indefinite length or reserved head is not allowed", at);
        }
        int width = 1 << (additional - 24);
        require(1 + width);
        long argument = 0;
        for (int i = 1; i <= width; i++) {
            argument = argument << 8 | (input[at + i] & 0xff);
        }
        if (argument < 0) {
            throw new CborException("an integer beyond 64 bits signed", at);
        }
        if (CborWriter.headSize(argument) != 1 + width) {
            throw new CborException("a head that is not the shortest", at);
        }
        at += 1 + width;
        return argument;
    }

    private void require(int count) {
        if (count > end - at) {
            throw new CborException("the bytes end too early", at);
        }
    }
}
