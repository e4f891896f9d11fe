package dev.clew.server.segments;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The frame of both block files: a header, blocks, a directory which is a block too, a trailer. Every byte of a file is under one check
 * value, which also covers the place it was written for.
 *
 * <pre>
 * file    = header 32 ‖ block … ‖ directory ‖ trailer 32
 * header  = magic 7 ‖ version 1 ‖ u64 first seq ‖ u32 generation ‖ 0 × 8 ‖ crc
 * block   = bytes ‖ crc
 * trailer = u64 offset of the directory ‖ u32 its length ‖ 0 × 8 ‖ magic 7 ‖ version 1 ‖ crc
 * crc     = u32 CRC-32C(u64 offset ‖ bytes)                              integers big-endian
 * </pre>
 */
final class Blocks {
    static final int HEADER = 32;
    static final int TRAILER = 32;
    static final int CRC = 4;

    /** Longest block a reader takes: a record is at most 64 KiB, a body at most a request. */
    static final int MAX_BLOCK = 64 << 20;

    private Blocks() {}

    static byte[] header(FileKind kind, long firstSeq, int generation) {
        ByteBuffer out =
                ByteBuffer.allocate(HEADER).put(kind.magic()).putLong(firstSeq).putInt(generation);
        return out.putInt(HEADER - CRC, crc(0, out.array(), 0, HEADER - CRC)).array();
    }

    static byte[] trailer(FileKind kind, long offset, Extent directory) {
        ByteBuffer out = ByteBuffer.allocate(TRAILER)
                .putLong(directory.offset())
                .putInt(directory.length())
                .putLong(0)
                .put(kind.magic());
        return out.putInt(TRAILER - CRC, crc(offset, out.array(), 0, TRAILER - CRC))
                .array();
    }

    static int crc(long offset, byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
