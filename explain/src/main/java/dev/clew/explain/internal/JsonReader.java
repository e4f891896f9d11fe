package dev.clew.explain.internal;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * JSON (RFC 8259) over bytes in memory. Beyond the RFC it accepts the bare numbers {@code NaN}, {@code Infinity} and
 * {@code -Infinity}, which model writers emit; duplicate keys are left to the caller.
 */
public final class JsonReader extends DocumentReader {
    private static final double[] POWERS = new double[23];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    /** Per open container: whether it is an object, and whether a member was already read. */
    private final boolean[] object = new boolean[MAX_DEPTH + 1];

    private final boolean[] started = new boolean[MAX_DEPTH + 1];

    public JsonReader(byte[] bytes) {
        super(bytes);
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            at = 3;
        }
    }

    @Override
    public Token peek() {
        return switch (next()) {
            case '{' -> Token.OBJECT;
            case '[' -> Token.ARRAY;
            case '"' -> Token.STRING;
            case 't', 'f' -> Token.BOOLEAN;
            case 'n' -> Token.NULL;
            case 'N', 'I', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Token.NUMBER;
            default -> throw malformed("a JSON value is expected");
        };
    }

    @Override
    public void beginObject() {
        take('{');
        deeper();
        object[depth] = true;
        started[depth] = false;
    }

    @Override
    public void beginArray() {
        take('[');
        deeper();
        object[depth] = false;
        started[depth] = false;
    }

    @Override
    public boolean hasNext() {
        int next = next();
        if (next == (object[depth] ? '}' : ']')) {
            at++;
            depth--;
            return false;
        }
        if (started[depth]) {
            take(',');
            if (next() == '}' || bytes[at] == ']') {
                throw malformed("a value is expected after a comma");
            }
        }
        started[depth] = true;
        return true;
    }

    @Override
    public String name() {
        String name = string();
        take(':');
        return name;
    }

    @Override
    public String string() {
        take('"');
        int start = at;
        while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\\') {
            if (bytes[at] >= 0 && bytes[at] < 0x20) {
                throw malformed("a control character inside a string");
            }
            at++;
        }
        if (at < bytes.length && bytes[at] == '"') {
            return utf8(start, at++);
        }
        var text = new StringBuilder();
        while (true) {
            text.append(utf8(start, at));
            if (at >= bytes.length) {
                throw malformed("the file ends inside a string");
            }
            if (bytes[at++] == '"') {
                return whole(text);
            }
            text.append(escape());
            start = at;
            while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\\') {
                if (bytes[at] >= 0 && bytes[at] < 0x20) {
                    throw malformed("a control character inside a string");
                }
                at++;
            }
        }
    }

    /** Escapes can write half a character, which no file could hold again. */
    private String whole(StringBuilder text) {
        for (int i = 0; i < text.length(); i++) {
            boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
            if (!pair && Character.isSurrogate(text.charAt(i))) {
                throw malformed("half a character in a string");
            }
            i += pair ? 1 : 0;
        }
        return text.toString();
    }

    private char escape() {
        if (at >= bytes.length) {
            throw malformed("the file ends inside a string");
        }
        return switch (bytes[at++]) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int i = 0; i < 4; i++, at++) {
                    int digit = at < bytes.length ? Character.digit(bytes[at], 16) : -1;
                    if (digit < 0) {
                        throw malformed("four hexadecimal digits are expected after \\u");
                    }
                    value = value * 16 + digit;
                }
                yield (char) value;
            }
            default -> throw malformed("an unknown escape in a string");
        };
    }

    private String utf8(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                try {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .decode(java.nio.ByteBuffer.wrap(bytes, from, to - from))
                            .toString();
                } catch (CharacterCodingException e) {
                    throw malformed("a string is not UTF-8");
                }
            }
        }
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public double number() {
        int start = next() == '-' ? at + 1 : at;
        boolean negative = start > at;
        if (start < bytes.length && (bytes[start] == 'N' || bytes[start] == 'I')) {
            at = start;
            boolean nan = bytes[start] == 'N';
            word(nan ? "NaN" : "Infinity");
            return nan ? Double.NaN : negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        int i = start;
        long digits = 0;
        int count = 0;
        int scale = 0;
        while (i < bytes.length && isDigit(bytes[i])) {
            digits = digits * 10 + (bytes[i++] - '0');
            count += digits == 0 ? 0 : 1;
        }
        if (i == start || (bytes[start] == '0' && i > start + 1)) {
            throw malformed("a number is expected");
        }
        if (i < bytes.length && bytes[i] == '.') {
            int point = ++i;
            while (i < bytes.length && isDigit(bytes[i])) {
                digits = digits * 10 + (bytes[i++] - '0');
                count += digits == 0 ? 0 : 1;
            }
            scale = point - i;
            if (scale == 0) {
                throw malformed("a digit is expected after the decimal point");
            }
        }
        if (i < bytes.length && (bytes[i] == 'e' || bytes[i] == 'E')) {
            boolean down = ++i < bytes.length && bytes[i] == '-';
            i += i < bytes.length && (bytes[i] == '-' || bytes[i] == '+') ? 1 : 0;
            int from = i;
            int exponent = 0;
            while (i < bytes.length && isDigit(bytes[i])) {
                exponent = Math.min(exponent * 10 + (bytes[i++] - '0'), 100_000);
            }
            if (i == from) {
                throw malformed("a digit is expected in an exponent");
            }
            scale += down ? -exponent : exponent;
        }
        double value;
        // Clinger's fast path: both factors are exact doubles, so one rounding is the right one.
        if (count <= 15 && scale >= -22 && scale <= 22) {
            double magnitude = scale < 0 ? digits / POWERS[-scale] : digits * POWERS[scale];
            value = negative ? -magnitude : magnitude;
        } else if (i - at > 1_000) {
            throw malformed("a number longer than 1000 characters");
        } else {
            value = Double.parseDouble(new String(bytes, at, i - at, StandardCharsets.ISO_8859_1));
        }
        at = i;
        return value;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    @Override
    public boolean bool() {
        boolean value = next() == 't';
        word(value ? "true" : "false");
        return value;
    }

    @Override
    public void nothing() {
        next();
        word("null");
    }

    @Override
    public void end() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        if (at < bytes.length) {
            throw malformed("bytes follow the end of the document");
        }
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at >= bytes.length || bytes[at] != word.charAt(i)) {
                throw malformed(word + " is expected");
            }
        }
    }

    private void take(char expected) {
        if (next() != expected) {
            throw malformed("'" + expected + "' is expected");
        }
        at++;
    }

    private int next() {
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        throw malformed("the file ends too early");
    }
}
