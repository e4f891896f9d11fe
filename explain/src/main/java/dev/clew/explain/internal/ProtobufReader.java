package dev.clew.explain.internal;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Pull reader of one Protocol Buffers message in memory. Lengths are believed only as far as bytes remain, and nothing is
 * allocated beyond what the bytes hold. Confined to one thread.
 */
public final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int wire;

    public ProtobufReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtobufReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Number of the next field, 0 at the end. */
    public int next() {
        if (at >= end) {
            return 0;
        }
        long tag = varint();
        wire = (int) (tag & 7);
        long field = tag >>> 3;
        if (field < 1 || field > 1 << 29) {
            throw malformed("a field number is expected");
        }
        return (int) field;
    }

    public void skip() {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> take(8);
            case BYTES -> take(length());
            case FIXED32 -> take(4);
            default -> throw malformed("an unknown kind of field");
        }
    }

    public long integer() {
        expect(VARINT);
        return varint();
    }

    public float real() {
        expect(FIXED32);
        return Float.intBitsToFloat((int) fixed(4));
    }

    public ProtobufReader message() {
        expect(BYTES);
        int length = length();
        int from = take(length);
        return new ProtobufReader(bytes, from, from + length);
    }

    public byte[] raw() {
        expect(BYTES);
        int length = length();
        int from = take(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    public String text() {
        return new String(raw(), StandardCharsets.UTF_8);
    }

    /** Appends a repeated field of whole numbers, packed or not. */
    public void integers(LongList into) {
        if (wire == VARINT) {
            into.add(varint());
            return;
        }
        ProtobufReader packed = message();
        while (packed.at < packed.end) {
            into.add(packed.varint());
        }
    }

    /** Appends a repeated field of floats, packed or not. */
    public void floats(DoubleList into) {
        if (wire == FIXED32) {
            into.add(Float.intBitsToFloat((int) fixed(4)));
            return;
        }
        ProtobufReader packed = message();
        while (packed.at < packed.end) {
            into.add(Float.intBitsToFloat((int) packed.fixed(4)));
        }
    }

    /** Appends a repeated field of doubles, packed or not. */
    public void doubles(DoubleList into) {
        if (wire == FIXED64) {
            into.add(Double.longBitsToDouble(fixed(8)));
            return;
        }
        ProtobufReader packed = message();
        while (packed.at < packed.end) {
            into.add(Double.longBitsToDouble(packed.fixed(8)));
        }
    }

    private void expect(int kind) {
        if (wire != kind) {
            throw malformed("a field has another kind than its number says");
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw malformed("the file ends too early");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("a number is longer than 64 bits");
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw malformed("a length reaches beyond the file");
        }
        return (int) length;
    }

    private int take(int length) {
        if (length > end - at) {
            throw malformed("the file ends too early");
        }
        int from = at;
        at += length;
        return from;
    }

    private long fixed(int width) {
        int from = take(width);
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (bytes[from + i] & 0xFF);
        }
        return value;
    }

    private ExplainException malformed(String what) {
        return new ExplainException(Code.MALFORMED_MODEL, "Byte " + at + " of the file: " + what + ".");
    }
}
