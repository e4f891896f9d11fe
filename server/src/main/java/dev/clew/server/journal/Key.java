package dev.clew.server.journal;

import dev.clew.server.common.Uid;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of the key columns of a row, or of the columns of an index, in declared order. Equal by content. Immutable. */
public final class Key {
    private final Object[] values;

    private Key(Object[] values) {
        this.values = values;
    }

    /** Accepts {@code Long}, {@code Integer}, {@code String}, {@code byte[]} and {@code Uid}. */
    public static Key of(Object... values) {
        Object[] copy = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            copy[i] = switch (values[i]) {
                case Uid uid -> uid.bytes();
                case Integer integer -> (long) integer;
                case byte[] bytes -> bytes.clone();
                case Long integer -> integer;
                case String text -> text;
                default ->
                    throw new IllegalArgumentException(
                            "A key holds integers, texts and bytes, not " + values[i].getClass());
            };
        }
        return new Key(copy);
    }

    public int size() {
        return values.length;
    }

    /** {@code Long}, {@code String} or {@code byte[]}. */
    public Object get(int position) {
        return values[position];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && Arrays.deepEquals(values, key.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
        return List.of(values).stream()
                .map(value -> value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value))
                .collect(Collectors.joining("/", "[", "]"));
    }
}
