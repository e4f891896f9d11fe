package dev.clew.server.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;

/** How files are sealed at rest, in segments that are read alone. Implemented by the vault, the only owner of a cipher. Thread-safe. */
public interface Sealing {
    /**
     * A stream that seals what is written to it; closing it writes the last segment, and closes {@code to}. Bounded memory.
     *
     * @param name what the file is bound to, e.g. the digest of a blob's plaintext
     */
    OutputStream seal(byte[] name, OutputStream to) throws IOException;

    /** Seals a file whose name is known only at its end. */
    Unnamed unnamed(OutputStream to) throws IOException;

    /** A sealed file to be read from any place. */
    Unsealed open(byte[] name, SeekableByteChannel from) throws IOException;

    /** A file being sealed that has no name yet, and is not to be opened until it has. */
    interface Unnamed extends AutoCloseable {
        /** As the stream of a named one. */
        OutputStream stream();

        /** What must be written over the first bytes of the file, once the stream is closed, so that it opens under this name. */
        byte[] beginning(byte[] name);

        @Override
        void close();
    }

    /** An open sealed file. Confined to one thread at a time. */
    interface Unsealed extends AutoCloseable {
        /** Bytes of the plaintext. */
        long size();

        /**
         * Bytes {@code [from, from + length)}.
         *
         * @throws dev.clew.server.common.ClewException BLOB_DAMAGED, while reading, where bytes are not what was sealed or are missing
         */
        InputStream range(long from, long length) throws IOException;

        @Override
        void close() throws IOException;
    }
}
