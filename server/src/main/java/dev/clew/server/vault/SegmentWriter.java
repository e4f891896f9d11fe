package dev.clew.server.vault;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;

/** Seals what is written into segments. Buffers one segment, growing with what it gets: a small file costs little memory. */
final class SegmentWriter extends OutputStream {
    private static final int FIRST_BUFFER = 8 * 1024;

    private final OutputStream to;
    private final Segments segments;
    private byte[] plain = new byte[FIRST_BUFFER];
    private int filled;
    private long number;
    private boolean closed;

    SegmentWriter(byte[] key, byte[] associatedData, OutputStream to) throws IOException {
        this.to = to;
        byte[] salt = Primitives.random(Segments.SALT);
        byte[] prefix = Primitives.random(Segments.PREFIX);
        this.segments = new Segments(key, salt, prefix, associatedData);
        byte[] header = new byte[Segments.HEADER];
        header[0] = Segments.HEADER;
        System.arraycopy(salt, 0, header, 1, Segments.SALT);
        System.arraycopy(prefix, 0, header, 1 + Segments.SALT, Segments.PREFIX);
        to.write(header);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("The sealed file is closed");
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == capacity()) {
                // Only now is it known that this segment is not the last one.
                flush(false);
            }
            int taken = Math.min(left, capacity() - filled);
            grow(filled + taken);
            System.arraycopy(bytes, from, plain, filled, taken);
            filled += taken;
            from += taken;
            left -= taken;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (to) {
            flush(true);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private int capacity() {
        return number == 0 ? Segments.FIRST : Segments.FULL;
    }

    private void grow(int needed) {
        if (needed > plain.length) {
            plain = Arrays.copyOf(plain, Math.min(Segments.FULL, Math.max(needed, plain.length * 4)));
        }
    }

    private void flush(boolean last) throws IOException {
        byte[] sealed = new byte[filled + Segments.TAG];
        try {
            segments.seal(number, last, plain, filled, sealed);
        } catch (GeneralSecurityException e) {
            throw new IOException("Sealing a segment failed", e);
        }
        to.write(sealed);
        number++;
        filled = 0;
    }
}
