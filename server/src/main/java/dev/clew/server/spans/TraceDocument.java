package dev.clew.server.spans;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Texts of a trace: tags, metadata and the previews of its request and response. Kept as one JSON object with sorted keys, so that equal
 * documents are equal bytes. Immutable.
 */
public record TraceDocument(
        Map<String, String> tags,
        Map<String, String> metadata,
        @Nullable String requestPreview,
        @Nullable String responsePreview) {
    /** Most tags, and most metadata, of a trace. */
    public static final int MAX_LABELS = 500;

    /** Most characters of a key. */
    public static final int MAX_KEY = 250;

    /** Most characters of a value; longer ones are cut. */
    public static final int MAX_TEXT = 8_000;

    /** Most characters of a preview; longer ones are cut. */
    public static final int MAX_PREVIEW = 1_000;

    /** Metadata that says that the client has said what it knows of the trace. */
    public static final String FINAL = "mlflow.trace.infoFinalized";

    /** Of a trace of which nothing is said yet. */
    public static final TraceDocument EMPTY = new TraceDocument(Map.of(), Map.of(), null, null);

    public TraceDocument {
        tags = java.util.Collections.unmodifiableMap(new TreeMap<>(tags));
        metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    byte[] bytes() {
        var out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            json.writeStartObject();
            write(json, "m", metadata);
            write(json, "t", tags);
            if (requestPreview != null) {
                json.writeStringField("q", requestPreview);
            }
            if (responsePreview != null) {
                json.writeStringField("r", responsePreview);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Texts can be written as JSON", e);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, String name, Map<String, String> texts) throws IOException {
        if (!texts.isEmpty()) {
            json.writeObjectFieldStart(name);
            for (Map.Entry<String, String> text : texts.entrySet()) {
                json.writeStringField(text.getKey(), text.getValue());
            }
            json.writeEndObject();
        }
    }

    static TraceDocument of(byte[] bytes) {
        try {
            JsonNode node = Json.MAPPER.readTree(bytes);
            return new TraceDocument(
                    map(node.path("t")), map(node.path("m")), text(node.get("q")), text(node.get("r")));
        } catch (IOException e) {
            throw new IllegalStateException("A trace's document is no JSON", e);
        }
    }

    private static Map<String, String> map(JsonNode node) {
        var map = new TreeMap<String, String>();
        node.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().textValue()));
        return map;
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.textValue();
    }

    TraceDocument withTags(UnaryOperator<Map<String, String>> change) {
        return new TraceDocument(change.apply(new TreeMap<>(tags)), metadata, requestPreview, responsePreview);
    }

    /** Whether it holds no more than a trace may have. */
    boolean fits() {
        return tags.size() <= MAX_LABELS && metadata.size() <= MAX_LABELS;
    }

    /** With what is set in the other laid over. */
    TraceDocument and(TraceDocument over) {
        var allTags = new TreeMap<>(tags);
        allTags.putAll(over.tags);
        var allMetadata = new TreeMap<>(metadata);
        allMetadata.putAll(over.metadata);
        return new TraceDocument(
                allTags,
                allMetadata,
                over.requestPreview == null ? requestPreview : over.requestPreview,
                over.responsePreview == null ? responsePreview : over.responsePreview);
    }
}
