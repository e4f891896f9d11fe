package dev.clew.server.storage;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/**
 * Has what was written to a file forced while more of it is written, so that little is left to be forced at the end. A force that failed
 * is not repeated: it fails the stream when that is closed. Confined to one thread at a time.
 */
final class EarlyForce extends FilterOutputStream {
    private final Blocking blocking;
    private final Blocking.Call<?> force;
    private final long every;
    private long unforced;
    private CompletableFuture<?> forced = CompletableFuture.completedFuture(null);

    /** @param every so many bytes, at most, it is forced */
    EarlyForce(OutputStream to, long every, Blocking.Call<?> force, Blocking blocking) {
        super(to);
        this.every = every;
        this.force = force;
        this.blocking = blocking;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        unforced += length;
        if (unforced >= every && forced.isDone()) {
            unforced = 0;
            forced = blocking.after(forced, force);
        }
    }

    /** Waits for the force under way: the file may be closed afterwards. */
    @Override
    public void close() throws IOException {
        try {
            blocking.await(forced);
        } finally {
            out.close();
        }
    }
}
