package dev.clew.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Content-addressed bytes. A blob is durable (bytes and directory forced) when {@link #put} returns, and so before any command that
 * refers to it. Blobs are sealed at rest; the address is the SHA-256 of the plaintext. Thread-safe; calls block and must not run on
 * a virtual thread unless the implementation says that they leave it.
 */
public interface Blobs extends AutoCloseable {
    /** What was stored. */
    record Stored(byte[] sha256, long size) {}

    /** An open blob. A range costs one read per touched segment; one is read at a time, and closed before the blob is. */
    interface Opened extends AutoCloseable {
        long size();

        /** Bytes {@code [from, from + length)} of the plaintext. */
        InputStream range(long from, long length) throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * Stores a stream in bounded memory.
     *
     * @param maxBytes refuses more with PAYLOAD_TOO_LARGE; nothing is left behind
     */
    Stored put(InputStream content, long maxBytes) throws IOException;

    Optional<Opened> open(byte[] sha256) throws IOException;

    boolean exists(byte[] sha256);

    /** Removes it if present. */
    void delete(byte[] sha256) throws IOException;

    /** A blob and the room it takes. */
    record Idle(byte[] sha256, long storedBytes) {}

    /**
     * Blobs that nobody put since a time, in the order of their digests; reading does not count.
     *
     * @param firstByte 0 to 255: of the digests
     */
    void idle(int firstByte, Instant since, Consumer<Idle> sink) throws IOException;

    /** Removes a blob unless somebody put it since that time; says whether it did. Whoever puts it later stores it anew. */
    boolean deleteIdle(byte[] sha256, Instant since) throws IOException;

    @Override
    void close();
}
