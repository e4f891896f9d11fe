package dev.clew.server.segments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Walks an index of keys and slots: rows ascending, every fence the first key of its block. */
final class IndexCheck {
    private IndexCheck() {}

    /** Whether a row belongs there. */
    @FunctionalInterface
    interface Row {
        boolean fits(byte[] key, int slot);
    }

    static void walk(BlockFile file, KeyIndex index, FileFindings findings, Row row) throws IOException {
        byte[] before = new byte[0];
        for (int number = 0; number < index.blocks(); number++) {
            Extent extent = index.block(number);
            byte[] rows = file.read(extent);
            boolean fits = Arrays.equals(
                    rows,
                    0,
                    index.keyBytes(),
                    index.fences(),
                    number * index.keyBytes(),
                    (number + 1) * index.keyBytes());
            for (int at = 0; at < rows.length; at += index.width()) {
                byte[] one = Arrays.copyOfRange(rows, at, at + index.width());
                fits &= Arrays.compareUnsigned(before, one) < 0
                        && row.fits(
                                Arrays.copyOf(one, index.keyBytes()),
                                ByteBuffer.wrap(one).getInt(index.keyBytes()));
                before = one;
            }
            findings.require(fits, extent.offset(), "the index does not say where its records are");
        }
    }
}
