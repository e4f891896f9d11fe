package dev.clew.server.spans;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.List;

/** Spans as stored. Stateless. */
final class SpanContent {
    private SpanContent() {}

    /** The spans of a block's content. */
    static List<Span> spans(byte[] content) {
        try {
            var spans = new ArrayList<Span>();
            for (var resource : TracesData.parseFrom(content).getResourceSpansList()) {
                resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
            }
            return spans;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A block holds no spans", e);
        }
    }

    /** What a comparison of {@code span.content} sees: name, attributes and events as JSON. */
    static String text(Span span) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("name", span.getName());
        attributes(object.putObject("attributes"), span.getAttributesList());
        var events = object.putArray("events");
        for (Span.Event event : span.getEventsList()) {
            ObjectNode one = events.addObject().put("name", event.getName());
            attributes(one.putObject("attributes"), event.getAttributesList());
        }
        return object.toString();
    }

    private static void attributes(ObjectNode to, List<KeyValue> attributes) {
        attributes.forEach(attribute -> to.set(attribute.getKey(), PlainJson.of(attribute.getValue())));
    }
}
