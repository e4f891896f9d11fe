package dev.clew.server.segments;

/**
 * Where a block lies in its file.
 *
 * @param length bytes of the block without its check value
 */
record Extent(long offset, int length) {
    /** Where what follows begins. */
    long end() {
        return offset + length + Blocks.CRC;
    }
}
