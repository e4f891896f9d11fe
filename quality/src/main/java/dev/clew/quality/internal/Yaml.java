package dev.clew.quality.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;

/** YAML as plain JSON: maps, lists, texts, numbers, booleans. Tags and anchors that build objects mean nothing. Stateless. */
public final class Yaml {
    private static final int LARGEST = 8 << 20;

    private Yaml() {}

    /**
     * Reads a document.
     *
     * @param what it is called, for messages: "The … document"
     * @throws QualityException {@code BAD_DOCUMENT}
     */
    public static JsonNode read(String text, String what) {
        if (text.length() > LARGEST) {
            throw new QualityException(
                    Code.BAD_DOCUMENT, "The %s document is larger than 8 MiB; split it.".formatted(what));
        }
        try {
            var tree = new tools.jackson.dataformat.yaml.YAMLMapper().readTree(text);
            JsonNode json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(tree.toString());
            if (json == null || !json.isContainerNode()) {
                throw new QualityException(
                        Code.BAD_DOCUMENT,
                        "The %s document holds no checks; add some, or name another file.".formatted(what));
            }
            return json;
        } catch (tools.jackson.core.JacksonException | com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "The %s document is not YAML; repair it, or name another file.".formatted(what),
                    e);
        }
    }
}
