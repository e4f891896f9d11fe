package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Expectation;
import org.jspecify.annotations.Nullable;

/**
 * What came out of one expectation.
 *
 * @param expectation as it was given, parameters filled in
 * @param success whether it holds; false also when it could not be judged
 * @param result details, their extent by the result format
 * @param exception why it could not be judged, or null
 */
public record ExpectationResult(
        Expectation expectation,
        boolean success,
        ObjectNode result,
        @Nullable String exception) {
    /** Whether it was judged at all. */
    public boolean isJudged() {
        return exception == null;
    }

    /** As Great Expectations 1.x writes it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("success", success);
        json.set("expectation_config", expectation.json());
        json.set("result", result.deepCopy());
        json.putObject("meta");
        var info = json.putObject("exception_info");
        info.put("raised_exception", exception != null);
        info.put("exception_traceback", exception);
        info.put("exception_message", exception);
        return json;
    }
}
