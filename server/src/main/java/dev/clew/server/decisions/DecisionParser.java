package dev.clew.server.decisions;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.StorableText;
import dev.clew.server.common.Times;
import dev.clew.server.common.Uid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads decisions from JSON, streaming: one object, an array, or objects one after the other (NDJSON). What is wrong with one item is
 * said in that item; what is not JSON refuses the request.
 */
final class DecisionParser {
    /** Most items of one request. */
    static final int MAX_ITEMS = 4_096;

    private static final int MAX_CLIENT_ID_BYTES = 128;
    private static final int MAX_TEXT = 65_536;
    private static final int MAX_RULES = 256;
    private static final int MAX_PROTECTED = 64;

    private final JsonParser json;

    /** Names of the features of the item before: mostly those of the next one too. */
    private List<String> usualNames = List.of();

    /** What a body held. */
    record Parsed(List<DecisionInput> items, boolean single) {}

    private DecisionParser(JsonParser json) {
        this.json = json;
    }

    static Parsed parse(InputStream body) throws IOException {
        try (JsonParser json = Json.MAPPER.getFactory().createParser(body)) {
            return new DecisionParser(json).document();
        } catch (JacksonException e) {
            throw new ClewException(ErrorCode.MALFORMED_BODY, "The body is not JSON: %s.".formatted(Json.fault(e)), e);
        }
    }

    private Parsed document() throws IOException {
        var items = new ArrayList<DecisionInput>();
        JsonToken first = json.nextToken();
        if (first == null) {
            throw new ClewException(
                    ErrorCode.MALFORMED_BODY, "The body is empty; send one decision, an array of them, or NDJSON.");
        }
        if (first == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                add(items);
            }
            if (json.nextToken() != null) {
                throw new ClewException(ErrorCode.MALFORMED_BODY, "Something follows the array; send one array.");
            }
            return new Parsed(items, false);
        }
        add(items);
        while (json.nextToken() != null) {
            add(items);
        }
        return new Parsed(items, items.size() == 1);
    }

    private void add(List<DecisionInput> items) throws IOException {
        if (items.size() == MAX_ITEMS) {
            throw new ClewException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A request takes at most %d decisions; split it.".formatted(MAX_ITEMS));
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new ClewException(
                    ErrorCode.MALFORMED_BODY, "Decision %d is not an object; send objects.".formatted(items.size()));
        }
        var item = new DecisionInput();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            field(item, name);
        }
        items.add(item);
    }

    private void field(DecisionInput item, String name) throws IOException {
        switch (name) {
            case "client_id" -> item.clientId = clientId(item);
            case "event_time" -> item.eventMicros = time(item, name);
            case "deployment" -> item.deployment = uid(item, name);
            case "endpoint" -> item.endpoint = text(item, name);
            case "model" -> item.model = text(item, name);
            case "version" ->
                item.version = json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getText() : text(item, name);
            case "features" -> features(item);
            case "outcome" -> item.outcome = text(item, name);
            case "score" -> item.score = number(item, name);
            case "scores" -> scores(item);
            case "label" -> item.label = text(item, name);
            case "threshold" -> item.threshold = number(item, name);
            case "rules" -> rules(item);
            case "policy" -> policy(item);
            case "subject" -> subject(item);
            case "protected" -> protectedAttributes(item);
            case "request_id" -> item.requestId = text(item, name);
            case "row" -> item.row = count(item, name);
            case "trace_id" -> item.traceId = hex16(item, name);
            case "parent" -> item.parent = uid(item, name);
            case "case" -> item.caseId = uid(item, name);
            case "status" -> item.status = choice(item, name, DecisionInput.STATUS, 0);
            case "error" -> item.error = text(item, name);
            case "latency_us" -> item.latencyMicros = count(item, name);
            case "decisive" -> item.decisive = choice(item, name, DecisionInput.DECISIVE, 0);
            case "human" -> human(item);
            case "shadow" -> item.shadow = flag(item, name);
            case "source" -> item.source = choice(item, name, DecisionInput.SOURCES, 0);
            case "legal_basis" -> item.legalBasis = text(item, name);
            case "retention" -> item.retention = text(item, name);
            case "weight" -> item.weight = number(item, name);
            default -> unknown(item, name);
        }
    }

    private void unknown(DecisionInput item, String name) throws IOException {
        json.skipChildren();
        wrong(item, "field \"%s\" is unknown".formatted(name));
    }

    private @Nullable String clientId(DecisionInput item) throws IOException {
        String id = text(item, "client_id");
        if (id != null && id.getBytes(StandardCharsets.UTF_8).length > MAX_CLIENT_ID_BYTES) {
            wrong(item, "client_id has more than %d bytes".formatted(MAX_CLIENT_ID_BYTES));
        }
        return id;
    }

    private @Nullable Long time(DecisionInput item, String name) throws IOException {
        Long micros;
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            micros = integer(item, name);
        } else {
            String text = text(item, name);
            micros = text == null ? null : Times.micros(text).orElse(null);
        }
        if (micros == null || !Times.isTime(micros)) {
            wrong(
                    item,
                    "%s is neither RFC 3339 nor microseconds since the epoch, in the years 0 to 9999".formatted(name));
            return null;
        }
        return micros;
    }

    private void features(DecisionInput item) throws IOException {
        if (!startObject(item, "features")) {
            return;
        }
        List<String> usual = usualNames;
        List<String> own = null;
        var values = new ArrayList<@Nullable Object>(Math.max(10, usual.size()));
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            int at = values.size();
            if (at == Schema.MAX_FEATURES) {
                wrong(item, "features has more than %d names".formatted(Schema.MAX_FEATURES));
                json.skipChildren();
                continue;
            }
            if (own == null && (at == usual.size() || !usual.get(at).equals(name))) {
                own = new ArrayList<>(usual.subList(0, at));
            }
            if (own != null) {
                own.add(name);
            }
            values.add(member(item, "features.", name));
        }
        item.values = values;
        item.names = own != null ? own : values.size() == usual.size() ? usual : usual.subList(0, values.size());
        usualNames = item.names;
    }

    private void protectedAttributes(DecisionInput item) throws IOException {
        if (!startObject(item, "protected")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            Object value = member(item, "protected.", name);
            if (item.protectedNames.size() == MAX_PROTECTED) {
                wrong(item, "protected has more than %d names".formatted(MAX_PROTECTED));
            } else if (value != null) {
                item.protectedNames.add(name);
                item.protectedValues.add(value);
            }
        }
    }

    private void scores(DecisionInput item) throws IOException {
        if (!startObject(item, "scores")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            Double value = number(item, "scores." + name);
            if (value != null) {
                item.scoreNames.add(name);
                item.scoreValues.add(value);
            }
        }
    }

    private void rules(DecisionInput item) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            wrong(item, "rules must be a list of ids");
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String rule = text(item, "rules");
            if (item.rules.size() == MAX_RULES) {
                wrong(item, "rules has more than %d ids".formatted(MAX_RULES));
            } else if (rule != null) {
                item.rules.add(rule);
            }
        }
    }

    private void policy(DecisionInput item) throws IOException {
        if (!startObject(item, "policy")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> item.policy = uid(item, "policy.id");
                case "version" ->
                    item.policyVersion =
                            json.currentToken().isNumeric() ? json.getText() : text(item, "policy.version");
                default -> unknown(item, "policy." + name);
            }
        }
    }

    private void subject(DecisionInput item) throws IOException {
        if (!startObject(item, "subject")) {
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "namespace" -> item.subjectNamespace = text(item, "subject.namespace");
                case "id" ->
                    item.subjectId = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                            ? json.getText()
                            : text(item, "subject.id");
                default -> unknown(item, "subject." + name);
            }
        }
        if (item.subjectId == null || item.subjectId.isEmpty()) {
            wrong(item, "subject needs an id");
        }
        if (item.subjectNamespace == null) {
            item.subjectNamespace = "subject";
        }
    }

    private void human(DecisionInput item) throws IOException {
        if (!startObject(item, "human")) {
            return;
        }
        String reviewer = null;
        String action = null;
        String reason = null;
        Long micros = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "reviewer" -> reviewer = text(item, "human.reviewer");
                case "action" -> action = text(item, "human.action");
                case "reason" -> reason = text(item, "human.reason");
                case "time" -> micros = time(item, "human.time");
                default -> unknown(item, "human." + name);
            }
        }
        item.human = new DecisionInput.Human(reviewer, action, reason, micros);
    }

    /** A value whose name is told with its parent's, should anything be wrong with it. */
    private @Nullable Object member(DecisionInput item, String parent, String name) throws IOException {
        boolean wasRight = item.problem == null;
        Object value = value(item, name);
        if (wasRight && item.problem != null) {
            item.problem = parent + item.problem;
        }
        return value;
    }

    /** A feature value: Long, Double, Boolean, String, List of Double, or null for missing. */
    private @Nullable Object value(DecisionInput item, String name) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> text(item, name);
            case VALUE_NUMBER_INT -> integer(item, name);
            case VALUE_NUMBER_FLOAT -> number(item, name);
            case START_ARRAY -> numbers(item, name);
            default -> {
                json.skipChildren();
                wrong(item, "%s must be a number, a text, true, false, null or a list of numbers".formatted(name));
                yield null;
            }
        };
    }

    private List<Double> numbers(DecisionInput item, String name) throws IOException {
        var list = new ArrayList<Double>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Double value = number(item, name);
            if (value != null) {
                list.add(value);
            }
        }
        return List.copyOf(list);
    }

    private boolean startObject(DecisionInput item, String name) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return true;
        }
        json.skipChildren();
        wrong(item, "%s must be an object".formatted(name));
        return false;
    }

    private @Nullable String text(DecisionInput item, String name) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            json.skipChildren();
            wrong(item, "%s must be a text".formatted(name));
            return null;
        }
        String text = json.getText();
        if (text.length() > MAX_TEXT) {
            wrong(item, "%s has more than %d characters".formatted(name, MAX_TEXT));
            return null;
        }
        if (StorableText.fault(text) != null) {
            wrong(item, "%s holds U+0000 or half a surrogate pair".formatted(name));
            return null;
        }
        return text;
    }

    private @Nullable Double number(DecisionInput item, String name) throws IOException {
        if (!json.currentToken().isNumeric()) {
            json.skipChildren();
            wrong(item, "%s must be a number".formatted(name));
            return null;
        }
        double value = json.getDoubleValue();
        if (!Double.isFinite(value)) {
            wrong(item, "%s is beyond the range of a double".formatted(name));
            return null;
        }
        return value + 0.0;
    }

    private @Nullable Long integer(DecisionInput item, String name) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            json.skipChildren();
            wrong(item, "%s must be an integer".formatted(name));
            return null;
        }
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            wrong(item, "%s is beyond 64 bits".formatted(name));
            return null;
        }
        return json.getLongValue();
    }

    private @Nullable Long count(DecisionInput item, String name) throws IOException {
        Long value = integer(item, name);
        if (value != null && value < 0) {
            wrong(item, "%s must not be negative".formatted(name));
            return null;
        }
        return value;
    }

    private boolean flag(DecisionInput item, String name) throws IOException {
        if (!json.currentToken().isBoolean()) {
            json.skipChildren();
            wrong(item, "%s must be true or false".formatted(name));
            return false;
        }
        return json.getBooleanValue();
    }

    private int choice(DecisionInput item, String name, List<String> choices, int otherwise) throws IOException {
        String text = text(item, name);
        int index = text == null ? otherwise : choices.indexOf(text);
        if (index < 0) {
            wrong(item, "%s must be one of %s".formatted(name, choices));
            return otherwise;
        }
        return index;
    }

    private @Nullable Uid uid(DecisionInput item, String name) throws IOException {
        String text = text(item, name);
        if (text == null) {
            return null;
        }
        try {
            return Uid.parse(text);
        } catch (IllegalArgumentException e) {
            wrong(item, "%s is not an id (32 hexadecimal digits or a UUID)".formatted(name));
            return null;
        }
    }

    private byte @Nullable [] hex16(DecisionInput item, String name) throws IOException {
        String text = text(item, name);
        try {
            byte[] bytes = text == null ? new byte[0] : HexFormat.of().parseHex(text);
            if (bytes.length == 16) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        wrong(item, "%s must be 32 hexadecimal digits".formatted(name));
        return null;
    }

    private static void wrong(DecisionInput item, String problem) {
        if (item.problem == null) {
            item.problem = problem;
        }
    }
}
