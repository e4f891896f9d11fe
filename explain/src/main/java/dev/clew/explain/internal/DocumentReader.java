package dev.clew.explain.internal;

import dev.clew.explain.ExplainException;
import java.util.Arrays;

/**
 * Pull reader of one document, JSON text or UBJSON, so that a format that exists in both encodings has one reader.
 *
 * <p>Strict and bounded: nesting at most {@value #MAX_DEPTH}, memory proportional to the bytes given, every malformed
 * byte is an {@link ExplainException} with its position. Confined to one thread.
 */
public abstract sealed class DocumentReader permits JsonReader, UbjsonReader {
    static final int MAX_DEPTH = 64;

    /** What comes next. */
    public enum Token {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }

    final byte[] bytes;
    int at;
    int depth;

    DocumentReader(byte[] bytes) {
        this.bytes = bytes;
    }

    public abstract Token peek();

    public abstract void beginObject();

    public abstract void beginArray();

    /** True if the open container has a further member; false consumes its end. */
    public abstract boolean hasNext();

    /** The key of the next member of an object; call after {@link #hasNext()}. */
    public abstract String name();

    public abstract String string();

    public abstract double number();

    public abstract boolean bool();

    public abstract void nothing();

    /** Refuses bytes after the document. */
    public abstract void end();

    public final long integer() {
        double value = number();
        if (value != Math.rint(value) || Math.abs(value) > 9.007199254740992E15) {
            throw malformed("a whole number is expected");
        }
        return (long) value;
    }

    public final int integer(int min, int max) {
        long value = integer();
        if (value < min || value > max) {
            throw malformed("a whole number between " + min + " and " + max + " is expected");
        }
        return (int) value;
    }

    /** An array of numbers; booleans count as 0 and 1. */
    public double[] numbers() {
        double[] values = new double[16];
        int count = 0;
        beginArray();
        while (hasNext()) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count + (count >> 1));
            }
            values[count++] = peek() == Token.BOOLEAN ? (bool() ? 1 : 0) : number();
        }
        return Arrays.copyOf(values, count);
    }

    /** An array of whole numbers within int range; booleans count as 0 and 1. */
    public int[] integers() {
        int[] values = new int[16];
        int count = 0;
        beginArray();
        while (hasNext()) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count + (count >> 1));
            }
            values[count++] =
                    peek() == Token.BOOLEAN ? (bool() ? 1 : 0) : integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        return Arrays.copyOf(values, count);
    }

    public final java.util.List<String> strings() {
        var values = new java.util.ArrayList<String>();
        beginArray();
        while (hasNext()) {
            values.add(string());
        }
        return values;
    }

    /** Passes over one value of any kind. */
    public void skip() {
        switch (peek()) {
            case OBJECT -> {
                beginObject();
                while (hasNext()) {
                    name();
                    skip();
                }
            }
            case ARRAY -> {
                beginArray();
                while (hasNext()) {
                    skip();
                }
            }
            case STRING -> string();
            case NUMBER -> number();
            case BOOLEAN -> bool();
            case NULL -> nothing();
        }
    }

    final void deeper() {
        if (++depth > MAX_DEPTH) {
            throw malformed("values are nested deeper than " + MAX_DEPTH);
        }
    }

    public final ExplainException malformed(String what) {
        return new ExplainException(
                ExplainException.Code.MALFORMED_MODEL, "Byte " + at + " of the file: " + what + ".");
    }
}
