package dev.clew.server.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Times;
import dev.clew.server.http.Fields;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One feedback item as it was sent: which decision by whichever id, and what of it. */
public record FeedbackInput(@Nullable String decision, FeedbackContent content) {
    /** Whether a person overruled the decision, which needs a permission of its own. */
    public boolean isOverride() {
        return content.kind() == FeedbackKind.OVERRIDE;
    }

    private static final List<String> APPEAL_STATES = List.of("opened", "under_review", "upheld", "partly", "rejected");

    /**
     * Parses one item; unknown fields are refused by name.
     *
     * @param decision the decision of the path, or null when the item names it
     */
    public static FeedbackInput parse(JsonNode node, @Nullable String decision, long nowMicros) {
        Fields fields = Fields.of(node);
        String named = fields.optionalText("decision_id")
                .or(() -> fields.optionalText("decision"))
                .orElse(decision);
        if (named == null) {
            named = fields.optionalText("decision_client_id")
                    .orElseThrow(() -> new ClewException(
                            ErrorCode.INVALID_ARGUMENT, "Name the decision: decision_id, or decision_client_id."));
        }
        String kindText = fields.text("kind");
        FeedbackKind kind = FeedbackKind.parse(kindText)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "kind \"%s\" is unknown; use label, outcome, override, complaint, appeal, rating, correction_request or explanation_request."
                                .formatted(kindText)));
        Object value = fields.json("value").map(FeedbackInput::value).orElse(null);
        Optional<Fields> change = fields.object("override");
        FeedbackContent.Replacement override = change.map(c -> {
                    var parsed = new FeedbackContent.Replacement(
                            c.optionalText("from").orElse(null),
                            c.text("to"),
                            c.optionalText("reason").orElse(null));
                    c.end();
                    return parsed;
                })
                .orElse(null);
        if (kind == FeedbackKind.OVERRIDE && override == null) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "An override says what it changed: override: {from, to, reason}.");
        }
        if ((kind == FeedbackKind.LABEL || kind == FeedbackKind.OUTCOME) && value == null) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "A %s needs a value.".formatted(kind.text()));
        }
        String appealState = fields.optionalText("appeal_state").orElse(kind == FeedbackKind.APPEAL ? "opened" : null);
        if (appealState != null && !APPEAL_STATES.contains(appealState)) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "appeal_state must be one of %s.".formatted(APPEAL_STATES));
        }
        var content = new FeedbackContent(
                kind,
                value,
                time(fields, "observed_time"),
                nowMicros,
                fields.optionalText("channel").orElse(null),
                fields.optionalText("evidence").map(FeedbackInput::digest).orElse(null),
                fields.optionalNumber("confidence")
                        .map(FeedbackInput::probability)
                        .orElse(null),
                fields.optionalText("supersedes")
                        .map(text -> Fields.parseUid("supersedes", text))
                        .orElse(null),
                override,
                fields.optionalText("text").orElse(null),
                fields.optionalText("label_schema").orElse(null),
                fields.optionalText("client_id").orElse(null),
                appealState);
        fields.end();
        return new FeedbackInput(named, content);
    }

    private static Object value(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isNumber() && !node.isIntegralNumber() && Double.isFinite(node.doubleValue())) {
            return node.doubleValue() + 0.0;
        }
        throw new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "value must be a text, true, false, or a number: an integer of 64 bits or a finite double.");
    }

    private static Double probability(Double value) {
        if (value >= 0 && value <= 1) {
            return value + 0.0;
        }
        throw new ClewException(ErrorCode.INVALID_ARGUMENT, "confidence must lie between 0 and 1.");
    }

    private static @Nullable Long time(Fields fields, String name) {
        Optional<JsonNode> node = fields.json(name);
        if (node.isEmpty()) {
            return null;
        }
        JsonNode time = node.get();
        return (time.isIntegralNumber() && time.canConvertToLong()
                        ? Optional.of(time.longValue()).filter(Times::isTime)
                        : Times.micros(time.asText()))
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s is neither RFC 3339 nor microseconds since the epoch, in the years 0 to 9999."
                                .formatted(name)));
    }

    private static byte[] digest(String text) {
        try {
            byte[] digest = HexFormat.of().parseHex(text);
            if (digest.length == 32) {
                return digest;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ClewException(ErrorCode.INVALID_ARGUMENT, "evidence must be a SHA-256 in hexadecimal.");
    }
}
