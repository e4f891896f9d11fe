package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Content as its sender sends it: refuses the byte after the last allowed one, and tells a sender that stops from a disk that fails. */
final class Limited extends FilterInputStream {
    private final long max;
    private long taken;

    Limited(InputStream in, long max) {
        super(in);
        this.max = max;
    }

    @Override
    public int read() throws IOException {
        int read;
        try {
            read = super.read();
        } catch (IOException e) {
            throw new Cut(e);
        }
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read;
        try {
            read = super.read(into, offset, length);
        } catch (IOException e) {
            throw new Cut(e);
        }
        count(Math.max(0, read));
        return read;
    }

    private void count(int read) {
        taken += read;
        if (taken > max) {
            throw new ClewException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The file is longer than the %d bytes that are taken here; nothing was stored.".formatted(max));
        }
    }

    /** Whoever sent the content stopped: no fault of the disk. */
    static final class Cut extends IOException {
        private static final long serialVersionUID = 1L;

        Cut(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
