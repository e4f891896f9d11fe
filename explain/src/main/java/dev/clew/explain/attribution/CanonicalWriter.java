package dev.clew.explain.attribution;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Deterministic CBOR (RFC 8949) of the value profile: shortest heads, definite lengths, float64 always nine bytes, one
 * NaN, keys ascending as written by the caller. Confined to one thread.
 */
final class CanonicalWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    CanonicalWriter map(int size) {
        return head(5, size);
    }

    CanonicalWriter array(int size) {
        return head(4, size);
    }

    CanonicalWriter integer(long value) {
        return value >= 0 ? head(0, value) : head(1, -1 - value);
    }

    CanonicalWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(3, utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    CanonicalWriter bytes(byte[] value) {
        head(2, value.length);
        out.writeBytes(value);
        return this;
    }

    CanonicalWriter real(double value) {
        out.write(0xFB);
        // −0.0 is not in the profile; doubleToLongBits folds every NaN into one.
        big(Double.doubleToLongBits(value == 0 ? 0.0 : value), 8);
        return this;
    }

    private CanonicalWriter head(int major, long value) {
        int type = major << 5;
        if (value < 24) {
            out.write(type | (int) value);
        } else if (value < 1L << 8) {
            out.write(type | 24);
            big(value, 1);
        } else if (value < 1L << 16) {
            out.write(type | 25);
            big(value, 2);
        } else if (value < 1L << 32) {
            out.write(type | 26);
            big(value, 4);
        } else {
            out.write(type | 27);
            big(value, 8);
        }
        return this;
    }

    private void big(long value, int width) {
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
