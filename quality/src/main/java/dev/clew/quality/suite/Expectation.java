package dev.clew.quality.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One claim about a table.
 *
 * @param type name such as {@code expect_column_values_to_not_be_null}
 * @param kwargs its arguments, by the names that Great Expectations gives them
 * @param meta whatever its author noted
 * @param severity how bad its failure is
 * @param id identity in a foreign system, or null
 * @param notes text, list of texts or null
 * @param description words that replace the generated sentence, or null
 * @param windows of earlier runs that parameters are taken from, as Great Expectations writes them, or null
 */
public record Expectation(
        String type,
        ObjectNode kwargs,
        ObjectNode meta,
        Severity severity,
        @Nullable String id,
        @Nullable JsonNode notes,
        @Nullable String description,
        @Nullable JsonNode windows) {
    /** Keeps copies: JSON nodes can be changed. */
    public Expectation {
        kwargs = kwargs.deepCopy();
        meta = meta.deepCopy();
    }

    /** A critical expectation without notes. */
    public static Expectation of(String type, ObjectNode kwargs) {
        return new Expectation(
                type, kwargs, JsonNodeFactory.instance.objectNode(), Severity.CRITICAL, null, null, null, null);
    }

    public Expectation withSeverity(Severity value) {
        return new Expectation(type, kwargs, meta, value, id, notes, description, windows);
    }

    public Expectation withMeta(ObjectNode value) {
        return new Expectation(type, kwargs, value, severity, id, notes, description, windows);
    }

    public Expectation withKwargs(ObjectNode value) {
        return new Expectation(type, value, meta, severity, id, notes, description, windows);
    }

    /** The columns it is about, in the order in which results list their values; none if it is about the table. */
    public List<String> columns() {
        List<String> names = new ArrayList<>();
        for (String one : List.of("column", "column_A", "column_B")) {
            if (kwargs.path(one).isTextual()) {
                names.add(kwargs.get(one).textValue());
            }
        }
        kwargs.path("column_list").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** As Great Expectations 1.x writes it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", type);
        json.set("kwargs", kwargs.deepCopy());
        json.set("meta", meta.deepCopy());
        if (id != null) {
            json.put("id", id);
        }
        if (notes != null) {
            json.set("notes", notes);
        }
        if (description != null) {
            json.put("description", description);
        }
        json.put("severity", severity.id());
        if (windows != null) {
            json.set("windows", windows);
        }
        return json;
    }
}
