package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.http.Answer;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message as MLflow's server does: snake_case names, what is null or an empty list left out, 64-bit integers as numbers,
 * doubles as numbers with NaN and infinities as texts. Streams; confined to one answer. Read everything before: a failure while
 * writing ends the connection.
 */
final class Out {
    /** Writes the fields of one object. */
    @FunctionalInterface
    interface Body {
        void write(Out out) throws IOException;
    }

    /** Writes one element's fields. */
    @FunctionalInterface
    interface Each<T> {
        void write(Out out, T element) throws IOException;
    }

    private final JsonGenerator json;

    private Out(JsonGenerator json) {
        this.json = json;
    }

    /** {@code 200} with one object. */
    static Answer answer(Body body) {
        return answer(200, body);
    }

    static Answer answer(int status, Body body) {
        return new Answer(status, "application/json", Map.of(), stream -> {
            try (JsonGenerator json = Json.MAPPER.createGenerator(stream)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                json.writeStartObject();
                body.write(new Out(json));
                json.writeEndObject();
            }
        });
    }

    /** The answer of calls that say nothing: {@code {}}. */
    static Answer empty() {
        return answer(_ -> {});
    }

    Out text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
        return this;
    }

    Out integer(String name, @Nullable Long value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
        return this;
    }

    Out flag(String name, boolean value) throws IOException {
        json.writeBooleanField(name, value);
        return this;
    }

    Out number(String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeStringField(name, Double.toString(value));
        }
        return this;
    }

    /** A value as it is; left out when null. */
    Out json(String name, @Nullable JsonNode value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeTree(value);
        }
        return this;
    }

    /** An object of texts; left out when empty. */
    Out map(String name, Map<String, String> texts) throws IOException {
        if (!texts.isEmpty()) {
            json.writeObjectFieldStart(name);
            for (Map.Entry<String, String> text : texts.entrySet()) {
                json.writeStringField(text.getKey(), text.getValue());
            }
            json.writeEndObject();
        }
        return this;
    }

    /** An object that is there even when it is empty. */
    Out object(String name, Body body) throws IOException {
        json.writeObjectFieldStart(name);
        body.write(this);
        json.writeEndObject();
        return this;
    }

    /** A list of objects; left out when empty. */
    <T> Out list(String name, Collection<? extends T> elements, Each<T> each) throws IOException {
        return elements.isEmpty() ? this : listAlways(name, elements, each);
    }

    /** A list of objects; there even when empty, as the calls outside protobuf have it. */
    <T> Out listAlways(String name, Collection<? extends T> elements, Each<T> each) throws IOException {
        json.writeArrayFieldStart(name);
        for (T element : elements) {
            json.writeStartObject();
            each.write(this, element);
            json.writeEndObject();
        }
        json.writeEndArray();
        return this;
    }

    /** A list of objects that come one by one; left out when none comes. A failure of what gives them ends the connection. */
    Out elements(String name, Consuming consuming) throws IOException {
        boolean[] begun = {false};
        consuming.writeTo(body -> {
            if (!begun[0]) {
                begun[0] = true;
                json.writeArrayFieldStart(name);
            }
            json.writeStartObject();
            body.write(this);
            json.writeEndObject();
        });
        if (begun[0]) {
            json.writeEndArray();
        }
        return this;
    }

    /** Gives one object after the other. */
    @FunctionalInterface
    interface Consuming {
        void writeTo(Sink sink) throws IOException;
    }

    /** Takes one object. */
    @FunctionalInterface
    interface Sink {
        void take(Body body) throws IOException;
    }

    Out texts(String name, Collection<String> values) throws IOException {
        if (!values.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
        return this;
    }

    /** {@code [{"key": …, "value": …}]}: tags and parameters; left out when empty. */
    Out labels(String name, Map<String, String> labels) throws IOException {
        return list(
                name,
                labels.entrySet(),
                (Out out, Map.Entry<String, String> label) ->
                        out.text("key", label.getKey()).text("value", label.getValue()));
    }
}
