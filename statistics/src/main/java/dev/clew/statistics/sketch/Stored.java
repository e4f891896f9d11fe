package dev.clew.statistics.sketch;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Stored forms: a version byte first, parts with their length. Stateless. */
final class Stored {
    private Stored() {}

    /** The next part, which begins with its length. */
    static byte[] part(ByteBuffer buffer) {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] part = new byte[length];
        buffer.get(part);
        return part;
    }

    static IllegalArgumentException unknown(byte[] bytes, int version) {
        return new IllegalArgumentException("These %d bytes are no sketch of version %d; rebuild it from the rows."
                .formatted(bytes.length, version));
    }
}
