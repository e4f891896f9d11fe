package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Base64;
import java.util.List;

/** Spans as MLflow's REST interface shows them: OpenTelemetry's messages in snake_case, ids in base64, 64-bit integers as numbers. */
final class SpanJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SpanJson() {}

    /** @param masked leaves out what went in and came out: attributes, events and messages */
    static ObjectNode of(Span span, boolean masked) {
        ObjectNode node = NODES.objectNode();
        node.put("trace_id", base64(span.getTraceId())).put("span_id", base64(span.getSpanId()));
        if (!span.getTraceState().isEmpty()) {
            node.put("trace_state", span.getTraceState());
        }
        if (!span.getParentSpanId().isEmpty()) {
            node.put("parent_span_id", base64(span.getParentSpanId()));
        }
        node.put("name", span.getName());
        if (span.getKind() != Span.SpanKind.SPAN_KIND_UNSPECIFIED && span.getKind() != Span.SpanKind.UNRECOGNIZED) {
            node.put("kind", span.getKind().name());
        }
        node.put("start_time_unix_nano", span.getStartTimeUnixNano());
        node.put("end_time_unix_nano", span.getEndTimeUnixNano());
        if (!masked) {
            attributes(node, span.getAttributesList());
            events(node, span.getEventsList());
            links(node, span.getLinksList());
        }
        status(node, span.getStatus(), masked);
        return node;
    }

    private static void status(ObjectNode node, Status status, boolean masked) {
        boolean isSet = status.getCode() != Status.StatusCode.STATUS_CODE_UNSET
                && status.getCode() != Status.StatusCode.UNRECOGNIZED;
        boolean says = !masked && !status.getMessage().isEmpty();
        if (isSet || says) {
            ObjectNode shown = node.putObject("status");
            if (isSet) {
                shown.put("code", status.getCode().name());
            }
            if (says) {
                shown.put("message", status.getMessage());
            }
        }
    }

    private static void events(ObjectNode node, List<Span.Event> events) {
        if (!events.isEmpty()) {
            ArrayNode list = node.putArray("events");
            for (Span.Event event : events) {
                ObjectNode one = list.addObject();
                one.put("time_unix_nano", event.getTimeUnixNano()).put("name", event.getName());
                attributes(one, event.getAttributesList());
            }
        }
    }

    private static void links(ObjectNode node, List<Span.Link> links) {
        if (!links.isEmpty()) {
            ArrayNode list = node.putArray("links");
            for (Span.Link link : links) {
                ObjectNode one = list.addObject();
                one.put("trace_id", base64(link.getTraceId())).put("span_id", base64(link.getSpanId()));
                attributes(one, link.getAttributesList());
            }
        }
    }

    private static void attributes(ObjectNode node, List<KeyValue> attributes) {
        if (!attributes.isEmpty()) {
            keyValues(node.putArray("attributes"), attributes);
        }
    }

    private static void keyValues(ArrayNode list, List<KeyValue> attributes) {
        for (KeyValue attribute : attributes) {
            list.addObject().put("key", attribute.getKey()).set("value", value(attribute.getValue()));
        }
    }

    private static ObjectNode value(AnyValue value) {
        ObjectNode node = NODES.objectNode();
        switch (value.getValueCase()) {
            case STRING_VALUE -> node.put("string_value", value.getStringValue());
            case BOOL_VALUE -> node.put("bool_value", value.getBoolValue());
            case INT_VALUE -> node.put("int_value", value.getIntValue());
            case DOUBLE_VALUE -> {
                double number = value.getDoubleValue();
                if (Double.isFinite(number)) {
                    node.put("double_value", number);
                } else {
                    node.put("double_value", Double.toString(number));
                }
            }
            case ARRAY_VALUE -> {
                ArrayNode values = node.putObject("array_value").putArray("values");
                value.getArrayValue().getValuesList().forEach(each -> values.add(value(each)));
            }
            case KVLIST_VALUE ->
                keyValues(
                        node.putObject("kvlist_value").putArray("values"),
                        value.getKvlistValue().getValuesList());
            case BYTES_VALUE -> node.put("bytes_value", base64(value.getBytesValue()));
            default -> {
                // nothing was set
            }
        }
        return node;
    }

    private static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
