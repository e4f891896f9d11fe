package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that bodies in hand may take together. Thread-safe; never blocks: who asks for too much is refused. */
final class BodyMemory {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    BodyMemory(long most) {
        this.most = most;
    }

    /** @throws ClewException OVERLOADED when it is not there */
    void take(long bytes) {
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            throw new ClewException(
                    ErrorCode.OVERLOADED,
                    "The requests in hand already fill the memory for bodies; send this one again shortly.");
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }
}
