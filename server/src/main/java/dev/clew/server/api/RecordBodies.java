package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Exchange;
import java.util.Locale;

/** Bodies that hold one record, an array of them, or one on each line. */
final class RecordBodies {
    private RecordBodies() {}

    /** @throws ClewException UNSUPPORTED_MEDIA_TYPE */
    static void requireJson(Exchange exchange) {
        String type = exchange.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/json") && !type.startsWith("application/x-ndjson")) {
            throw new ClewException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Records come as application/json or application/x-ndjson, not \"%s\".".formatted(type));
        }
    }
}
