package dev.clew.server.spans;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.spans.SpanTrace.State;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one request brings of one trace, with what it says of the trace as a whole.
 *
 * @param start of the earliest span, milliseconds
 * @param end of the latest ended span, or null
 * @param state that the root span gives, or null without one
 * @param said tags, metadata and previews that the root span gives
 * @param tokens used by these spans, by kind
 */
record TracePart(
        Uid trace,
        TracesData data,
        List<Span> spans,
        long start,
        @Nullable Long end,
        @Nullable State state,
        TraceDocument said,
        Map<String, Long> tokens) {
    private static final String TAG = "mlflow.traceTag.";
    private static final String REQUEST_ID = "mlflow.traceRequestId";
    private static final String TOKENS = "mlflow.chat.tokenUsage";

    /** Attributes of a resource that say nothing of a trace: of the kit that sent it, and names that the server gives itself. */
    private static final List<String> NOT_OF_A_TRACE = List.of("telemetry.sdk.", "mlflow.");

    /** Root attributes that become metadata of the trace. */
    private static final Map<String, String> METADATA = Map.of(
            "mlflow.modelId", "mlflow.modelId",
            "mlflow.trace.session", "mlflow.trace.session",
            "mlflow.trace.user", "mlflow.trace.user",
            "session.id", "mlflow.trace.session",
            "user.id", "mlflow.trace.user");

    /** Takes a request apart by trace, in the order they first come. */
    static List<TracePart> of(List<ResourceSpans> request) {
        var traces = new LinkedHashMap<Uid, List<ResourceSpans>>();
        for (ResourceSpans resource : request) {
            var ofTrace = new LinkedHashMap<Uid, ResourceSpans.Builder>();
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                var inScope = new LinkedHashMap<Uid, ScopeSpans.Builder>();
                for (Span span : scope.getSpansList()) {
                    inScope.computeIfAbsent(
                                    uid(span), _ -> ScopeSpans.newBuilder().setScope(scope.getScope()))
                            .addSpans(identified(span));
                }
                inScope.forEach((trace, spans) -> ofTrace.computeIfAbsent(
                                trace, _ -> ResourceSpans.newBuilder().setResource(resource.getResource()))
                        .addScopeSpans(spans));
            }
            ofTrace.forEach((trace, spans) ->
                    traces.computeIfAbsent(trace, _ -> new ArrayList<>()).add(spans.build()));
        }
        var parts = new ArrayList<TracePart>(traces.size());
        traces.forEach((trace, spans) -> parts.add(of(trace, spans)));
        return parts;
    }

    private static Uid uid(Span span) {
        if (span.getTraceId().size() != 16 || span.getSpanId().size() != 8) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A span needs a trace_id of 16 and a span_id of 8 bytes; this one has %d and %d."
                            .formatted(
                                    span.getTraceId().size(), span.getSpanId().size()));
        }
        return Uid.of(span.getTraceId().toByteArray());
    }

    private static Span identified(Span span) {
        for (KeyValue attribute : span.getAttributesList()) {
            if (attribute.getKey().equals(REQUEST_ID)) {
                return span;
            }
        }
        String id = "tr-" + Uid.of(span.getTraceId().toByteArray()).hex();
        return span.toBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey(REQUEST_ID)
                        .setValue(AnyValue.newBuilder().setStringValue(id)))
                .build();
    }

    private static TracePart of(Uid trace, List<ResourceSpans> resources) {
        var spans = new ArrayList<Span>();
        resources.forEach(
                resource -> resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
        long start = Long.MAX_VALUE;
        long end = 0;
        State state = null;
        TraceDocument said = resourceSays(resources);
        var tokens = new TreeMap<String, Long>();
        for (Span span : spans) {
            start = Math.min(start, Long.divideUnsigned(span.getStartTimeUnixNano(), 1_000_000));
            end = Math.max(end, Long.divideUnsigned(span.getEndTimeUnixNano(), 1_000_000));
            if (span.getParentSpanId().isEmpty()) {
                state = span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR ? State.ERROR : State.OK;
                said = said.and(rootSays(span));
            }
            tokens(span).forEach((kind, count) -> tokens.merge(kind, count, Long::sum));
        }
        return new TracePart(
                trace,
                TracesData.newBuilder().addAllResourceSpans(resources).build(),
                spans,
                start,
                end == 0 ? null : end,
                state,
                said,
                tokens);
    }

    /** Attributes of where the spans come from, such as service.name, as tags; what the root span says goes before them. */
    private static TraceDocument resourceSays(List<ResourceSpans> resources) {
        var tags = new TreeMap<String, String>();
        for (ResourceSpans each : resources) {
            for (KeyValue attribute : each.getResource().getAttributesList()) {
                String key = attribute.getKey();
                if (NOT_OF_A_TRACE.stream().noneMatch(key::startsWith)
                        && !key.isEmpty()
                        && key.length() <= TraceDocument.MAX_KEY
                        && key.indexOf('\0') < 0
                        && tags.size() < TraceDocument.MAX_LABELS) {
                    tags.putIfAbsent(key, cut(text(attribute.getValue()), TraceDocument.MAX_TEXT));
                }
            }
            if (!tags.isEmpty()) {
                break;
            }
        }
        return new TraceDocument(tags, Map.of(), null, null);
    }

    private static TraceDocument rootSays(Span root) {
        var tags = new TreeMap<String, String>();
        var metadata = new TreeMap<String, String>();
        tags.put(Facts.NAME, root.getName());
        String request = null;
        String response = null;
        for (KeyValue attribute : root.getAttributesList()) {
            String name = attribute.getKey();
            String toMetadata = METADATA.get(name);
            if (name.startsWith(TAG)) {
                String key = name.substring(TAG.length());
                if (key.length() <= TraceDocument.MAX_KEY && tags.size() < TraceDocument.MAX_LABELS) {
                    tags.put(key, cut(text(attribute.getValue()), TraceDocument.MAX_TEXT));
                }
            } else if (toMetadata != null) {
                metadata.putIfAbsent(toMetadata, cut(text(attribute.getValue()), TraceDocument.MAX_TEXT));
            } else if (name.equals("mlflow.spanInputs")) {
                request = preview(attribute.getValue());
            } else if (name.equals("mlflow.spanOutputs")) {
                response = preview(attribute.getValue());
            }
        }
        return new TraceDocument(tags, metadata, request, response);
    }

    private static String text(AnyValue value) {
        String scalar = Facts.scalar(value);
        return scalar.isEmpty() ? json(value) : scalar;
    }

    private static String preview(AnyValue value) {
        return cut(json(value), TraceDocument.MAX_PREVIEW);
    }

    private static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }

    /** Texts as they are: clients send JSON in them. */
    private static String json(AnyValue value) {
        String text = value.hasStringValue()
                ? value.getStringValue()
                : PlainJson.of(value).toString();
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    }

    private static Map<String, Long> tokens(Span span) {
        for (KeyValue attribute : span.getAttributesList()) {
            if (attribute.getKey().equals(TOKENS)) {
                return tokens(attribute.getValue());
            }
        }
        return Map.of();
    }

    private static Map<String, Long> tokens(AnyValue value) {
        var counts = new TreeMap<String, Long>();
        try {
            JsonNode usage =
                    value.hasStringValue() ? Json.MAPPER.readTree(value.getStringValue()) : PlainJson.of(value);
            usage.properties().forEach(kind -> {
                if (kind.getValue().isIntegralNumber() && kind.getValue().canConvertToLong()) {
                    counts.put(kind.getKey(), kind.getValue().longValue());
                }
            });
        } catch (JsonProcessingException e) {
            // What is no JSON counts nothing.
        }
        return counts;
    }

    /** @param blob stores a content that is too long for a row, and answers its SHA-256 */
    SpanBlock block(long experiment, UnaryOperator<byte[]> blob) {
        byte[] content = data.toByteArray();
        boolean inline = content.length <= SpanBlock.MAX_INLINE;
        byte[] digest = Hashing.sha256(content);
        return new SpanBlock(
                trace,
                Uid.of(Arrays.copyOf(digest, 16)),
                spans.size(),
                inline ? content : null,
                inline ? null : blob.apply(content),
                Facts.encode(experiment, Facts.of(spans)));
    }
}
