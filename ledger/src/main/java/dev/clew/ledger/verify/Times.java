package dev.clew.ledger.verify;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as text, and the bound between an entry's time and a witness's. */
final class Times {
    /** How far apart two honest machines' clocks may be before a claimed time counts as false. */
    static final long SKEW_SECONDS = 60;

    private static final long MICROS = 1_000_000;

    private Times() {}

    static String ofMicros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    static String ofSeconds(long seconds) {
        try {
            return Instant.ofEpochSecond(seconds).toString();
        } catch (DateTimeException e) {
            return seconds + " s after 1970";
        }
    }

    /** True if an entry claims a time that is later than a witness's look at the log that holds it. */
    static boolean isAfter(long entryMicros, long witnessSeconds) {
        return entryMicros / MICROS - SKEW_SECONDS > witnessSeconds;
    }
}
