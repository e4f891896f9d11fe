package dev.clew.server.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Fields that the records of a set have, with their types, as MLflow writes them. Confined to one decision. */
final class EvaluationSchema {
    private static final int MAX_FIELDS = 1_000;

    private final Map<String, Map<String, String>> parts = new TreeMap<>();

    private EvaluationSchema() {
        parts.put("inputs", new TreeMap<>());
        parts.put("outputs", new TreeMap<>());
        parts.put("expectations", new TreeMap<>());
    }

    static EvaluationSchema parse(@Nullable String text) {
        var schema = new EvaluationSchema();
        if (text != null) {
            JsonNode node = JsonTexts.tree(text);
            schema.parts.forEach((part, fields) -> node.path(part)
                    .properties()
                    .forEach(
                            field -> fields.put(field.getKey(), field.getValue().asText())));
        }
        return schema;
    }

    void add(JsonNode record) {
        parts.forEach((part, fields) -> record.path(part).properties().forEach(field -> {
            if (fields.size() < MAX_FIELDS) {
                fields.putIfAbsent(field.getKey(), type(field.getValue()));
            }
        }));
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING, BINARY -> "string";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "float";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case NULL, MISSING -> "unknown";
        };
    }

    String text() {
        ObjectNode node = Json.MAPPER.createObjectNode();
        parts.forEach((part, fields) -> fields.forEach(node.putObject(part)::put));
        return node.put("version", "1.0").toString();
    }
}
