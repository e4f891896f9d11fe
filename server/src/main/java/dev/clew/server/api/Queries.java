package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Times;
import dev.clew.server.http.Exchange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Query parameters, read with errors that name them. */
final class Queries {
    private Queries() {}

    /** A number that must be given. */
    static long number(Exchange exchange, String name) {
        return number(
                name,
                exchange.query(name)
                        .orElseThrow(() ->
                                new ClewException(ErrorCode.INVALID_ARGUMENT, "Give %s, a number.".formatted(name))));
    }

    /** A number from {@code least} to {@code most}, or {@code without} if it is not given. */
    static long number(Exchange exchange, String name, long least, long most, long without) {
        return exchange.query(name)
                .map(text -> {
                    try {
                        long value = Long.parseLong(text);
                        if (value >= least && value <= most) {
                            return value;
                        }
                    } catch (NumberFormatException e) {
                        // said below
                    }
                    throw new ClewException(
                            ErrorCode.INVALID_ARGUMENT,
                            "%s must be a number from %d to %d, not \"%s\".".formatted(name, least, most, text));
                })
                .orElse(without);
    }

    /** {@code true} or {@code false}, false if it is not given. */
    static boolean flag(Exchange exchange, String name) {
        return exchange.query(name)
                .map(text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default ->
                        throw new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "%s must be true or false, not \"%s\".".formatted(name, text));
                })
                .orElse(false);
    }

    /** A moment, or null if it is not given. */
    static @Nullable Instant time(Exchange exchange, String name) {
        return exchange.query(name).map(text -> time(name, text)).orElse(null);
    }

    static Instant time(String name, String text) {
        return Times.parse(text)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s must be RFC 3339, for example 2026-11-24T12:00:00Z, not \"%s\".".formatted(name, text)));
    }

    static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "%s must be a number, not \"%s\".".formatted(name, text), e);
        }
    }
}
