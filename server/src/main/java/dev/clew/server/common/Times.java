package dev.clew.server.common;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times as senders write them: RFC 3339, which knows the years 0 to 9999 only. Whatever passes here is far from the ends of 64 bits. */
public final class Times {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final long FIRST_MICROS = ChronoUnit.MICROS.between(Instant.EPOCH, FIRST);
    private static final long LAST_MICROS = ChronoUnit.MICROS.between(Instant.EPOCH, LAST);

    private Times() {}

    /** Empty for what is no RFC 3339 time. */
    public static Optional<Instant> parse(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.isBefore(FIRST) || time.isAfter(LAST) ? Optional.empty() : Optional.of(time);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Microseconds since the epoch of an RFC 3339 time; empty for what is none. */
    public static Optional<Long> micros(String text) {
        return parse(text).map(time -> ChronoUnit.MICROS.between(Instant.EPOCH, time));
    }

    /** Whether so many microseconds since the epoch are a time of the years 0 to 9999. */
    public static boolean isTime(long micros) {
        return micros >= FIRST_MICROS && micros <= LAST_MICROS;
    }
}
