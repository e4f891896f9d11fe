package dev.clew.explain.internal;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Universal Binary JSON (draft 12) as XGBoost writes it: big-endian, keys without a type marker, arrays optionally typed
 * ({@code [$type#count}) or counted ({@code [#count}). A count is believed only as far as bytes remain.
 */
public final class UbjsonReader extends DocumentReader {
    /** Per open container: members left, −1 if it runs to its end marker; and the type of typed members, 0 if none. */
    private final long[] left = new long[MAX_DEPTH + 1];

    private final byte[] type = new byte[MAX_DEPTH + 1];
    private final boolean[] object = new boolean[MAX_DEPTH + 1];

    public UbjsonReader(byte[] bytes) {
        super(bytes);
    }

    @Override
    public Token peek() {
        return switch (marker(false)) {
            case '{' -> Token.OBJECT;
            case '[' -> Token.ARRAY;
            case 'S', 'C' -> Token.STRING;
            case 'T', 'F' -> Token.BOOLEAN;
            case 'Z' -> Token.NULL;
            case 'i', 'U', 'I', 'l', 'L', 'd', 'D' -> Token.NUMBER;
            default -> throw malformed("a UBJSON value is expected");
        };
    }

    @Override
    public void beginObject() {
        begin('{', true);
    }

    @Override
    public void beginArray() {
        begin('[', false);
    }

    private void begin(char expected, boolean isObject) {
        if (marker(true) != expected) {
            throw malformed("'" + expected + "' is expected");
        }
        deeper();
        object[depth] = isObject;
        type[depth] = 0;
        left[depth] = -1;
        if (byteAt(at) == '$') {
            type[depth] = (byte) byteAt(at + 1);
            at += 2;
            if (byteAt(at) != '#') {
                throw malformed("a count is expected after a type");
            }
        }
        if (byteAt(at) == '#') {
            at++;
            long count = length();
            int least = type[depth] == 0 ? 1 : Math.max(1, width(type[depth]));
            if (count > (bytes.length - at) / least) {
                throw malformed("a container claims more members than the file has bytes");
            }
            left[depth] = count;
        }
    }

    @Override
    public boolean hasNext() {
        if (left[depth] >= 0) {
            if (left[depth] == 0) {
                depth--;
                return false;
            }
            left[depth]--;
            return true;
        }
        while (byteAt(at) == 'N') {
            at++;
        }
        if (byteAt(at) == (object[depth] ? '}' : ']')) {
            at++;
            depth--;
            return false;
        }
        return true;
    }

    @Override
    public String name() {
        return text((int) Math.min(length(), Integer.MAX_VALUE));
    }

    @Override
    public String string() {
        return switch (marker(true)) {
            case 'C' -> text(1);
            case 'S' -> text((int) Math.min(length(), Integer.MAX_VALUE));
            default -> throw malformed("a string is expected");
        };
    }

    private String text(int length) {
        if (length > bytes.length - at) {
            throw malformed("a string is longer than the file");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(java.nio.ByteBuffer.wrap(bytes, at, length))
                    .toString();
            at += length;
            return text;
        } catch (CharacterCodingException e) {
            throw malformed("a string is not UTF-8");
        }
    }

    @Override
    public double number() {
        int marker = marker(true);
        return switch (marker) {
            case 'd' -> Float.intBitsToFloat((int) raw(4));
            case 'D' -> Double.longBitsToDouble(raw(8));
            case 'i', 'U', 'I', 'l', 'L' -> whole(marker);
            default -> throw malformed("a number is expected");
        };
    }

    private long whole(int marker) {
        return switch (marker) {
            case 'i' -> (byte) raw(1);
            case 'U' -> raw(1);
            case 'I' -> (short) raw(2);
            case 'l' -> (int) raw(4);
            case 'L' -> raw(8);
            default -> throw malformed("a whole number is expected");
        };
    }

    private long length() {
        long value = whole(byteAt(at++));
        if (value < 0) {
            throw malformed("a negative length");
        }
        return value;
    }

    private int width(byte marker) {
        return switch (marker) {
            case 'i', 'U', 'C' -> 1;
            case 'I' -> 2;
            case 'l', 'd' -> 4;
            case 'L', 'D' -> 8;
            default -> throw malformed("a typed array of this type is not allowed");
        };
    }

    private long raw(int width) {
        if (width > bytes.length - at) {
            throw malformed("the file ends too early");
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }
        return value;
    }

    @Override
    public boolean bool() {
        return switch (marker(true)) {
            case 'T' -> true;
            case 'F' -> false;
            default -> throw malformed("true or false is expected");
        };
    }

    @Override
    public void nothing() {
        if (marker(true) != 'Z') {
            throw malformed("null is expected");
        }
    }

    @Override
    public void end() {
        if (at < bytes.length) {
            throw malformed("bytes follow the end of the document");
        }
    }

    private int marker(boolean take) {
        if (depth > 0 && type[depth] != 0) {
            return type[depth];
        }
        int marker = byteAt(at);
        if (take) {
            at++;
        }
        return marker;
    }

    private int byteAt(int index) {
        if (index >= bytes.length) {
            throw malformed("the file ends too early");
        }
        return bytes[index];
    }
}
