package dev.clew.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Reads a stream on threads of a pool, one chunk ahead of who reads this one. Confined to one thread. */
final class ReadAhead extends InputStream {
    static final int CHUNK = 256 * 1024;
    /** What the network takes at a time without being given the rest again. */
    private static final int WRITE = 64 * 1024;

    private final InputStream from;
    private final Blocking blocking;
    private byte[] chunk = new byte[CHUNK];
    private byte[] next = new byte[CHUNK];
    private CompletableFuture<Integer> filling;
    private int at;
    private int end;
    private boolean isLast;
    private boolean isClosed;

    ReadAhead(InputStream from, Blocking blocking) {
        this.from = from;
        this.blocking = blocking;
        this.filling = fill(CompletableFuture.completedFuture(null), next);
    }

    private CompletableFuture<Integer> fill(CompletableFuture<?> before, byte[] into) {
        return blocking.after(before, () -> from.readNBytes(into, 0, CHUNK));
    }

    /** Whether there is a byte more. */
    private boolean advance() throws IOException {
        if (isClosed) {
            throw new IOException("The stream is closed");
        }
        if (at == end && !isLast) {
            end = blocking.await(filling);
            at = 0;
            isLast = end < CHUNK;
            byte[] filled = next;
            next = chunk;
            chunk = filled;
            if (!isLast) {
                filling = fill(filling, next);
            }
        }
        return at < end;
    }

    @Override
    public int read() throws IOException {
        return advance() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int taken = Math.min(length, end - at);
        System.arraycopy(chunk, at, into, offset, taken);
        at += taken;
        return taken;
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
        long sent = 0;
        while (advance()) {
            int taken = Math.min(WRITE, end - at);
            out.write(chunk, at, taken);
            at += taken;
            sent += taken;
        }
        return sent;
    }

    @Override
    public int available() {
        return end - at;
    }

    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        filling.exceptionally(_ -> 0).join();
        Arrays.fill(chunk, (byte) 0);
        Arrays.fill(next, (byte) 0);
        from.close();
    }
}
