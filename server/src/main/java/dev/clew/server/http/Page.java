package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param cursor where the next page starts, null on the last one
 */
public record Page<T>(List<T> items, @Nullable String cursor) {
    public static final int DEFAULT_LIMIT = 100;
    public static final int MAX_LIMIT = 1_000;

    /** {@code ?limit=}: 1 to {@value #MAX_LIMIT}, {@value #DEFAULT_LIMIT} without. */
    public static int limit(Exchange exchange) {
        return exchange.query("limit")
                .map(text -> {
                    try {
                        int limit = Integer.parseInt(text);
                        if (limit >= 1 && limit <= MAX_LIMIT) {
                            return limit;
                        }
                    } catch (NumberFormatException e) {
                        // said below
                    }
                    throw new ClewException(
                            ErrorCode.INVALID_ARGUMENT,
                            "limit must be 1 to %d, not \"%s\".".formatted(MAX_LIMIT, text));
                })
                .orElse(DEFAULT_LIMIT);
    }
}
