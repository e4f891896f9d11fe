package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Exchange;

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

    static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "%s must be a number, not \"%s\".".formatted(name, text), e);
        }
    }
}
