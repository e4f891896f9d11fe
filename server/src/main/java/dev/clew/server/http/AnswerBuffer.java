package dev.clew.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer is written: kept until it is whole, so that its length is known and a failure still becomes a proper error; what is
 * larger than {@value #KEPT} bytes goes on to the wire. Confined to the request's thread.
 */
final class AnswerBuffer extends OutputStream {
    static final int KEPT = 64 * 1024;

    /** Opens the wire when the buffer is full. */
    @FunctionalInterface
    interface Overflow {
        OutputStream open() throws IOException;
    }

    private final Overflow overflow;
    private byte[] bytes = new byte[512];
    private int count;
    private long total;
    private @Nullable OutputStream wire;

    AnswerBuffer(Overflow overflow) {
        this.overflow = overflow;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        total += length;
        if (wire == null && count + length <= KEPT) {
            if (count + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(KEPT, Math.max(bytes.length * 2, count + length)));
            }
            System.arraycopy(from, offset, bytes, count, length);
            count += length;
            return;
        }
        if (wire == null) {
            wire = overflow.open();
            wire.write(bytes, 0, count);
        }
        wire.write(from, offset, length);
    }

    /** Flushing is ours to decide, except once the wire is open. */
    @Override
    public void flush() throws IOException {
        if (wire != null) {
            wire.flush();
        }
    }

    boolean isWhole() {
        return wire == null;
    }

    byte[] bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    long total() {
        return total;
    }

    @Nullable
    OutputStream wire() {
        return wire;
    }

    @Override
    public void close() {
        // Content often closes what it writes to; the end of the answer is decided by its writer.
    }
}
