package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.config.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lengths of buckets in which things are counted over time. */
final class Buckets {
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(400);

    private Buckets() {}

    /** @param text such as 5m, 1h or 7d, from 1m to 400d */
    static Duration parse(String text) {
        try {
            Duration bucket = Durations.parse(text);
            if (bucket.compareTo(LEAST) >= 0 && bucket.compareTo(MOST) <= 0) {
                return bucket;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw bad(text, e);
        }
        throw bad(text, null);
    }

    private static ClewException bad(String text, @Nullable Exception cause) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "bucket must be a length such as 5m, 1h or 7d, from 1m to 400d, not \"%s\".".formatted(text),
                cause);
    }
}
