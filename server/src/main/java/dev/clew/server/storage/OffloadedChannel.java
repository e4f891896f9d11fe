package dev.clew.server.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/** A file whose calls leave virtual threads. Confined to one thread at a time. */
final class OffloadedChannel implements SeekableByteChannel {
    private final Blocking blocking;
    private final SeekableByteChannel channel;
    private final Disk disk;

    OffloadedChannel(Blocking blocking, SeekableByteChannel channel, Disk disk) {
        this.blocking = blocking;
        this.channel = channel;
        this.disk = disk;
    }

    FileChannel file() {
        return (FileChannel) channel;
    }

    /** Appends; closing it leaves the file open. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                OffloadedChannel.this.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return blocking.call(() -> channel.read(into));
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        return blocking.call(() -> {
            disk.write(file(), from);
            return length;
        });
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return blocking.call(channel::size);
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        blocking.call(() -> {
            channel.close();
            return true;
        });
    }
}
