package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Expectation;
import java.time.LocalDateTime;

/** Puts values where a suite says {@code {"$PARAMETER": "name"}}. */
final class Parameters {
    private Parameters() {}

    /**
     * The expectation with values.
     *
     * @param now what {@code now()} is
     * @throws NotJudged if a parameter has no value
     */
    static Expectation fill(Expectation expectation, ObjectNode values, LocalDateTime now) {
        return expectation.kwargs().toString().contains("$PARAMETER")
                ? expectation.withKwargs((ObjectNode) filled(expectation.kwargs(), values, now))
                : expectation;
    }

    private static JsonNode filled(JsonNode node, ObjectNode values, LocalDateTime now) {
        if (node.isObject()) {
            JsonNode name = node.get("$PARAMETER");
            if (name != null && name.isTextual()) {
                JsonNode value = values.get(name.textValue());
                return value != null ? value : Arithmetic.evaluate(name.textValue(), values, now);
            }
            ObjectNode copy = Values.object();
            node.properties().forEach(field -> copy.set(field.getKey(), filled(field.getValue(), values, now)));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Values.object().arrayNode();
            node.forEach(each -> copy.add(filled(each, values, now)));
            return copy;
        }
        return node;
    }
}
