package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Route;
import dev.clew.server.spans.Spans;
import dev.clew.server.tracking.Experiment;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/traces}: spans by OTLP over HTTP, as protobuf or JSON, plain or compressed with gzip, into the experiment that the header
 * {@code x-mlflow-experiment-id} names. One request is one change, all or nothing, whatever number of traces it holds.
 */
public final class OtlpTraces {
    static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final String EXPERIMENT = "x-mlflow-experiment-id";
    private static final String RUN = "x-mlflow-run-id";
    private static final long MAX_BYTES = 32L << 20;

    private final Spans spans;
    private final Tracking tracking;

    public OtlpTraces(Spans spans, Tracking tracking) {
        this.spans = spans;
        this.tracking = tracking;
    }

    public List<Route> routes() {
        return List.of(Route.post("/v1/traces")
                .permission(Permission.TRACE_WRITE)
                .limit(MAX_BYTES)
                .errors(MlflowErrors.SHAPE)
                .undocumented()
                .handle(this::export));
    }

    private Answer export(Exchange exchange) throws IOException {
        var experiment = exchange.header(EXPERIMENT);
        if (experiment.isEmpty()) {
            return MlflowErrors.detail(
                    422, "The header x-mlflow-experiment-id is missing: name the experiment that the spans belong to.");
        }
        String type = mediaType(exchange);
        if (!type.equals(PROTOBUF) && !type.equals(JSON)) {
            return MlflowErrors.detail(
                    400,
                    "Invalid Content-Type: %s. Expected: application/x-protobuf or application/json".formatted(type));
        }
        ExportTraceServiceRequest request = parse(type, exchange.wholeBody());
        if (request == null) {
            return MlflowErrors.detail(400, "Invalid OpenTelemetry format");
        }
        if (request.getResourceSpansCount() == 0) {
            return MlflowErrors.detail(400, "Invalid OpenTelemetry format - no spans found");
        }
        Experiment found = tracking.plainExperiment(Ids.experiment(experiment.get()), exchange.project())
                .filter(Experiment::isActive)
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownExperiment(experiment.get())));
        if (request.getResourceSpansList().stream().noneMatch(OtlpTraces::hasSpans)) {
            return answer(type); // an exporter with nothing to say
        }
        var receipt = spans.log(
                exchange.permit(),
                exchange.project(),
                found.node(),
                found.id(),
                run(exchange),
                request.getResourceSpansList());
        return answer(type).receipt(receipt);
    }

    private static Answer answer(String type) {
        return type.equals(JSON) ? Out.empty() : Answer.bytes(PROTOBUF, new byte[0]);
    }

    private static String mediaType(Exchange exchange) {
        String type = exchange.header("Content-Type").orElse("None");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private @Nullable Uid run(Exchange exchange) {
        return exchange.header(RUN)
                .filter(text -> !text.isEmpty())
                .map(Ids::run)
                .filter(run -> tracking.hasRun(run, exchange.project()))
                .orElse(null);
    }

    private static boolean hasSpans(ResourceSpans resource) {
        return resource.getScopeSpansList().stream().anyMatch(scope -> scope.getSpansCount() > 0);
    }

    private static @Nullable ExportTraceServiceRequest parse(String type, byte[] body) throws IOException {
        try {
            return type.equals(PROTOBUF)
                    ? ExportTraceServiceRequest.parseFrom(body)
                    : OtlpJson.request(Json.MAPPER.readTree(body));
        } catch (InvalidProtocolBufferException | JsonProcessingException e) {
            return null;
        } catch (IllegalArgumentException e) {
            return null; // no text of OTLP
        }
    }
}
