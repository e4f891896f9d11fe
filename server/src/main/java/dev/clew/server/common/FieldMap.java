package dev.clew.server.common;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.ledger.encoding.CborWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record body: a canonical map of ascending field numbers in the value profile, nulls left out inside the map. Values are Long,
 * Double, String, Boolean, byte[], Uid and lists of these. Confined to one thread.
 */
public final class FieldMap {
    private final CborWriter entries = new CborWriter(CborProfile.VALUE);
    private int count;

    public FieldMap put(int field, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        entries.uint(field);
        write(value);
        count++;
        return this;
    }

    /** Forgets what was put and keeps the room: for the next body. */
    public FieldMap reset() {
        entries.reset();
        count = 0;
        return this;
    }

    public byte[] toBytes() {
        var head = new CborWriter(CborProfile.VALUE, 16).mapHead(count);
        byte[] bytes = Arrays.copyOf(head.array(), head.size() + entries.size());
        System.arraycopy(entries.array(), 0, bytes, head.size(), entries.size());
        return bytes;
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case null -> entries.nil();
            case Long integer -> entries.integer(integer);
            case Double number -> entries.float64(number);
            case String text -> entries.text(text);
            case Boolean flag -> entries.bool(flag);
            case byte[] bytes -> entries.bytes(bytes);
            case Uid uid -> entries.bytes(uid.bytes());
            case List<?> list -> {
                entries.arrayHead(list.size());
                for (Object each : list) {
                    write(each);
                }
            }
            default -> throw new IllegalArgumentException("A body holds no " + value.getClass());
        }
    }

    @SuppressWarnings("unchecked")
    public static Map<Long, Object> read(byte[] body) {
        Object value = CborReader.decode(CborProfile.VALUE, body);
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("A body is a map");
        }
        return (Map<Long, Object>) map;
    }

    public static long longOf(Map<Long, Object> map, long field, long otherwise) {
        return map.get(field) instanceof Long value ? value : otherwise;
    }

    public static @Nullable Uid uid(@Nullable Object value) {
        return value instanceof byte[] bytes ? Uid.of(bytes) : null;
    }

    @SuppressWarnings("unchecked")
    public static List<@Nullable Object> list(@Nullable Object value) {
        return value == null ? List.of() : (List<@Nullable Object>) value;
    }

    @SuppressWarnings("unchecked")
    public static List<Double> doubles(@Nullable Object value) {
        return value == null ? List.of() : (List<Double>) value;
    }

    @SuppressWarnings("unchecked")
    public static List<String> texts(@Nullable Object value) {
        return value == null ? List.of() : (List<String>) value;
    }
}
