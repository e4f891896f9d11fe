package dev.clew.quality.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named list of expectations.
 *
 * @param name of the suite
 * @param expectations in their order
 * @param parameters values for {@code $PARAMETER} references
 * @param meta whatever its author noted
 * @param id identity in a foreign system, or null
 */
public record Suite(
        String name,
        List<Expectation> expectations,
        ObjectNode parameters,
        ObjectNode meta,
        @Nullable String id) {
    private static final long LARGEST = 32L << 20;
    private static final int MOST = 10_000;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** Keeps copies. */
    public Suite {
        expectations = List.copyOf(expectations);
        parameters = parameters.deepCopy();
        meta = meta.deepCopy();
    }

    public static Suite of(String name, List<Expectation> expectations) {
        var nodes = JsonNodeFactory.instance;
        return new Suite(name, expectations, nodes.objectNode(), nodes.objectNode(), null);
    }

    /**
     * Reads a suite file; of a checkpoint or validation definition in a project folder of Great Expectations 1.x the suite that it names,
     * with the checkpoint's result format under {@code meta.clew.result_format}.
     *
     * @throws QualityException {@code MISSING_FILE, BAD_DOCUMENT}
     */
    public static Suite read(Path file) {
        String text = text(file);
        if (!text.isBlank() && text.stripLeading().charAt(0) == '{') {
            JsonNode root = json(text);
            if (ProjectFolder.isReference(root)) {
                return ProjectFolder.suite(file, root);
            }
        }
        return parse(text);
    }

    /** A JSON file. */
    static JsonNode json(Path file) {
        return json(text(file));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new QualityException(
                        Code.BAD_DOCUMENT, "Suite '%s' is larger than 32 MiB; split it.".formatted(file.getFileName()));
            }
            return Files.readString(file);
        } catch (java.nio.charset.MalformedInputException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT, "Suite '%s' is not UTF-8; save it as UTF-8.".formatted(file.getFileName()), e);
        } catch (IOException e) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "Suite '%s' does not exist or may not be read; name a suite in JSON or YAML."
                            .formatted(file.getFileName()),
                    e);
        }
    }

    /**
     * Reads the JSON of a suite, of a validation definition or checkpoint that holds one under {@code suite}, from Great
     * Expectations 0.13 to 1.x; or YAML, one line an expectation ({@link ShortSuite}).
     *
     * @throws QualityException {@code BAD_DOCUMENT}; what is wrong with a single expectation is only said when it is run
     */
    public static Suite parse(String json) {
        if (!json.isBlank() && json.stripLeading().charAt(0) != '{') {
            return ShortSuite.read(json);
        }
        JsonNode root = json(json);
        if (root.path("suite").isObject() && root.path("suite").has("expectations")) {
            root = root.path("suite");
        }
        if (!root.isObject() || !root.path("expectations").isArray()) {
            throw new QualityException(
                    Code.BAD_DOCUMENT, "The suite has no list 'expectations'; give a suite of Great Expectations.");
        }
        if (root.path("expectations").size() > MOST) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "The suite has %d expectations; at most %d are run at once, so split it."
                            .formatted(root.path("expectations").size(), MOST));
        }
        List<Expectation> expectations = new ArrayList<>();
        for (JsonNode each : root.path("expectations")) {
            expectations.add(expectation(each, expectations.size()));
        }
        return new Suite(
                first(root, "suite", "name", "expectation_suite_name"),
                expectations,
                object(root, "suite_parameters", "evaluation_parameters"),
                object(root, "meta"),
                text(root, "id", "ge_cloud_id"));
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "The suite is not JSON: line %d is malformed; repair it."
                            .formatted(
                                    e.getLocation() == null
                                            ? 1
                                            : e.getLocation().getLineNr()),
                    e);
        }
    }

    private static Expectation expectation(JsonNode json, int index) {
        String type = text(json, "type", "expectation_type");
        if (type == null) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "Expectation %d has no 'type'; name one, such as expect_column_values_to_not_be_null."
                            .formatted(index));
        }
        if (json.has("kwargs") && !json.get("kwargs").isObject()) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "Expectation %d (%s): 'kwargs' is not an object; write its arguments as {\"name\": value}."
                            .formatted(index, type));
        }
        ObjectNode meta = object(json, "meta");
        String severity = text(json, "severity");
        JsonNode notes = json.hasNonNull("notes") ? json.get("notes") : null;
        if (notes == null && meta.hasNonNull("notes")) {
            JsonNode old = meta.get("notes"); // 0.x: {"format": "markdown", "content": […]}
            notes = old.has("content") ? old.get("content") : old;
        }
        return new Expectation(
                type,
                object(json, "kwargs"),
                meta,
                severity == null
                        ? Severity.CRITICAL
                        : Severity.of(severity)
                                .orElseThrow(() -> new QualityException(
                                        Code.BAD_DOCUMENT,
                                        "Expectation %d (%s) has the severity '%s'; critical, warning and info are known, write one of them."
                                                .formatted(index, type, severity))),
                text(json, "id", "ge_cloud_id"),
                notes,
                text(json, "description"),
                json.hasNonNull("windows") ? json.get("windows") : null);
    }

    private static @Nullable String text(JsonNode json, String... names) {
        for (String name : names) {
            if (json.path(name).isTextual()) {
                return json.get(name).textValue();
            }
        }
        return null;
    }

    private static String first(JsonNode json, String otherwise, String... names) {
        String found = text(json, names);
        return found == null ? otherwise : found;
    }

    private static ObjectNode object(JsonNode json, String... names) {
        for (String name : names) {
            if (json.get(name) instanceof ObjectNode found) {
                return found;
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** As Great Expectations 1.x writes it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name);
        json.put("id", id);
        var list = json.putArray("expectations");
        expectations.forEach(expectation -> list.add(expectation.json()));
        json.set("meta", meta.deepCopy());
        json.putNull("notes");
        json.set("suite_parameters", parameters.deepCopy());
        return json;
    }

    /** {@link #json()} as text, indented, UTF-8. */
    public String text() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain nodes can be written.", e);
        }
    }

    /** Bytes of {@link #text()}. */
    public byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }
}
