package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bodies that hold one record, an array of them, or one on each line. */
final class RecordBodies {
    private static final String LINES = "application/x-ndjson";

    private RecordBodies() {}

    /** Whether the body is one record a line; so is the answer then. */
    static boolean areLines(Exchange exchange) {
        return type(exchange).startsWith(LINES);
    }

    /** One status a line, in the order of the records. */
    static Answer lines(List<?> statuses) {
        return Answer.jsonLines(LINES, statuses);
    }

    /** How many records became what. */
    static Answer summary(Stream<String> statuses) {
        return Answer.json(
                statuses.collect(Collectors.groupingBy(status -> status, TreeMap::new, Collectors.counting())));
    }

    private static String type(Exchange exchange) {
        return exchange.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    }

    /** @throws ClewException UNSUPPORTED_MEDIA_TYPE */
    static void requireJson(Exchange exchange) {
        String type = type(exchange);
        if (!type.startsWith("application/json") && !type.startsWith(LINES)) {
            throw new ClewException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Records come as application/json or application/x-ndjson, not \"%s\".".formatted(type));
        }
    }
}
