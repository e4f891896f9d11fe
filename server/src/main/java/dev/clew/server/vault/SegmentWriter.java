package dev.clew.server.vault;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;

/** Seals what is written into segments. Buffers one segment, growing with what it gets: a small file costs little memory, and one write. */
final class SegmentWriter extends OutputStream {
    private static final int FIRST_BUFFER = 8 * 1024;

    private final OutputStream to;
    private final Segments segments;
    private byte[] head;
    private byte[] plain = new byte[FIRST_BUFFER];
    private byte[] sealed = new byte[0];
    private int filled;
    private long number;
    private boolean closed;

    /** @param before bytes that stand in the file before all segments */
    SegmentWriter(byte[] before, byte[] key, byte[] associatedData, OutputStream to) {
        this.to = to;
        byte[] salt = Primitives.random(Segments.SALT);
        byte[] prefix = Primitives.random(Segments.PREFIX);
        this.segments = new Segments(Segments.SEGMENT, key, salt, prefix, associatedData);
        this.head = Arrays.copyOf(before, before.length + Segments.HEADER);
        head[before.length] = Segments.HEADER;
        System.arraycopy(salt, 0, head, before.length + 1, Segments.SALT);
        System.arraycopy(prefix, 0, head, before.length + 1 + Segments.SALT, Segments.PREFIX);
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
            int capacity = segments.capacity(number);
            if (filled == capacity) {
                // Only now is it known that this segment is not the last one.
                flush(false);
                continue;
            }
            int taken = Math.min(left, capacity - filled);
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

    private void grow(int needed) {
        if (needed > plain.length) {
            plain = Arrays.copyOf(plain, Math.min(Segments.SEGMENT, Math.max(needed, plain.length * 4)));
        }
    }

    private void flush(boolean last) throws IOException {
        int length = head.length + filled + Segments.TAG;
        if (sealed.length < length) {
            sealed = new byte[length];
        }
        System.arraycopy(head, 0, sealed, 0, head.length);
        Segments.prepare(number);
        try {
            segments.seal(number, last, plain, filled, sealed, head.length);
        } catch (GeneralSecurityException e) {
            throw new IOException("Sealing a segment failed", e);
        }
        to.write(sealed, 0, length);
        head = new byte[0];
        number++;
        filled = 0;
    }
}
