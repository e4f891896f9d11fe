package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.StorageException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the journal writes. A full disk makes it read-only until a later try succeeds; a broken one poisons it for good. The writer
 * changes it, anyone may ask.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Runnable onPoisoned;
    private final LongSupplier freeBytes;
    private final long minFree;
    private volatile boolean poisoned;
    private volatile boolean readOnly;
    private volatile long nextTryNanos;

    Health(Runnable onPoisoned, LongSupplier freeBytes, long minFree) {
        this.onPoisoned = onPoisoned;
        this.freeBytes = freeBytes;
        this.minFree = minFree;
    }

    boolean isPoisoned() {
        return poisoned;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** Why nothing is written now, or null. While read-only, one group every half second is let through to try. */
    @Nullable
    ClewException refusal() {
        if (poisoned) {
            return unavailable(null);
        }
        long now = System.nanoTime();
        if (readOnly && now - nextTryNanos < 0) {
            return full(null);
        }
        if (now - nextTryNanos >= 0) {
            nextTryNanos = now + RETRY_NANOS;
            if (freeBytes.getAsLong() < minFree) {
                becomeReadOnly();
                return full(null);
            }
        }
        return null;
    }

    void succeeded() {
        if (readOnly) {
            LOG.info("There is room again; changes are taken");
            readOnly = false;
        }
    }

    /** @param committing whether it was the commit that failed: then what the disk holds is unknown unless the engine says it was full */
    void failed(StorageException e, boolean committing) {
        switch (e.failure()) {
            case FULL -> becomeReadOnly();
            case DAMAGED -> poison(e);
            case GONE, BUSY, STOPPED -> LOG.warn("A group was not written failure={}", e.failure(), e);
            case CONSTRAINT, OTHER -> {
                LOG.error("A group was not written failure={}", e.failure(), e);
                if (committing) {
                    poison(e);
                }
            }
        }
    }

    private void becomeReadOnly() {
        if (!readOnly) {
            LOG.error("There is no room left: read-only until there is");
        }
        readOnly = true;
        nextTryNanos = System.nanoTime() + RETRY_NANOS;
    }

    private void poison(StorageException e) {
        if (!poisoned) {
            poisoned = true;
            LOG.error("The store cannot be trusted any more; stopping failure={}", e.failure(), e);
            onPoisoned.run();
        }
    }

    ClewException answer(StorageException e) {
        return readOnly ? full(e) : unavailable(e);
    }

    private static ClewException full(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.READ_ONLY,
                "The server has no room left and takes no changes; reads and proofs go on. Try again when its operator has made room.",
                cause);
    }

    static ClewException unavailable(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.UNAVAILABLE,
                "The change could not be stored and nothing of it was acknowledged; try again shortly.",
                cause);
    }

    static ClewException stopping() {
        return new ClewException(
                ErrorCode.UNAVAILABLE, "The server is stopping; send the change again when it is back.");
    }
}
