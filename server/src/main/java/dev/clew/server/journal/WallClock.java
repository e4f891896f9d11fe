package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The wall clock in microseconds, watched against the monotonic one. Confined to the writer. */
final class WallClock {
    private static final long BACK_MICROS = TimeUnit.SECONDS.toMicros(1);
    private static final long FORWARD_MICROS = TimeUnit.SECONDS.toMicros(60);
    private static final long BEHIND_MICROS = TimeUnit.HOURS.toMicros(24);

    private final InstantSource source;
    private final LongSupplier nanoTime;
    private long seenMicros;
    private long seenNanos;
    private long jumpMicros;

    WallClock(InstantSource source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
        this.seenMicros = micros();
        this.seenNanos = nanoTime.getAsLong();
    }

    long micros() {
        var now = source.instant();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1_000;
    }

    /** @throws ClewException CONFIGURATION when the clock is more than a day behind the last entry */
    void requireNotBefore(long lastMicros, boolean accepted) {
        long behind = lastMicros - micros();
        if (behind > BEHIND_MICROS && !accepted) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The last entry is %d hours ahead of this machine's clock; set the clock, or start with --accept-clock."
                            .formatted(TimeUnit.MICROSECONDS.toHours(behind)));
        }
    }

    /** Whether the wall clock stepped back by more than a second or ahead by more than a minute since it was last noted. */
    boolean jumped() {
        long nowMicros = micros();
        long nowNanos = nanoTime.getAsLong();
        long jump = nowMicros - seenMicros - TimeUnit.NANOSECONDS.toMicros(nowNanos - seenNanos);
        jumpMicros += jump;
        seenMicros = nowMicros;
        seenNanos = nowNanos;
        if (jumpMicros < -BACK_MICROS || jumpMicros > FORWARD_MICROS) {
            return true;
        }
        if (Math.abs(jump) < BACK_MICROS) {
            // Slow adjustment is what clocks are kept by; only jumps add up until they are noted.
            jumpMicros -= jump;
        }
        return false;
    }

    long jumpSeconds() {
        return TimeUnit.MICROSECONDS.toSeconds(jumpMicros);
    }

    void noted() {
        jumpMicros = 0;
    }
}
