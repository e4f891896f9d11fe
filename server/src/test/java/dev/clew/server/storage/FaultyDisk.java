package dev.clew.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A disk that is full, or whose n-th changing call fails. */
public final class FaultyDisk extends Disk {
    /** Takes 500 bytes of a write and no more. */
    public boolean full;

    /** Number of the changing call that fails, from 1. */
    public int failing = Integer.MAX_VALUE;

    /** Changing calls so far. */
    public int calls;

    private void call() throws IOException {
        if (++calls == failing) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        call();
        return super.create(file);
    }

    @Override
    public void write(FileChannel to, ByteBuffer bytes) throws IOException {
        if (full && bytes.remaining() > 500) {
            bytes.limit(bytes.position() + 500);
            super.write(to, bytes);
            throw new IOException("No space left on device");
        }
        call();
        super.write(to, bytes);
    }

    @Override
    public void force(FileChannel file) throws IOException {
        call();
        super.force(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        call();
        super.rename(from, to);
    }
}
