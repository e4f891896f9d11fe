package dev.clew.explain.attribution;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what {@link CanonicalWriter} writes: maps with whole numbers as keys, arrays, whole numbers, texts, bytes and float64. Lengths are
 * checked against what is left before anything is taken. Confined to one thread.
 */
final class CanonicalReader {
    private static final int DEEPEST = 8;

    private final ByteBuffer in;

    private CanonicalReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /**
     * The fields of a record: Long, Double, String, byte[] or List of those, by number.
     *
     * @throws ExplainException {@code MALFORMED_IMPORT} if the bytes are no such map and nothing else
     */
    static SortedMap<Long, Object> fields(byte[] bytes) {
        var reader = new CanonicalReader(bytes);
        int head = reader.next();
        if (head >> 5 != 5) {
            throw malformed("it is no map");
        }
        var fields = new TreeMap<Long, Object>();
        long size = reader.length(head);
        for (long i = 0; i < size; i++) {
            int key = reader.next();
            if (key >> 5 != 0) {
                throw malformed("a field has no number");
            }
            if (fields.put(reader.length(key), reader.value(1)) != null) {
                throw malformed("a field occurs twice");
            }
        }
        if (reader.in.hasRemaining()) {
            throw malformed("something follows its end");
        }
        return fields;
    }

    private Object value(int depth) {
        int head = next();
        return switch (head >> 5) {
            case 0 -> length(head);
            case 1 -> -1 - length(head);
            case 2 -> taken(length(head));
            case 3 -> new String(taken(length(head)), StandardCharsets.UTF_8);
            case 4 -> list(length(head), depth);
            default -> {
                if (head != 0xFB) {
                    throw malformed("it holds a value of an unknown kind");
                }
                yield Double.longBitsToDouble(big(8));
            }
        };
    }

    private List<Object> list(long size, int depth) {
        if (depth == DEEPEST || size > in.remaining()) {
            throw malformed("a list is longer or deeper than it can be");
        }
        List<Object> list = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private byte[] taken(long length) {
        if (length > in.remaining()) {
            throw malformed("it breaks off");
        }
        byte[] taken = new byte[(int) length];
        in.get(taken);
        return taken;
    }

    private int next() {
        return (int) big(1);
    }

    private long length(int head) {
        int low = head & 31;
        long length = low < 24 ? low : low > 27 ? -1 : big(1 << (low - 24));
        if (length < 0) {
            throw malformed("a length is out of range");
        }
        return length;
    }

    private long big(int width) {
        if (width > in.remaining()) {
            throw malformed("it breaks off");
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | in.get() & 0xFF;
        }
        return value;
    }

    private static ExplainException malformed(String what) {
        return new ExplainException(Code.MALFORMED_IMPORT, "The record is no explanation/1: %s.".formatted(what));
    }
}
