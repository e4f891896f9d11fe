package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** RFC 9457 problems of the native interface. */
final class Problems {
    private static final int MAX_DETAIL = 2_000;

    private Problems() {}

    /** Messages quote what was asked; what was asked may be megabytes. */
    private static String shortened(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
    }

    static Answer shape(ClewException failure, String requestId) {
        ErrorCode code = failure.code();
        var problem = new LinkedHashMap<String, Object>();
        problem.put(
                "type",
                "https://clew.dev/problems/"
                        + code.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        problem.put("title", code.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        problem.put("status", code.httpStatus());
        problem.put("code", code.name());
        problem.put("detail", shortened(String.valueOf(failure.getMessage())));
        problem.put("request_id", requestId);
        Answer answer = new Answer(
                code.httpStatus(),
                "application/problem+json",
                Map.of(),
                out -> JsonOut.MAPPER.writeValue(out, problem));
        return code.category() == ErrorCode.Category.CAPACITY ? answer.header("Retry-After", "1") : answer;
    }
}
