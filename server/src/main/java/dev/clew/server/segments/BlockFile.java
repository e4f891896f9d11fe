package dev.clew.server.segments;

import dev.clew.server.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** An open block file. Every block is compared with its check value when it is read. Confined to one thread at a time. */
final class BlockFile implements AutoCloseable {
    private final String name;
    private final FileKind kind;
    private final SeekableByteChannel channel;

    private BlockFile(String name, FileKind kind, SeekableByteChannel channel) {
        this.name = name;
        this.kind = kind;
        this.channel = channel;
    }

    static BlockFile open(Disk disk, Path file, FileKind kind) throws IOException {
        return new BlockFile(String.valueOf(file.getFileName()), kind, disk.open(file));
    }

    String name() {
        return name;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** The bytes of a block, in one read. */
    byte[] read(Extent extent) throws IOException {
        if (extent.offset() < Blocks.HEADER
                || extent.length() < 0
                || extent.length() > Blocks.MAX_BLOCK
                || extent.end() > size() - Blocks.TRAILER) {
            throw damaged(extent.offset(), "a block of %d bytes does not fit there".formatted(extent.length()));
        }
        byte[] bytes = bytes(extent.offset(), extent.length() + Blocks.CRC);
        int stored = ByteBuffer.wrap(bytes).getInt(extent.length());
        if (stored != Blocks.crc(extent.offset(), bytes, 0, extent.length())) {
            throw damaged(
                    extent.offset(), "the block of %d bytes does not match its check value".formatted(extent.length()));
        }
        return Arrays.copyOf(bytes, extent.length());
    }

    /** Neighbouring blocks, each of {@code each} bytes but the last, in one read, without their check values. */
    byte[] readRun(long offset, int each, int total) throws IOException {
        int blocks = (total + each - 1) / each;
        byte[] raw = bytes(offset, total + blocks * Blocks.CRC);
        byte[] out = new byte[total];
        int at = 0;
        for (int i = 0; i < blocks; i++) {
            int length = Math.min(each, total - i * each);
            if (ByteBuffer.wrap(raw).getInt(at + length) != Blocks.crc(offset + at, raw, at, length)) {
                throw damaged(offset + at, "the block of %d bytes does not match its check value".formatted(length));
            }
            System.arraycopy(raw, at, out, i * each, length);
            at += length + Blocks.CRC;
        }
        return out;
    }

    /** Where the directory lies, after a look at header and trailer. */
    Extent directory(long firstSeq, int generation) throws IOException {
        if (size() < Blocks.HEADER + Blocks.TRAILER + Blocks.CRC) {
            throw damaged(0, "the file has only %d bytes".formatted(size()));
        }
        if (!Arrays.equals(bytes(0, Blocks.HEADER), Blocks.header(kind, firstSeq, generation))) {
            throw damaged(
                    0,
                    "the header is not that of generation %d of the segment from entry %d"
                            .formatted(generation, firstSeq));
        }
        long at = size() - Blocks.TRAILER;
        ByteBuffer trailer = ByteBuffer.wrap(bytes(at, Blocks.TRAILER));
        var extent = new Extent(trailer.getLong(), trailer.getInt());
        if (!Arrays.equals(trailer.array(), Blocks.trailer(kind, at, extent)) || extent.end() != at) {
            throw damaged(at, "the trailer does not match its check value");
        }
        return extent;
    }

    DamagedFile damaged(long offset, String what) {
        return new DamagedFile(name, offset, what);
    }

    private byte[] bytes(long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        channel.position(offset);
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw damaged(offset, "the file ends within %d bytes from there".formatted(length));
            }
        }
        return into.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
