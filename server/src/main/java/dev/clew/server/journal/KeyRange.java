package dev.clew.server.journal;

import java.util.Arrays;

/**
 * The encoded keys of all rows of a table whose first key columns have given values.
 *
 * @param low the first of them
 * @param high the first behind them
 */
@SuppressWarnings("ArrayRecordComponent")
record KeyRange(byte[] low, byte[] high) {
    static KeyRange of(Table<?> table, Object... firstValues) {
        byte[] low = TableCodec.keyBytes(Key.of(firstValues));
        low[0] = (byte) (0x80 | table.key().size()); // the head of the whole array, then these values
        return new KeyRange(low, after(low));
    }

    private static byte[] after(byte[] prefix) {
        byte[] next = prefix.clone();
        for (int i = next.length - 1; i >= 0; i--) {
            if (++next[i] != 0) {
                return Arrays.copyOf(next, i + 1);
            }
        }
        throw new IllegalArgumentException("No bytes follow");
    }
}
