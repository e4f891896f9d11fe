package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * OTLP's JSON: protobuf's JSON with ids in hexadecimal, enums as numbers and lowerCamelCase names. Unknown fields are ignored.
 *
 * @throws IllegalArgumentException from every method, when the text is none
 */
final class OtlpJson {
    private OtlpJson() {}

    static ExportTraceServiceRequest request(JsonNode body) {
        var request = ExportTraceServiceRequest.newBuilder();
        for (JsonNode resource : list(body, "resourceSpans")) {
            var spans = ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAllAttributes(attributes(resource.path("resource"))))
                    .setSchemaUrl(text(resource, "schemaUrl"));
            for (JsonNode scope : list(resource, "scopeSpans")) {
                JsonNode instrumentation = scope.path("scope");
                var inScope = ScopeSpans.newBuilder()
                        .setSchemaUrl(text(scope, "schemaUrl"))
                        .setScope(InstrumentationScope.newBuilder()
                                .setName(text(instrumentation, "name"))
                                .setVersion(text(instrumentation, "version"))
                                .addAllAttributes(attributes(instrumentation)));
                list(scope, "spans").forEach(span -> inScope.addSpans(span(span)));
                spans.addScopeSpans(inScope);
            }
            request.addResourceSpans(spans);
        }
        return request.build();
    }

    private static Span span(JsonNode node) {
        var span = Span.newBuilder()
                .setTraceId(hex(node, "traceId"))
                .setSpanId(hex(node, "spanId"))
                .setParentSpanId(hex(node, "parentSpanId"))
                .setTraceState(text(node, "traceState"))
                .setName(text(node, "name"))
                .setStartTimeUnixNano(number(node, "startTimeUnixNano"))
                .setEndTimeUnixNano(number(node, "endTimeUnixNano"))
                .addAllAttributes(attributes(node));
        JsonNode kind = node.path("kind");
        if (kind.isTextual()) {
            span.setKind(Span.SpanKind.valueOf(kind.textValue()));
        } else {
            span.setKindValue(kind.asInt());
        }
        for (JsonNode event : list(node, "events")) {
            span.addEvents(Span.Event.newBuilder()
                    .setTimeUnixNano(number(event, "timeUnixNano"))
                    .setName(text(event, "name"))
                    .addAllAttributes(attributes(event)));
        }
        for (JsonNode link : list(node, "links")) {
            span.addLinks(Span.Link.newBuilder()
                    .setTraceId(hex(link, "traceId"))
                    .setSpanId(hex(link, "spanId"))
                    .addAllAttributes(attributes(link)));
        }
        JsonNode status = node.path("status");
        if (status.isObject()) {
            var built = Status.newBuilder().setMessage(text(status, "message"));
            JsonNode code = status.path("code");
            if (code.isTextual()) {
                built.setCode(Status.StatusCode.valueOf(code.textValue()));
            } else {
                built.setCodeValue(code.asInt());
            }
            span.setStatus(built);
        }
        return span.build();
    }

    private static List<KeyValue> attributes(JsonNode node) {
        var all = new ArrayList<KeyValue>();
        for (JsonNode each : list(node, "attributes")) {
            all.add(KeyValue.newBuilder()
                    .setKey(text(each, "key"))
                    .setValue(value(each.path("value")))
                    .build());
        }
        return all;
    }

    private static AnyValue value(JsonNode node) {
        var value = AnyValue.newBuilder();
        if (node.has("stringValue")) {
            value.setStringValue(text(node, "stringValue"));
        } else if (node.has("boolValue")) {
            value.setBoolValue(node.path("boolValue").asBoolean());
        } else if (node.has("intValue")) {
            value.setIntValue(number(node, "intValue"));
        } else if (node.has("doubleValue")) {
            JsonNode number = node.path("doubleValue");
            value.setDoubleValue(number.isNumber() ? number.doubleValue() : Double.parseDouble(number.asText()));
        } else if (node.has("arrayValue")) {
            var values = ArrayValue.newBuilder();
            list(node.path("arrayValue"), "values").forEach(each -> values.addValues(value(each)));
            value.setArrayValue(values);
        } else if (node.has("kvlistValue")) {
            var values = KeyValueList.newBuilder();
            for (JsonNode each : list(node.path("kvlistValue"), "values")) {
                values.addValues(KeyValue.newBuilder().setKey(text(each, "key")).setValue(value(each.path("value"))));
            }
            value.setKvlistValue(values);
        } else if (node.has("bytesValue")) {
            value.setBytesValue(ByteString.copyFrom(Base64.getDecoder().decode(text(node, "bytesValue"))));
        }
        return value.build();
    }

    private static Iterable<JsonNode> list(JsonNode node, String name) {
        JsonNode list = node.path(name);
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw new IllegalArgumentException(name + " is no list");
        }
        return list;
    }

    private static String text(JsonNode node, String name) {
        JsonNode text = node.path(name);
        if (text.isMissingNode() || text.isNull()) {
            return "";
        }
        if (!text.isTextual()) {
            throw new IllegalArgumentException(name + " is no text");
        }
        return text.textValue();
    }

    private static ByteString hex(JsonNode node, String name) {
        return ByteString.copyFrom(HexFormat.of().parseHex(text(node, name)));
    }

    private static long number(JsonNode node, String name) {
        JsonNode number = node.path(name);
        if (number.isMissingNode() || number.isNull()) {
            return 0;
        }
        return number.isIntegralNumber() ? number.longValue() : Long.parseLong(number.asText());
    }
}
