package dev.clew.server.segments;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Sealed bodies of neighbouring slots, and what they are sealed under. Not compressed: ciphertext.
 *
 * <pre>
 * block = u32 first slot ‖ u16 slots ‖ (u32 length ‖ 16 key id) × slots ‖ body × slots
 * </pre>
 *
 * An empty slot (no body, or an erased one) has length 0 and a key id of zeros.
 */
final class BodyBlock {
    static final int MAX_SLOTS = 64;
    static final int FULL_BYTES = 32 * 1024;
    static final int KEY_ID = 16;

    private static final int HEAD = 6;
    private static final int ROW = Integer.BYTES + KEY_ID;

    private BodyBlock() {}

    /** What one slot holds. */
    @SuppressWarnings("ArrayRecordComponent")
    record Slot(int number, byte[] body, byte[] keyId) {
        static Slot empty(int number) {
            return new Slot(number, new byte[0], new byte[KEY_ID]);
        }
    }

    /** Gathers slots. Confined to one thread. */
    static final class Builder {
        private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        private final ByteArrayOutputStream bodies = new ByteArrayOutputStream(FULL_BYTES * 2);
        private int firstSlot;
        private int count;

        void add(Slot slot) {
            if (count == 0) {
                firstSlot = slot.number();
            }
            rows.writeBytes(ByteBuffer.allocate(ROW)
                    .putInt(slot.body().length)
                    .put(slot.keyId())
                    .array());
            bodies.writeBytes(slot.body());
            count++;
        }

        boolean isEmpty() {
            return count == 0;
        }

        boolean isFull() {
            return count == MAX_SLOTS || bodies.size() >= FULL_BYTES;
        }

        int firstSlot() {
            return firstSlot;
        }

        byte[] build() {
            byte[] block = ByteBuffer.allocate(HEAD + rows.size() + bodies.size())
                    .putInt(firstSlot)
                    .putShort((short) count)
                    .put(rows.toByteArray())
                    .put(bodies.toByteArray())
                    .array();
            rows.reset();
            bodies.reset();
            count = 0;
            return block;
        }
    }

    /** @throws IllegalArgumentException when the bytes are no such block */
    static List<Slot> decode(byte[] block) {
        try {
            ByteBuffer in = ByteBuffer.wrap(block);
            int first = in.getInt();
            int count = Short.toUnsignedInt(in.getShort());
            ByteBuffer bodies = in.duplicate().position(HEAD + count * ROW);
            var slots = new ArrayList<Slot>(count);
            for (int i = 0; i < count; i++) {
                int length = in.getInt();
                byte[] keyId = new byte[KEY_ID];
                in.get(keyId);
                if (length < 0 || length > bodies.remaining()) {
                    throw new BufferUnderflowException();
                }
                byte[] body = new byte[length];
                bodies.get(body);
                slots.add(new Slot(first + i, body, keyId));
            }
            if (bodies.hasRemaining() || count == 0) {
                throw new IllegalArgumentException("a block of bodies holds more or less than it says");
            }
            return slots;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IllegalArgumentException("a block of bodies is not well formed", e);
        }
    }
}
