package dev.clew.server.fsck;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Collects what a check finds: the first {@value #MAX} of them, the rest counted. Confined to one thread. */
final class Findings {
    static final int MAX = 10_000;

    private final List<Finding> list = new ArrayList<>();
    private final LongFunction<@Nullable Long> timeOf;
    private final @Nullable Instant lastClean;
    private long count;

    /**
     * Collects.
     *
     * @param timeOf microseconds of an entry, or null when it is not there
     * @param lastClean when everything was last found right, or null
     */
    Findings(LongFunction<@Nullable Long> timeOf, @Nullable Instant lastClean) {
        this.timeOf = timeOf;
        this.lastClean = lastClean;
    }

    void add(String code, String where, String what) {
        add(code, where, what, -1);
    }

    /** @param seq entry that wrote what is wrong now */
    void add(String code, String where, String what, long seq) {
        if (count++ < MAX) {
            list.add(new Finding(code, where, what, seq, notBefore(seq)));
        }
    }

    private @Nullable Instant notBefore(long seq) {
        Long micros = seq < 0 ? null : timeOf.apply(seq);
        Instant written = micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        if (written == null || lastClean == null) {
            return written == null ? lastClean : written;
        }
        return written.isAfter(lastClean) ? written : lastClean;
    }

    List<Finding> list() {
        return List.copyOf(list);
    }

    /** All of them, those left out too. */
    long count() {
        return count;
    }
}
