package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.spans.Assessment;
import dev.clew.server.spans.Assessment.Kind;
import dev.clew.server.spans.SpanTrace;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Assessments as messages. Stateless. */
final class AssessmentJson {
    private static final int MAX_NAME = 250;
    private static final int MAX_TEXT = 100_000;
    private static final int MAX_COMPARED = 500;
    private static final Pattern ID = Pattern.compile("a-[0-9a-f]{32}");
    private static final Set<String> SOURCES =
            Set.of("HUMAN", "LLM_JUDGE", "AI_JUDGE", "CODE", "SOURCE_TYPE_UNSPECIFIED");

    private AssessmentJson() {}

    static Optional<Uid> parse(String id) {
        return ID.matcher(id).matches() ? Optional.of(Uid.parse(id.substring(2))) : Optional.empty();
    }

    /**
     * A new assessment.
     *
     * @param now milliseconds, for times that the client leaves out
     */
    static Assessment read(Message message, Uid uid, Uid trace, int scope, String who, long now) {
        String name = Checks.length("assessment_name", message.required("assessment_name"), MAX_NAME);
        Said said = said(message).orElseThrow(() -> MlflowErrors.invalid("Unknown assessment type: None"));
        Message source = message.message("source").orElse(null);
        String type = source == null ? "HUMAN" : sourceType(source);
        String sourceId = source == null ? "" : source.text("source_id");
        String overrides = message.text("overrides");
        ObjectNode document = said.document;
        message.optional("rationale").ifPresent(text -> document.put("rationale", limited("rationale", text)));
        putMetadata(document, message.json("metadata"));
        return new Assessment(
                uid,
                trace,
                scope,
                said.kind,
                name,
                said.value,
                said.compared,
                said.number,
                document.toString(),
                type,
                sourceId.isEmpty() ? "default" : Checks.length("source_id", sourceId, MAX_NAME),
                message.optional("span_id").filter(text -> !text.isEmpty()).orElse(null),
                Times.timestamp(message, "create_time").orElse(now),
                Times.timestamp(message, "last_update_time").orElse(now),
                overrides.isEmpty()
                        ? null
                        : parse(overrides)
                                .orElseThrow(
                                        () -> MlflowErrors.notFound(dev.clew.server.spans.SpanTexts.unknownAssessment(
                                                overrides, "tr-" + trace.hex()))),
                message.flag("valid").orElse(true),
                who);
    }

    private static String sourceType(Message source) {
        String type = source.text("source_type");
        if (!SOURCES.contains(type)) {
            throw MlflowErrors.invalid(
                    "Invalid value \"%s\" for parameter 'assessment.source.source_type' supplied: Use HUMAN, LLM_JUDGE or CODE."
                            .formatted(type));
        }
        return type;
    }

    /** The assessment with the fields changed that the mask names, in either spelling. */
    static Assessment update(Assessment old, Message message, List<String> mask, long now) {
        Said said = new Said(old.kind(), old.value(), old.compared(), old.number(), tree(old.document()));
        String name = old.name();
        String type = old.sourceType();
        String sourceId = old.sourceId();
        boolean valid = old.valid();
        for (String field : mask) {
            switch (field) {
                case "assessmentName", "assessment_name" ->
                    name = Checks.length("assessment_name", message.required("assessment_name"), MAX_NAME);
                case "feedback", "expectation", "issue" -> {
                    Said next = said(message).orElseThrow(() -> message.missing(field));
                    if (next.kind != old.kind()) {
                        throw MlflowErrors.invalid("An assessment stays what it is: %s."
                                .formatted(old.kind().name().toLowerCase(Locale.ROOT)));
                    }
                    carry(said.document, next.document);
                    said = next;
                }
                case "rationale" -> {
                    said.document.remove("rationale");
                    String text = message.optional("rationale").orElse(null);
                    if (text != null) {
                        said.document.put("rationale", limited("rationale", text));
                    }
                }
                case "metadata" -> {
                    said.document.remove("metadata");
                    putMetadata(said.document, message.json("metadata"));
                }
                case "source" -> {
                    Message source = message.message("source").orElseThrow(() -> message.missing("source"));
                    type = sourceType(source);
                    sourceId = source.text("source_id");
                }
                case "valid" -> valid = message.flag("valid").orElse(true);
                default ->
                    throw MlflowErrors.invalid(
                            "Invalid value \"%s\" for parameter 'update_mask' supplied: It names no field that can change."
                                    .formatted(field));
            }
        }
        return new Assessment(
                old.uid(),
                old.trace(),
                old.scope(),
                said.kind,
                name,
                said.value,
                said.compared,
                said.number,
                said.document.toString(),
                type,
                sourceId,
                old.spanId(),
                old.createdAt(),
                Math.max(now, old.createdAt()),
                old.overrides(),
                valid,
                old.createdBy());
    }

    private static void carry(ObjectNode from, ObjectNode to) {
        for (String kept : List.of("rationale", "metadata")) {
            JsonNode value = from.get(kept);
            if (value != null) {
                to.set(kept, value);
            }
        }
    }

    private record Said(
            Kind kind,
            @Nullable String value,
            @Nullable String compared,
            @Nullable Double number,
            ObjectNode document) {}

    private static Optional<Said> said(Message message) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        Message feedback = message.message("feedback").orElse(null);
        if (feedback != null) {
            JsonNode error = feedback.json("error") != null ? feedback.json("error") : message.json("error");
            if (error != null) {
                document.set("error", error);
            }
            return Optional.of(said(Kind.FEEDBACK, feedback.json("value"), document));
        }
        Message expectation = message.message("expectation").orElse(null);
        if (expectation != null) {
            Message serialized = expectation.message("serialized_value").orElse(null);
            if (serialized == null) {
                return Optional.of(said(Kind.EXPECTATION, expectation.json("value"), document));
            }
            String text = limited("expectation", serialized.text("value"));
            document.put("serialized", true);
            return Optional.of(new Said(Kind.EXPECTATION, text, null, null, document));
        }
        Message issue = message.message("issue").orElse(null);
        return issue == null
                ? Optional.empty()
                : Optional.of(said(
                        Kind.ISSUE,
                        com.fasterxml.jackson.databind.node.TextNode.valueOf(issue.text("issue_name")),
                        document));
    }

    private static Said said(Kind kind, @Nullable JsonNode value, ObjectNode document) {
        if (value == null) {
            return new Said(kind, null, null, null, document);
        }
        // protobuf's Value knows doubles only.
        JsonNode kept = value.isIntegralNumber()
                ? com.fasterxml.jackson.databind.node.DoubleNode.valueOf(value.doubleValue())
                : value;
        String text = Checks.storable("value", limited("value", kept.toString()));
        String compared = value.isTextual() ? value.textValue() : value.isValueNode() ? value.asText() : null;
        Double number = value.isNumber() ? (Double) value.doubleValue() : null;
        return new Said(
                kind,
                text,
                compared == null ? null : Checks.storable("value", Checks.cut(compared, MAX_COMPARED)),
                number,
                document);
    }

    private static String limited(String what, String text) {
        return Checks.length(what, text, MAX_TEXT);
    }

    private static void putMetadata(ObjectNode document, @Nullable JsonNode metadata) {
        if (metadata != null) {
            if (!metadata.isObject()) {
                throw Scalars.wrongType("metadata", metadata);
            }
            limited("metadata", metadata.toString());
            document.set("metadata", metadata);
        }
    }

    /** @param masked leaves out what was said and by whom */
    static void write(Out out, Assessment said, SpanTrace trace, boolean masked) throws IOException {
        ObjectNode document = tree(said.document());
        Uid overrides = said.overrides();
        out.text("assessment_id", said.id())
                .text("assessment_name", said.name())
                .text("trace_id", trace.id())
                .text("span_id", said.spanId())
                .object(
                        "source",
                        source -> source.text("source_type", said.sourceType())
                                .text("source_id", masked ? null : said.sourceId()))
                .text("create_time", Times.timestamp(said.createdAt()))
                .text("last_update_time", Times.timestamp(said.updatedAt()));
        if (!masked) {
            value(out, said, document);
            out.text("rationale", text(document.get("rationale"))).json("metadata", document.get("metadata"));
        }
        out.text("overrides", overrides == null ? null : "a-" + overrides.hex()).flag("valid", said.valid());
    }

    private static void value(Out out, Assessment said, ObjectNode document) throws IOException {
        String stored = said.value();
        JsonNode value = stored == null || document.has("serialized") ? null : parsed(stored);
        switch (said.kind()) {
            case FEEDBACK ->
                out.object("feedback", feedback -> feedback.json("value", value).json("error", document.get("error")));
            case EXPECTATION ->
                out.object("expectation", expectation -> {
                    if (document.has("serialized")) {
                        expectation.object(
                                "serialized_value",
                                serialized -> serialized
                                        .text("serialization_format", "JSON_FORMAT")
                                        .text("value", stored));
                    } else {
                        expectation.json("value", value);
                    }
                });
            case ISSUE -> out.object("issue", issue -> issue.text("issue_name", value == null ? "" : value.asText()));
        }
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.asText();
    }

    private static ObjectNode tree(String document) {
        return (ObjectNode) parsed(document);
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An assessment is no JSON", e);
        }
    }

    /** {@code "assessmentName,feedback"}. */
    static List<String> mask(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(field -> !field.isEmpty())
                .toList();
    }
}
