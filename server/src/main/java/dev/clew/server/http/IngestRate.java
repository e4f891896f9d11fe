package dev.clew.server.http;

import dev.clew.server.common.Allowances;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;

/**
 * How many bytes of records each principal may send in a second, over some seconds: one sender that runs wild must not take the disk from
 * all others. Nobody is limited in the number of requests. Thread-safe, in memory.
 */
final class IngestRate {
    /** A burst of so many seconds passes. */
    private static final int BURST_SECONDS = 10;

    private final long perSecond;
    private final Allowances bySender;

    IngestRate(long perSecond) {
        this.perSecond = perSecond;
        this.bySender = new Allowances((double) perSecond, (double) perSecond * BURST_SECONDS);
    }

    /** @throws ClewException QUOTA_EXCEEDED while the sender has used up what it may send */
    void require(String who, long nowNanos) {
        if (bySender.nanosUntil(who, 1, nowNanos) > 0) {
            throw new ClewException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "%s has sent records faster than %d bytes a second for a while; send this again in a second, or raise http.max_ingest_rate."
                            .formatted(who, perSecond));
        }
    }

    /** What a request brought, as it came over the wire. */
    void count(String who, long bytes, long nowNanos) {
        if (bytes > 0) {
            bySender.take(who, (double) bytes, nowNanos);
        }
    }
}
