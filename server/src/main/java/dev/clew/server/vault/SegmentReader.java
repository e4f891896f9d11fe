package dev.clew.server.vault;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.Sealing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens segments of a sealed file, each alone. Confined to one thread at a time. */
final class SegmentReader implements Sealing.Unsealed {
    private final SeekableByteChannel from;
    private final Segments segments;
    private final int segmentSize;
    /** Where the header and the first segment begin. */
    private final long start;
    /** Bytes from there to the end of the file. */
    private final long sealedSize;

    private final long count;
    private byte[] sealed = new byte[0];
    private byte[] plain = new byte[0];
    private int plainLength;
    private long loaded = -1;

    /**
     * Opens the segments that begin in the file at {@code start}.
     *
     * @param segmentSize of a segment with its tag
     */
    SegmentReader(int segmentSize, long start, byte[] key, byte[] associatedData, SeekableByteChannel from)
            throws IOException {
        this.from = from;
        this.segmentSize = segmentSize;
        this.start = start;
        this.sealedSize = from.size() - start;
        this.count = Math.ceilDiv(sealedSize, segmentSize);
        long rest = sealedSize - (count - 1) * segmentSize;
        if (count <= 0 || rest < Segments.TAG + (count == 1 ? Segments.HEADER : 0)) {
            throw damaged(null);
        }
        byte[] header = new byte[Segments.HEADER];
        read(from, start, header, Segments.HEADER);
        if (header[0] != Segments.HEADER) {
            throw damaged(null);
        }
        this.segments = new Segments(
                segmentSize,
                key,
                Arrays.copyOfRange(header, 1, 1 + Segments.SALT),
                Arrays.copyOfRange(header, 1 + Segments.SALT, Segments.HEADER),
                associatedData);
        // Only the last segment proves where the file ends; a size that was cut must not be told.
        load(count - 1);
    }

    @Override
    public long size() {
        return sealedSize - Segments.HEADER - count * Segments.TAG;
    }

    @Override
    public InputStream range(long start, long length) throws IOException {
        if (start < 0 || length < 0 || start + length > size()) {
            throw new IllegalArgumentException("Bytes %d+%d of a file of %d".formatted(start, length, size()));
        }
        return new Range(start, start + length);
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(plain, (byte) 0);
        from.close();
    }

    private final class Range extends InputStream {
        private long position;
        private final long end;

        Range(long start, long end) {
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (position >= end) {
                return -1;
            }
            long segment = segments.segmentOf(position);
            load(segment);
            int at = Math.toIntExact(position - segments.startOf(segment));
            int taken = (int) Math.min(Math.min(length, plainLength - at), end - position);
            System.arraycopy(plain, at, into, offset, taken);
            position += taken;
            return taken;
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, end - position);
        }
    }

    private void load(long segment) throws IOException {
        if (segment == loaded) {
            return;
        }
        loaded = -1;
        long begin = segment == 0 ? Segments.HEADER : segment * segmentSize;
        int length = Math.toIntExact(Math.min((segment + 1) * segmentSize, sealedSize) - begin);
        if (sealed.length < length) {
            sealed = new byte[length];
            plain = new byte[length];
        }
        read(from, start + begin, sealed, length);
        Segments.prepare(segment);
        try {
            plainLength = segments.open(segment, segment == count - 1, sealed, length, plain);
        } catch (GeneralSecurityException e) {
            throw damaged(e);
        }
        loaded = segment;
    }

    /** Fills the first bytes of {@code into} with those at a position of a file. */
    static void read(SeekableByteChannel from, long position, byte[] into, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        from.position(position);
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw damaged(null);
            }
        }
    }

    static ClewException damaged(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.BLOB_DAMAGED,
                "A stored file was read; its bytes are not those that were stored. Restore it from a copy of the data directory.",
                cause);
    }
}
