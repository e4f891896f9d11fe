package dev.clew.server.segments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sorted rows in blocks of {@value SortedRows#ROWS_A_BLOCK}, found by the first key of each block: one read a look-up, two when the key
 * begins a block. Immutable.
 *
 * @param offset of the first block
 * @param count rows
 * @param fences first key of every block, one behind the other
 */
@SuppressWarnings("ArrayRecordComponent")
record KeyIndex(long offset, int count, int width, int keyBytes, byte[] fences) {
    /** Reads blocks; may answer from memory. */
    @FunctionalInterface
    interface Source {
        byte[] read(Extent extent) throws IOException;
    }

    /** What a directory says of an index. */
    List<Object> described() {
        return List.of(offset, (long) count, fences);
    }

    static KeyIndex of(@Nullable Object described, int width, int keyBytes) {
        if (described instanceof List<?> parts
                && parts.size() == 3
                && parts.get(0) instanceof Long offset
                && parts.get(1) instanceof Long count
                && parts.get(2) instanceof byte[] fences
                && count >= 0
                && fences.length == (count + SortedRows.ROWS_A_BLOCK - 1) / SortedRows.ROWS_A_BLOCK * keyBytes) {
            return new KeyIndex(offset, Math.toIntExact(count), width, keyBytes, fences);
        }
        throw new IllegalArgumentException("an index of the directory is not well formed");
    }

    int blocks() {
        return fences.length / keyBytes;
    }

    Extent block(int number) {
        int rows = Math.min(SortedRows.ROWS_A_BLOCK, count - number * SortedRows.ROWS_A_BLOCK);
        return new Extent(offset + (long) number * (SortedRows.ROWS_A_BLOCK * width + Blocks.CRC), rows * width);
    }

    List<Extent> extents() {
        return IntStream.range(0, blocks()).mapToObj(this::block).toList();
    }

    /** Slots of the rows under a key, ascending. */
    List<Integer> slots(byte[] key, Source source) throws IOException {
        return rows(key, source).stream().map(row -> row.getInt(keyBytes)).toList();
    }

    /** Takes a row of a key and a slot. */
    @FunctionalInterface
    interface Row {
        void take(byte[] key, int slot);
    }

    /** Every row, in order. */
    void forEach(BlockFile file, Row taker) throws IOException {
        for (Extent extent : extents()) {
            byte[] rows = file.read(extent);
            for (int at = 0; at < rows.length; at += width) {
                taker.take(
                        Arrays.copyOfRange(rows, at, at + keyBytes),
                        ByteBuffer.wrap(rows).getInt(at + keyBytes));
            }
        }
    }

    /** Rows under a key. */
    List<ByteBuffer> rows(byte[] key, Source source) throws IOException {
        var found = new ArrayList<ByteBuffer>();
        for (int number = Math.max(0, firstFenceFrom(key) - 1);
                number < blocks() && compareFence(number, key) <= 0;
                number++) {
            byte[] rows = source.read(block(number));
            for (int at = firstRowFrom(rows, key);
                    at < rows.length && Arrays.equals(rows, at, at + keyBytes, key, 0, keyBytes);
                    at += width) {
                found.add(ByteBuffer.wrap(rows, at, width).slice());
            }
        }
        return found;
    }

    /** Number of the first block that begins with the key or a greater one. */
    private int firstFenceFrom(byte[] key) {
        int low = 0;
        int high = blocks();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compareFence(middle, key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compareFence(int number, byte[] key) {
        return Arrays.compareUnsigned(fences, number * keyBytes, (number + 1) * keyBytes, key, 0, keyBytes);
    }

    private int firstRowFrom(byte[] rows, byte[] key) {
        int low = 0;
        int high = rows.length / width;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(rows, middle * width, middle * width + keyBytes, key, 0, keyBytes) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low * width;
    }
}
