package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.clew.quality.python.PythonRegex;
import java.math.BigDecimal;

/**
 * A JSON Schema that texts are held against: draft 7 unless it names another draft. References outside the schema are never fetched;
 * its patterns are Python's, and bounded. Thread-safe.
 */
final class JsonSchema {
    private static final int LARGEST = 1 << 20;
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7,
            builder -> builder.schemaLoader(loader -> loader.fetchRemoteResources(false))
                    .schemaCacheEnabled(false)
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .regularExpressionFactory(pattern -> PythonRegex.compile(pattern)::find)
                            .failFast(true)
                            .build()));

    private final Schema schema;

    private JsonSchema(Schema schema) {
        this.schema = schema;
    }

    /** @throws NotJudged if it is no schema, or refers outside itself */
    static JsonSchema of(JsonNode json) {
        String text = json.toString();
        if (!json.isObject() && !json.isBoolean() || text.length() > LARGEST) {
            throw new NotJudged("json_schema is no object, or larger than 1 MiB; give a smaller schema.");
        }
        refuseRemote(json, 0);
        try {
            var schema = new JsonSchema(REGISTRY.getSchema(text, InputFormat.JSON));
            schema.accepts(com.fasterxml.jackson.databind.node.NullNode.getInstance()); // Finds broken references now.
            return schema;
        } catch (RuntimeException e) {
            throw new NotJudged("json_schema is not a schema that can be used: " + firstLine(e) + ".");
        }
    }

    private static void refuseRemote(JsonNode node, int depth) {
        if (depth > 500) {
            throw new NotJudged("json_schema is nested deeper than 500; put parts under definitions.");
        }
        JsonNode reference = node.path("$ref");
        if (reference.isTextual() && reference.textValue().matches("(?i)[a-z][a-z0-9+.-]*:.*")) {
            throw new NotJudged(
                    "json_schema refers to '%s'; references outside the schema are never fetched, put it under definitions."
                            .formatted(reference.textValue()));
        }
        node.forEach(child -> refuseRemote(child, depth + 1));
    }

    private static String firstLine(RuntimeException failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").replaceAll("\\.$", "");
    }

    boolean accepts(JsonNode value) {
        return schema.validate(copy(value, 0)).isEmpty();
    }

    /** The validator takes NaN and infinities for no numbers; Python takes them for numbers, the infinities beyond all bounds. */
    private static BigDecimal beyond(double value) {
        return Double.isNaN(value) ? BigDecimal.ZERO : new BigDecimal(value > 0 ? "1e400" : "-1e400");
    }

    /** The validator's own nodes. */
    private static tools.jackson.databind.JsonNode copy(JsonNode value, int depth) {
        var nodes = tools.jackson.databind.node.JsonNodeFactory.instance;
        if (depth > 1_000) {
            throw new IllegalArgumentException("a text nested deeper than 1000");
        }
        return switch (value.getNodeType()) {
            case OBJECT -> {
                var object = nodes.objectNode();
                value.properties().forEach(field -> object.set(field.getKey(), copy(field.getValue(), depth + 1)));
                yield object;
            }
            case ARRAY -> {
                var array = nodes.arrayNode();
                value.forEach(each -> array.add(copy(each, depth + 1)));
                yield array;
            }
            case BOOLEAN -> nodes.booleanNode(value.booleanValue());
            case STRING -> nodes.stringNode(value.textValue());
            case NUMBER ->
                value.isIntegralNumber()
                        ? nodes.numberNode(value.bigIntegerValue())
                        : Double.isFinite(value.doubleValue())
                                ? nodes.numberNode(value.decimalValue())
                                : nodes.numberNode(beyond(value.doubleValue()));
            case NULL, MISSING, BINARY, POJO -> nodes.nullNode();
        };
    }
}
