package dev.clew.server.segments;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Blocks of neighbouring slots, one behind the other from the header on: first slot and place of each. Immutable. */
final class SlotBlocks {
    private static final int ROW = 2 * Integer.BYTES;

    private final int[] firstSlots;
    private final long[] offsets;

    private SlotBlocks(int[] firstSlots, long[] offsets) {
        this.firstSlots = firstSlots;
        this.offsets = offsets;
    }

    /** Gathers blocks in order. */
    static final class Builder {
        private ByteBuffer rows = ByteBuffer.allocate(64 * ROW);

        void add(int firstSlot, Extent extent) {
            if (!rows.hasRemaining()) {
                rows = ByteBuffer.allocate(rows.capacity() * 2).put(rows.flip());
            }
            rows.putInt(firstSlot).putInt(extent.length());
        }

        SlotBlocks build(int slots) {
            return of(Arrays.copyOf(rows.array(), rows.position()), slots);
        }
    }

    /** @param rows u32 first slot ‖ u32 length of each */
    static SlotBlocks of(byte[] rows, int slots) {
        int count = rows.length / ROW;
        int[] firstSlots = new int[count];
        long[] offsets = new long[count + 1];
        ByteBuffer in = ByteBuffer.wrap(rows);
        offsets[0] = Blocks.HEADER;
        for (int i = 0; i < count; i++) {
            firstSlots[i] = in.getInt();
            offsets[i + 1] = new Extent(offsets[i], in.getInt()).end();
            int before = i == 0 ? -1 : firstSlots[i - 1];
            if (firstSlots[i] <= before || (i == 0 && firstSlots[i] != 0) || offsets[i + 1] <= offsets[i]) {
                throw new IllegalArgumentException("the blocks of the directory are not in order");
            }
        }
        if (in.hasRemaining() || (slots > 0) != (count > 0) || (count > 0 && firstSlots[count - 1] >= slots)) {
            throw new IllegalArgumentException("the blocks of the directory do not hold its slots");
        }
        return new SlotBlocks(firstSlots, offsets);
    }

    byte[] described() {
        ByteBuffer out = ByteBuffer.allocate(count() * ROW);
        for (int i = 0; i < count(); i++) {
            out.putInt(firstSlots[i]).putInt(block(i).length());
        }
        return out.array();
    }

    int count() {
        return firstSlots.length;
    }

    int firstSlot(int block) {
        return firstSlots[block];
    }

    Extent block(int number) {
        return new Extent(offsets[number], (int) (offsets[number + 1] - offsets[number] - Blocks.CRC));
    }

    /** Number of the block that holds a slot. */
    int blockOf(int slot) {
        int at = Arrays.binarySearch(firstSlots, slot);
        return at >= 0 ? at : -at - 2;
    }

    List<Extent> extents() {
        return IntStream.range(0, count()).mapToObj(this::block).toList();
    }
}
