package dev.clew.server.storage;

import dev.clew.ledger.tree.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Takes content in: the caller reads it, and threads of a pool digest and write what was read, so that a large file takes as long as the
 * slowest of the three. Holds at most {@value #CHUNKS} chunks of 256 KiB. Confined to one thread.
 */
final class Intake {
    static final int CHUNK = 256 * 1024;
    private static final int CHUNKS = 4;
    /** What is digested at a time: so often that it is compiled after a few MiB. */
    private static final int PIECE = 8 * 1024;

    private final Blocking blocking;
    private final OutputStream to;
    private final MessageDigest digest = Hashing.newSha256();
    private CompletableFuture<?> digested = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> written = digested;

    private Intake(Blocking blocking, OutputStream to) {
        this.blocking = blocking;
        this.to = to;
    }

    /** A chunk, and when it may be filled again. */
    private static final class Chunk {
        final byte[] bytes = new byte[CHUNK];
        CompletableFuture<?> free = CompletableFuture.completedFuture(null);
    }

    /** Writes all of it, and tells its size and digest. Neither stream is closed, and neither is touched any more afterwards. */
    static Blobs.Stored take(InputStream content, OutputStream to, Blocking blocking) throws IOException {
        var intake = new Intake(blocking, to);
        var chunks = new Chunk[CHUNKS];
        try {
            long size = intake.takeAll(content, chunks);
            return new Blobs.Stored(intake.digest.digest(), size);
        } finally {
            intake.settle();
            for (Chunk chunk : chunks) {
                if (chunk != null) {
                    Arrays.fill(chunk.bytes, (byte) 0);
                }
            }
        }
    }

    private long takeAll(InputStream content, Chunk[] chunks) throws IOException {
        long size = 0;
        int count = CHUNK;
        for (int i = 0; count == CHUNK; i = (i + 1) % CHUNKS) {
            if (chunks[i] == null) {
                chunks[i] = new Chunk();
            }
            blocking.await(chunks[i].free);
            count = content.readNBytes(chunks[i].bytes, 0, CHUNK);
            hand(chunks[i], count);
            size += count;
        }
        blocking.await(digested);
        blocking.await(written);
        return size;
    }

    private void hand(Chunk chunk, int count) {
        digested = blocking.after(digested, () -> {
            for (int at = 0; at < count; at += PIECE) {
                digest.update(chunk.bytes, at, Math.min(PIECE, count - at));
            }
            return count;
        });
        written = blocking.after(written, () -> {
            to.write(chunk.bytes, 0, count);
            return count;
        });
        chunk.free = CompletableFuture.allOf(digested, written);
    }

    /** Waits until nobody uses the chunks; what failed was told by who waited for it, or does not matter any more. */
    private void settle() {
        CompletableFuture.allOf(digested, written).exceptionally(_ -> null).join();
    }
}
