package dev.clew.quality.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.internal.Yaml;
import java.util.ArrayList;
import java.util.List;

/**
 * A suite as people write it: YAML, one line an expectation.
 *
 * <pre>{@code
 * suite: loans
 * expectations:
 *   - column_values_to_not_be_null: id
 *   - column_values_to_be_between: {column: age, min_value: 18, severity: warning, notes: by law}
 * }</pre>
 *
 * <p>The type may be written with or without {@code expect_}; a single text or number is the column, except for types about tables. Keys
 * {@code severity}, {@code notes}, {@code description}, {@code windows} and {@code meta} belong to the expectation, all others are its arguments. Stateless.
 */
final class ShortSuite {
    private static final String PREFIX = "expect_";

    private ShortSuite() {}

    static Suite read(String yaml) {
        JsonNode root;
        try {
            root = Yaml.read(yaml, "suite's");
        } catch (QualityException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "The suite is neither JSON nor YAML; give a suite of Great Expectations, or YAML with one line an expectation.",
                    e);
        }
        JsonNode list = root.isArray() ? root : root.path("expectations");
        if (!list.isArray()) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "The suite has no list 'expectations'; give a suite of Great Expectations, or YAML with one line an expectation.");
        }
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode each : list) {
            all.add(expectation(each, all.size()));
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", root.path("suite").asText(root.path("name").asText("suite")));
        json.putArray("expectations").addAll(all);
        if (root.path("engine_semantics").isTextual()) {
            json.putObject("meta").putObject("clew").set("engine_semantics", root.get("engine_semantics"));
        }
        if (root.path("parameters").isObject()) {
            json.set("suite_parameters", root.get("parameters"));
        }
        return Suite.parse(json.toString());
    }

    private static ObjectNode expectation(JsonNode each, int index) {
        boolean bare = each.isTextual();
        if (!bare && (!each.isObject() || each.size() != 1)) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "Expectation %d is not one line 'type: column' or 'type: {arguments}'; write each with a dash of its own."
                            .formatted(index));
        }
        String name = bare ? each.asText() : each.fieldNames().next();
        JsonNode given = bare ? JsonNodeFactory.instance.objectNode() : each.get(name);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        String type = name.startsWith(PREFIX) || name.equals("unexpected_rows_expectation") ? name : PREFIX + name;
        json.put("type", type);
        ObjectNode kwargs = json.putObject("kwargs");
        if (given instanceof ObjectNode arguments) {
            kwargs.setAll(arguments);
            for (String own : List.of("severity", "notes", "description", "meta", "windows")) {
                JsonNode value = kwargs.remove(own);
                if (value != null) {
                    json.set(own, value);
                }
            }
        } else if (given.isArray()) {
            kwargs.set(type.contains("columns_to_match_set") ? "column_set" : "column_list", given);
        } else if (!given.isNull()) {
            kwargs.set(type.contains("_table_") ? "value" : "column", given);
        }
        return json;
    }
}
