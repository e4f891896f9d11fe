package dev.clew.server.segments;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Writes one block file from its beginning to its end, once. Confined to one thread. */
final class BlockWriter implements AutoCloseable {
    private static final int BUFFER = 128 * 1024;

    private final Disk disk;
    private final FileKind kind;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final MessageDigest sha256 = Hashing.newSha256();
    private long position;

    /** @param file must not exist */
    BlockWriter(Disk disk, Path file, FileKind kind, long firstSeq, int generation) throws IOException {
        this.disk = disk;
        this.kind = kind;
        this.channel = disk.create(file);
        put(Blocks.header(kind, firstSeq, generation), 0, Blocks.HEADER);
    }

    /** What a finished file is known by. */
    record Finished(long bytes, byte[] sha256) {}

    Extent block(byte[] bytes) throws IOException {
        return block(bytes, 0, bytes.length);
    }

    Extent block(byte[] bytes, int from, int length) throws IOException {
        if (length > Blocks.MAX_BLOCK) {
            throw new IllegalArgumentException("A block has at most %d bytes".formatted(Blocks.MAX_BLOCK));
        }
        var extent = new Extent(position, length);
        int crc = Blocks.crc(position, bytes, from, length);
        put(bytes, from, length);
        put(ByteBuffer.allocate(Blocks.CRC).putInt(crc).array(), 0, Blocks.CRC);
        return extent;
    }

    /** Bytes written so far. */
    long position() {
        return position;
    }

    /** Writes directory and trailer and forces the file; its name is forced by whoever moves it. */
    Finished finish(byte[] directory) throws IOException {
        Extent extent = block(directory);
        put(Blocks.trailer(kind, position, extent), 0, Blocks.TRAILER);
        flush();
        disk.force(channel);
        return new Finished(position, sha256.digest());
    }

    private void put(byte[] bytes, int from, int length) throws IOException {
        sha256.update(bytes, from, length);
        position += length;
        int at = from;
        int left = length;
        while (left > 0) {
            int some = Math.min(left, buffer.remaining());
            buffer.put(bytes, at, some);
            at += some;
            left -= some;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        disk.write(channel, buffer.flip());
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
