package dev.clew.server.spans;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What can be searched for, as names and values: {@code span.name}, {@code span.type}, {@code span.status},
 * {@code span.attributes.NAME}, {@code tag.NAME}, {@code metadata.NAME} and {@code prompt}. Attributes that are texts, numbers or booleans
 * count; inputs, outputs and structured values do not. At most {@value #MAX_FACTS} of one block. Stateless.
 */
final class Facts {
    static final int MAX_FACTS = 512;
    static final String TAG = "tag.";
    static final String METADATA = "metadata.";
    static final String NAME = "mlflow.traceName";
    static final String PROMPTS = "mlflow.linkedPrompts";
    private static final String TYPE = "mlflow.spanType";
    private static final Set<String> CONTENT = Set.of(
            "mlflow.spanInputs",
            "mlflow.spanOutputs",
            "mlflow.traceRequestId",
            "mlflow.traceInputs",
            "mlflow.traceOutputs");

    private Facts() {}

    /** Texts of a name and a value. */
    record Pair(String name, String value) {}

    static Set<Pair> of(Iterable<Span> spans) {
        var facts = new LinkedHashSet<Pair>();
        for (Span span : spans) {
            add(facts, "span.name", span.getName());
            add(facts, "span.status", status(span.getStatus()));
            for (KeyValue attribute : span.getAttributesList()) {
                String name = attribute.getKey();
                String value = CONTENT.contains(name) ? "" : scalar(attribute.getValue());
                if (name.equals(TYPE)) {
                    add(facts, "span.type", value);
                }
                add(facts, "span.attributes." + name, value);
            }
        }
        return facts;
    }

    private static void add(Set<Pair> facts, String name, String value) {
        if (!value.isEmpty() && facts.size() < MAX_FACTS) {
            facts.add(new Pair(name, Fact.kept(value)));
        }
    }

    static Set<Pair> of(TraceDocument document) {
        var facts = new LinkedHashSet<Pair>();
        document.tags().forEach((name, value) -> facts.add(new Pair(TAG + name, Fact.kept(value))));
        document.metadata().forEach((name, value) -> {
            if (!CONTENT.contains(name)) {
                facts.add(new Pair(METADATA + name, Fact.kept(value)));
            }
        });
        prompts(document.tags(), facts);
        return facts;
    }

    private static void prompts(Map<String, String> tags, Set<Pair> facts) {
        try {
            String linked = tags.get(PROMPTS);
            if (linked != null) {
                for (JsonNode prompt : Json.MAPPER.readTree(linked)) {
                    facts.add(new Pair(
                            "prompt",
                            Fact.kept(prompt.path("name").asText() + "/"
                                    + prompt.path("version").asText())));
                }
            }
        } catch (JsonProcessingException e) {
            // The tag is a client's: what is no list of prompts names none.
        }
    }

    private static String status(Status status) {
        return switch (status.getCode()) {
            case STATUS_CODE_OK -> "OK";
            case STATUS_CODE_ERROR -> "ERROR";
            case STATUS_CODE_UNSET, UNRECOGNIZED -> "UNSET";
        };
    }

    /** A text, number or boolean as text; empty for anything else. Texts that are JSON texts themselves lose their quotes. */
    static String scalar(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> unquoted(value.getStringValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            default -> "";
        };
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
            return storable(text);
        }
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            return storable(node.isTextual() ? node.textValue() : text);
        } catch (JsonProcessingException e) {
            return storable(text);
        }
    }

    /** No store holds U+0000 in texts; protobuf's texts have no unpaired surrogates. */
    private static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    }

    /** Keys and values one after the other: 8 bytes, length in 2, UTF-8. */
    static byte[] encode(long experiment, Set<Pair> facts) {
        var out = new ByteArrayOutputStream(facts.size() * 32);
        for (Pair fact : facts) {
            byte[] text = fact.value.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(10)
                    .putLong(Fact.key(experiment, fact.name))
                    .putShort((short) text.length)
                    .array());
            out.writeBytes(text);
        }
        return out.toByteArray();
    }

    /** Adds what {@link #encode} wrote to {@code to}, made a fact of its trace by {@code nid}. */
    static void decode(byte[] facts, long nid, Set<Fact> to) {
        var in = ByteBuffer.wrap(facts);
        while (in.hasRemaining()) {
            long key = in.getLong();
            byte[] text = new byte[in.getShort()];
            in.get(text);
            to.add(new Fact(key, new String(text, StandardCharsets.UTF_8), nid));
        }
    }

    /** Facts of the trace as a whole. */
    static Set<Fact> of(SpanTrace trace) {
        var facts = new LinkedHashSet<Fact>();
        for (Pair pair : of(trace.document())) {
            facts.add(new Fact(Fact.key(trace.experiment(), pair.name), pair.value, trace.nid()));
        }
        return facts;
    }
}
