package dev.clew.server.segments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Rows of one width, each beginning with its key, collected and then written sorted in blocks of {@value #ROWS_A_BLOCK}. Confined to one
 * thread.
 */
final class SortedRows {
    static final int ROWS_A_BLOCK = 256;

    private final int width;
    private final int keyBytes;
    private byte[] rows = new byte[4_096];
    private int count;

    /** @param width bytes of a row, its key first */
    SortedRows(int width, int keyBytes) {
        this.width = width;
        this.keyBytes = keyBytes;
    }

    /** A row of a key and a slot. */
    void add(byte[] key, int slot) {
        byte[] row = Arrays.copyOf(key, width);
        ByteBuffer.wrap(row).putInt(keyBytes, slot);
        add(row);
    }

    void add(byte[] row) {
        if ((count + 1) * width > rows.length) {
            rows = Arrays.copyOf(rows, Math.max(rows.length * 2, width));
        }
        System.arraycopy(row, 0, rows, count * width, width);
        count++;
    }

    int count() {
        return count;
    }

    /** The smallest key; null without rows. Only after {@link #write}. */
    byte[] key(int row) {
        return Arrays.copyOfRange(rows, row * width, row * width + keyBytes);
    }

    /** Sorts and writes the rows. */
    KeyIndex write(BlockWriter out) throws IOException {
        sort();
        long offset = out.position();
        ByteBuffer fences = ByteBuffer.allocate((count + ROWS_A_BLOCK - 1) / ROWS_A_BLOCK * keyBytes);
        for (int from = 0; from < count; from += ROWS_A_BLOCK) {
            fences.put(rows, from * width, keyBytes);
            out.block(rows, from * width, Math.min(ROWS_A_BLOCK, count - from) * width);
        }
        return new KeyIndex(offset, count, width, keyBytes, fences.array());
    }

    /** By the first bits of the key, beside which the row's number has room in a long; then those alike by all bytes. */
    private void sort() {
        int numberBits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(count - 1, 1));
        long numbers = (1L << numberBits) - 1;
        ByteBuffer from = ByteBuffer.wrap(rows);
        long[] order = new long[count];
        for (int i = 0; i < count; i++) {
            // Signed numbers sort as unsigned bytes once their first bit is turned.
            order[i] = ((from.getLong(i * width) ^ Long.MIN_VALUE) & ~numbers) | i;
        }
        Arrays.sort(order);
        byte[] sorted = new byte[Math.max(count * width, 1)];
        for (int i = 0; i < count; ) {
            int end = i + 1;
            while (end < count && (order[end] & ~numbers) == (order[i] & ~numbers)) {
                end++;
            }
            if (end - i > 1) {
                sortAlike(order, i, end, numbers);
            }
            for (; i < end; i++) {
                System.arraycopy(rows, (int) (order[i] & numbers) * width, sorted, i * width, width);
            }
        }
        rows = sorted;
    }

    private void sortAlike(long[] order, int first, int end, long numbers) {
        var alike = new Integer[end - first];
        Arrays.setAll(alike, i -> (int) (order[first + i] & numbers));
        byte[] from = rows;
        Arrays.sort(
                alike,
                (a, b) ->
                        Arrays.compareUnsigned(from, a * width, a * width + width, from, b * width, b * width + width));
        for (int i = 0; i < alike.length; i++) {
            order[first + i] = alike[i];
        }
    }
}
