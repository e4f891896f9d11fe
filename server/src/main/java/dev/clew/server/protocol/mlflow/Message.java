package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.http.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one request, read as protobuf (proto2) reads JSON: unknown fields ignored, null is absent, snake_case or lowerCamelCase
 * names, integers as numbers or texts, doubles also as {@code "NaN"} and {@code "Infinity"}, enums by name or number. GET has its fields
 * in the query, repeated ones as repeated keys; DELETE in either; others in a JSON body, which old clients encode twice. A body that is
 * no JSON counts as empty, so that what is missing is named. Every wrong value is refused in MLflow's words. Confined to one request.
 */
final class Message {
    /** A tag that is kept as the reason of the change, like the header X-Clew-Reason, and not as a tag. */
    static final String REASON = "clew.reason";

    private final JsonNode object;
    private final @Nullable Exchange query;
    private final String path;

    private Message(JsonNode object, @Nullable Exchange query, String path) {
        this.object = object;
        this.query = query;
        this.path = path;
    }

    /** @param routeMethodTakesQuery whether fields may stand in the query: GET and DELETE */
    static Message of(Exchange exchange, boolean routeMethodTakesQuery, boolean needsContentType) {
        if (needsContentType) {
            requireJson(exchange);
        }
        return new Message(body(exchange), routeMethodTakesQuery ? exchange : null, "");
    }

    /** A message that is already parsed. */
    static Message of(JsonNode object) {
        return new Message(requireObject(object), null, "");
    }

    /** Refuses what is not declared as JSON, as MLflow does for POST and PUT: no form of a foreign page gets further than here. */
    static void requireJson(Exchange exchange) {
        String type = exchange.header("Content-Type")
                .orElseThrow(() -> MlflowErrors.invalid("Bad Request. Content-Type header is missing."));
        int end = type.indexOf(';');
        if (!(end < 0 ? type : type.substring(0, end)).strip().equalsIgnoreCase("application/json")) {
            throw MlflowErrors.breach(Breach.SITE, "Bad Request. Content-Type must be one of ['application/json'].");
        }
    }

    private static JsonNode body(Exchange exchange) {
        try {
            byte[] bytes = exchange.body().readAllBytes();
            JsonNode node = bytes.length == 0 ? null : parse(bytes);
            return node == null ? JsonNodeFactory.instance.objectNode() : requireObject(node);
        } catch (IOException e) {
            throw new ClewException(ErrorCode.MALFORMED_BODY, "The body ended early; send it whole.", e);
        }
    }

    private static @Nullable JsonNode parse(byte[] bytes) throws IOException {
        try {
            JsonNode node = Json.MAPPER.readTree(bytes);
            return node.isTextual() ? Json.MAPPER.readTree(node.textValue()) : node;
        } catch (StreamConstraintsException e) {
            throw MlflowErrors.breach(
                    Breach.BOMB, "The request body is nested too deep, or holds a number or text that is too long.");
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static JsonNode requireObject(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!node.isObject()) {
            throw MlflowErrors.invalid("The request body must be a JSON object, not %s."
                    .formatted(article(node.getNodeType().name())));
        }
        return node;
    }

    private static String article(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return ("aeiou".indexOf(lower.charAt(0)) < 0 ? "a " : "an ") + lower;
    }

    /** Whether the field is there. */
    boolean has(String name) {
        return value(name) != null;
    }

    /** A text that must be there and not be empty. */
    String required(String name) {
        return optional(name).filter(text -> !text.isEmpty()).orElseThrow(() -> missing(name));
    }

    /** A text; empty when absent, as protobuf has it. */
    String text(String name) {
        return optional(name).orElse("");
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(value(name)).map(node -> Scalars.text(path + name, node));
    }

    /** An id: a text, or a number that some clients send instead. Empty when absent. */
    String id(String name) {
        return Optional.ofNullable(value(name))
                .map(node -> Scalars.id(path + name, node))
                .orElse("");
    }

    /** An id that must be there. */
    String requiredId(String name) {
        String id = id(name);
        if (id.isEmpty()) {
            throw missing(name);
        }
        return id;
    }

    /** {@code run_id} or its old twin {@code run_uuid}, one of which must be there. */
    String requiredRunId() {
        return optional("run_id")
                .filter(id -> !id.isEmpty())
                .or(() -> optional("run_uuid").filter(id -> !id.isEmpty()))
                .orElseThrow(() -> missing("run_id"));
    }

    Optional<Long> integer(String name) {
        return Optional.ofNullable(value(name)).map(node -> Scalars.integer(path + name, node));
    }

    /** A 64-bit integer that must be there; 0 is a value. */
    long requiredInteger(String name) {
        return integer(name).orElseThrow(() -> missing(name));
    }

    /** A double that must be there; NaN and infinities are values. */
    double requiredNumber(String name) {
        JsonNode node = value(name);
        if (node == null) {
            throw missing(name);
        }
        return Scalars.number(path + name, node);
    }

    Optional<Boolean> flag(String name) {
        JsonNode node = value(name);
        if (node == null) {
            return Optional.empty();
        }
        if (node.isBoolean()) {
            return Optional.of(node.booleanValue());
        }
        String text = node.asText();
        if (node.isTextual() && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
            return Optional.of(text.equalsIgnoreCase("true"));
        }
        throw MlflowErrors.invalid("Invalid boolean value: %s, must be 'true' or 'false'.".formatted(text));
    }

    /** An enum value by name or number. */
    <E> Optional<E> choice(String name, Function<String, Optional<E>> parse) {
        JsonNode node = value(name);
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isTextual() && !node.isIntegralNumber()) {
            throw wrongType(name, node);
        }
        return Optional.of(parse.apply(node.asText()).orElseThrow(() -> wrongType(name, node)));
    }

    /**
     * {@code max_results}: 1 to {@code most}.
     *
     * @param otherwise when it is absent
     */
    int maxResults(int otherwise, int most) {
        JsonNode node = value("max_results");
        if (node == null) {
            return otherwise;
        }
        long wanted = Scalars.integer(path + "max_results", node);
        if (wanted < 1) {
            throw MlflowErrors.invalid(
                    "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer"
                            .formatted(wanted));
        }
        if (wanted > most) {
            throw wrongType("max_results", node);
        }
        return (int) wanted;
    }

    List<String> texts(String name) {
        return each(name, (element, _) -> Scalars.text(path + name, element));
    }

    /** Ids as texts, whatever they were sent as. */
    List<String> ids(String name) {
        return each(name, (element, _) -> Scalars.id(path + name, element));
    }

    List<Message> messages(String name) {
        return each(name, (element, i) -> {
            String at = "%s%s[%d]".formatted(path, name, i);
            if (!element.isObject()) {
                throw wrongType("%s[%d]".formatted(name, i), element);
            }
            return new Message(element, null, at + ".");
        });
    }

    Optional<Message> message(String name) {
        JsonNode node = value(name);
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isObject()) {
            throw wrongType(name, node);
        }
        return Optional.of(new Message(node, null, path + name + "."));
    }

    /**
     * {@code [{"key": …, "value": …}]}: tags and parameters in order; keys must be there, an absent value is empty, the last one wins. The
     * tag that is a reason is left out.
     */
    Map<String, String> labels(String name) {
        var labels = new LinkedHashMap<String, String>();
        messages(name).forEach(label -> labels.put(label.required("key"), label.text("value")));
        labels.remove(REASON);
        return labels;
    }

    /** Why the change is made: the value of the tag {@value #REASON} among the {@code tags} of any call. */
    Optional<String> reason() {
        JsonNode tags = inBody("tags");
        if (tags == null || !tags.isArray()) {
            return Optional.empty();
        }
        for (JsonNode tag : tags) {
            if (tag.path("key").asText().equals(REASON) && tag.path("value").isTextual()) {
                return Optional.of(tag.path("value").textValue()).filter(text -> !text.isBlank());
            }
        }
        return Optional.empty();
    }

    /** As it was sent, or null. */
    @Nullable
    JsonNode json(String name) {
        return value(name);
    }

    /** What refuses a field that is not there. */
    ClewException missing(String name) {
        return Scalars.missing(path + name);
    }

    private ClewException wrongType(String name, JsonNode value) {
        return Scalars.wrongType(path + name, value);
    }

    private interface Reader<T> {
        T read(JsonNode element, int index);
    }

    private <T> List<T> each(String name, Reader<T> reader) {
        var list = new ArrayList<T>();
        if (query != null) {
            for (String text : query.queryAll(name)) {
                list.add(reader.read(TextNode.valueOf(text), list.size()));
            }
            if (!list.isEmpty()) {
                return list;
            }
        }
        JsonNode node = inBody(name);
        if (node == null) {
            return list;
        }
        if (!node.isArray()) {
            throw wrongType(name, node);
        }
        for (JsonNode element : node) {
            list.add(reader.read(element, list.size()));
        }
        return list;
    }

    private @Nullable JsonNode value(String name) {
        if (query != null) {
            Optional<String> text = query.query(name);
            if (text.isPresent()) {
                return TextNode.valueOf(text.get());
            }
        }
        return inBody(name);
    }

    private @Nullable JsonNode inBody(String name) {
        JsonNode node = object.get(name);
        if (node == null && name.indexOf('_') >= 0) {
            node = object.get(camelCase(name));
        }
        return node == null || node.isNull() ? null : node;
    }

    private static String camelCase(String name) {
        var camel = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            boolean isWordStart = name.charAt(i) == '_' && i + 1 < name.length();
            camel.append(isWordStart ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
        }
        return camel.toString();
    }
}
