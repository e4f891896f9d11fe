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
 * Whether the journal writes. A full disk makes it read-only, and a database that is gone or locked makes it wait, until a later try
 * succeeds; a broken disk poisons it for good. The writer changes it, anyone may ask.
 */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Runnable onPoisoned;
    private final LongSupplier freeBytes;
    private final long minFree;
    private volatile boolean poisoned;
    private volatile boolean readOnly;
    private volatile @Nullable StorageException away;
    private boolean suspected;
    private long awaySinceNanos;
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

    /** What keeps changes out until the store is there again, or null: then callers need not queue to hear it. */
    @Nullable
    ClewException away() {
        StorageException failure = away;
        return failure == null ? null : missing(failure);
    }

    /** Whether it is time to find out if the store is there. The writer's. */
    boolean isTryDue() {
        return (suspected || away != null) && System.nanoTime() - nextTryNanos >= 0;
    }

    /** Why nothing is written now, or null. While read-only or away, one group every half second is let through to try. */
    @Nullable
    ClewException refusal() {
        if (poisoned) {
            return unavailable(null);
        }
        long now = System.nanoTime();
        if (now - nextTryNanos < 0) {
            return readOnly ? full(null) : away();
        }
        nextTryNanos = now + RETRY_NANOS;
        if (freeBytes.getAsLong() < minFree) {
            becomeReadOnly();
            return full(null);
        }
        return null;
    }

    void succeeded() {
        suspected = false;
        if (away != null) {
            LOG.info(
                    "The database is there again; changes are taken milliseconds={}",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - awaySinceNanos));
            away = null;
        }
        if (readOnly) {
            LOG.info("There is room again; changes are taken");
            readOnly = false;
        }
    }

    /** @param committing whether it was the commit that failed: then what the disk holds is unknown unless the engine says it was full */
    void failed(StorageException e, boolean committing) {
        switch (e.failure()) {
            case FULL -> becomeReadOnly();
            case DAMAGED, TAKEN -> poison(e);
            // A session that rested may be gone while the store is not; a lock was waited for already.
            case GONE -> miss(e, committing);
            case BUSY -> miss(e, !committing);
            case STOPPED -> LOG.warn("A group was not written failure={}", e.failure(), e);
            case CONSTRAINT, OTHER -> {
                LOG.error("A group was not written failure={}", e.failure(), e);
                if (committing) {
                    poison(e);
                }
            }
        }
    }

    /** @param sure otherwise it is away only if the next try, which comes at once, fails too */
    private void miss(StorageException e, boolean sure) {
        long now = System.nanoTime();
        if (away == null && !sure && !suspected) {
            suspected = true;
            nextTryNanos = now;
            LOG.info("A group was not written; looking for the database failure={}", e.failure());
            return;
        }
        if (away == null) {
            awaySinceNanos = now;
            LOG.warn("The database is {}: no changes until it is there again", e.failure(), e);
        }
        away = e;
        nextTryNanos = now + RETRY_NANOS;
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
        return readOnly ? full(e) : missing(e);
    }

    private static ClewException missing(StorageException e) {
        return switch (e.failure()) {
            case BUSY ->
                new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "Another process keeps the database locked, so the change was not stored; try again shortly.",
                        e);
            case GONE ->
                new ClewException(
                        ErrorCode.UNAVAILABLE,
                        "The database does not answer, so the change was not stored; try again shortly.",
                        e);
            default -> unavailable(e);
        };
    }

    /** The store failed during the commit: what was to be stored may be there when it is read again. */
    static ClewException unknown(Throwable cause) {
        return new ClewException(
                ErrorCode.UNAVAILABLE,
                "The database failed while the change was being stored, and whether it was is not known yet. Read it when the server is ready, or send it again under the same id.",
                cause);
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
