package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A suite being written by one of the readers. */
final class Draft {
    private static final int LARGEST = 8 << 20;

    private final List<Expectation> expectations = new ArrayList<>();
    private final List<String> untranslated = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    void add(String type, ObjectNode kwargs, Severity severity) {
        expectations.add(Expectation.of(type, kwargs).withSeverity(severity));
    }

    void refuse(String what) {
        untranslated.add(what);
    }

    /** Something that was translated and means slightly more or less. */
    void remark(String what) {
        remarks.add(what);
    }

    Translation suite(String name) {
        return new Translation(Suite.of(name, expectations), untranslated, remarks);
    }

    static ObjectNode kwargs() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode column(String name) {
        return kwargs().put("column", name);
    }

    /** Reads YAML into plain JSON: maps, lists, texts, numbers, booleans. Tags and anchors that build objects mean nothing. */
    static JsonNode yaml(String text, String what) {
        if (text.length() > LARGEST) {
            throw new QualityException(Code.BAD_DOCUMENT, "The %s document is larger than 8 MiB.".formatted(what));
        }
        try {
            var tree = new tools.jackson.dataformat.yaml.YAMLMapper().readTree(text);
            JsonNode json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(tree.toString());
            if (json == null || !json.isContainerNode()) {
                throw new QualityException(Code.BAD_DOCUMENT, "The %s document holds no checks.".formatted(what));
            }
            return json;
        } catch (tools.jackson.core.JacksonException | com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new QualityException(Code.BAD_DOCUMENT, "The %s document is not YAML.".formatted(what), e);
        }
    }

    static void put(ObjectNode kwargs, String name, @Nullable JsonNode value) {
        if (value != null && !value.isMissingNode() && !value.isNull()) {
            kwargs.set(name, value);
        }
    }
}
