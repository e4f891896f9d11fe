package dev.clew.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one JSON object strictly: every field is asked for by name and type, {@link #end} refuses what was not asked for, by name.
 * Confined to one request.
 */
public final class Fields {
    static final String REASON = "reason";

    private final JsonNode object;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    private Fields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** @throws ClewException INVALID_ARGUMENT unless it is an object */
    public static Fields of(JsonNode node) {
        return of(node, "");
    }

    private static Fields of(JsonNode node, String path) {
        if (!node.isObject()) {
            throw invalid(path.isEmpty() ? "The body" : path, "an object", node);
        }
        return new Fields(node, path);
    }

    public String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name));
    }

    public Optional<String> optionalText(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw invalid(full(name), "a text", value);
        }
        return Optional.of(value.textValue());
    }

    public long integer(String name, long otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw invalid(full(name), "an integer", value);
        }
        return value.longValue();
    }

    public Optional<Double> optionalNumber(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isNumber()) {
            throw invalid(full(name), "a number", value);
        }
        return Optional.of(value.doubleValue());
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw invalid(full(name), "true or false", value);
        }
        return value.booleanValue();
    }

    public Uid uid(String name) {
        String text = text(name);
        return parseUid(full(name), text);
    }

    /** A uid given in a path or field, with an error that names it. */
    public static Uid parseUid(String name, String text) {
        try {
            return Uid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s \"%s\" is not an id: give 32 hexadecimal digits or a UUID.".formatted(name, text),
                    e);
        }
    }

    public List<String> texts(String name) {
        JsonNode value = value(name);
        var list = new ArrayList<String>();
        if (value == null) {
            return list;
        }
        if (!value.isArray()) {
            throw invalid(full(name), "a list of texts", value);
        }
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw invalid(full(name), "a list of texts", element);
            }
            list.add(element.textValue());
        }
        return list;
    }

    public Optional<Fields> object(String name) {
        JsonNode value = value(name);
        return value == null ? Optional.empty() : Optional.of(of(value, full(name)));
    }

    /** Any JSON, as it is. */
    public Optional<JsonNode> json(String name) {
        return Optional.ofNullable(value(name));
    }

    /** {@code reason: {code, text}} of a body; empty when it has none. */
    static Optional<Reason> reasonOf(JsonNode body) {
        return body.isObject() ? Fields.of(body).ownReason() : Optional.empty();
    }

    /** {@code reason: {code, text}} of the body, which the permit then carries too, else the header's; empty when neither is there. */
    public Optional<Reason> reason(Exchange exchange) {
        Optional<Reason> own = ownReason();
        own.ifPresent(exchange::because);
        return own.or(() -> Optional.ofNullable(exchange.permit().reason()));
    }

    private Optional<Reason> ownReason() {
        Optional<Fields> given = object(REASON);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = given.get();
        String code = fields.optionalText("code").orElse("other");
        Reason reason = Reason.of(
                Reason.Code.parse(code)
                        .orElseThrow(() -> new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "reason.code \"%s\" is unknown; use promotion, rollback, fix, request, schedule, policy, incident, retention, import or other."
                                        .formatted(code))),
                fields.optionalText("text").orElse(""));
        fields.end();
        return Optional.of(reason);
    }

    /** The reason, mandatory. */
    public Reason requireReason(Exchange exchange) {
        return reason(exchange)
                .orElseThrow(
                        () -> new ClewException(
                                ErrorCode.JUSTIFICATION_REQUIRED,
                                "This needs a reason: send reason: {code, text} in the body, or the header X-Clew-Reason: [code;] text."));
    }

    /** Refuses fields nobody asked for, by name. */
    public void end() {
        object.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                throw new ClewException(
                        ErrorCode.UNKNOWN_FIELD,
                        "Field \"%s\" is unknown; this request takes %s."
                                .formatted(full(name), asked.stream().sorted().toList()));
            }
        });
    }

    private com.fasterxml.jackson.databind.@org.jspecify.annotations.Nullable JsonNode value(String name) {
        asked.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private ClewException missing(String name) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, "Field \"%s\" is missing.".formatted(full(name)));
    }

    private static ClewException invalid(String name, String wanted, JsonNode got) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "%s must be %s, not %s."
                        .formatted(name, wanted, got.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
}
