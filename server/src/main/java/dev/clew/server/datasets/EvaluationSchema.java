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
    private static final String OUTPUTS = "outputs";

    private final Map<String, Map<String, String>> parts = new TreeMap<>();

    /** Type of outputs that are no object, while none has been one. */
    private @Nullable String plainOutputs;

    private EvaluationSchema() {
        parts.put("inputs", new TreeMap<>());
        parts.put(OUTPUTS, new TreeMap<>());
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
            schema.plainOutputs = node.path(OUTPUTS).textValue();
        }
        return schema;
    }

    void add(JsonNode record) {
        parts.forEach((part, fields) -> record.path(part).properties().forEach(field -> {
            if (fields.size() < MAX_FIELDS) {
                fields.putIfAbsent(field.getKey(), type(field.getValue()));
            }
        }));
        JsonNode outputs = record.path(OUTPUTS);
        if (plainOutputs == null && !outputs.isMissingNode() && !outputs.isNull() && !outputs.isObject()) {
            plainOutputs = type(outputs);
        }
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING, BINARY -> "string";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "float";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case NULL, MISSING -> "null";
        };
    }

    String text() {
        ObjectNode node = Json.MAPPER.createObjectNode();
        parts.forEach((part, fields) -> {
            if (part.equals(OUTPUTS) && fields.isEmpty() && plainOutputs != null) {
                node.put(part, plainOutputs);
            } else {
                fields.forEach(node.putObject(part)::put);
            }
        });
        return node.put("version", "1.0").toString();
    }
}
