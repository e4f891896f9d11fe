package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;

/**
 * The bytes of a request as they come over the wire, before decompression: cut off at a limit, at a total time that grows with what
 * really arrived, and at the memory that all bodies share. Confined to the request's thread.
 */
final class RequestBody extends InputStream {
    /** Bodies up to this limit are what handlers hold in memory; larger limits are for streams. */
    private static final long HELD = 16L << 20;

    private final InputStream wire;
    private final long declared;
    private final long limit;
    private final HttpConfig config;
    private final BodyMemory memory;
    private final long startNanos = System.nanoTime();
    private long received;
    private long held;

    /** @param declared {@code Content-Length}, or −1 */
    RequestBody(InputStream wire, long declared, long limit, HttpConfig config, BodyMemory memory) {
        this.wire = wire;
        this.declared = declared;
        this.limit = limit;
        this.config = config;
        this.memory = memory;
        if (declared > limit) {
            throw tooLarge(limit);
        }
        hold(Math.max(0, declared));
    }

    static ClewException tooLarge(long limit) {
        return new ClewException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The body is larger than the %d bytes this route takes; send less at once.".formatted(limit));
    }

    /** Gives the shared memory back. */
    void release() {
        memory.give(held);
        held = 0;
    }

    long received() {
        return received;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int count;
        try {
            count = wire.read(to, offset, length);
        } catch (IOException e) {
            if (isTimeout(e)) {
                throw tooSlow();
            }
            throw e;
        }
        if (count < 0) {
            if (declared >= 0 && received < declared) {
                throw new EOFException("the body ended early");
            }
            return count;
        }
        received += count;
        if (received > limit) {
            throw tooLarge(limit);
        }
        if (received > held) {
            hold(received - held);
        }
        long grace = received / config.minRate().bytes() * 1_000_000_000L;
        if (System.nanoTime() - startNanos > config.bodyTime().toNanos() + grace) {
            throw tooSlow();
        }
        return count;
    }

    /** Exactly the declared bytes, without growing a buffer. */
    @Override
    public byte[] readAllBytes() throws IOException {
        if (declared < 0) {
            return super.readAllBytes();
        }
        byte[] bytes = new byte[Math.toIntExact(declared - received)];
        int at = 0;
        while (at < bytes.length) {
            int count = read(bytes, at, bytes.length - at);
            if (count < 0) {
                return Arrays.copyOf(bytes, at);
            }
            at += count;
        }
        return bytes;
    }

    private void hold(long more) {
        if (limit <= HELD && more > 0) {
            memory.take(more);
            held += more;
        }
    }

    private static boolean isTimeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static ClewException tooSlow() {
        return new ClewException(
                ErrorCode.TIMEOUT, "The body did not arrive in time; send it faster or in smaller parts.");
    }
}
