package dev.clew.server.protocol.mlflow;

import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.TraceDocument;
import dev.clew.server.spans.TraceView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes traces as MLflow's server does, of version 3 and of the calls before. Stateless. */
final class TraceWriter {
    static final String LOCATION = "mlflow.artifactLocation";
    static final String SPANS = "mlflow.trace.spansLocation";

    /** Metadata that repeats what went in and came out. */
    private static final Set<String> CONTENT = Set.of("mlflow.traceInputs", "mlflow.traceOutputs");

    private TraceWriter() {}

    /**
     * {@code TraceInfoV3}.
     *
     * @param locations of experiments, by id
     * @param masked leaves out what went in, came out and was said
     */
    static void write(Out out, TraceView view, Map<Long, String> locations, boolean masked) throws IOException {
        SpanTrace trace = view.trace();
        TraceDocument document = trace.document();
        Long end = trace.endedAt();
        out.text("trace_id", trace.id())
                .text("client_request_id", trace.clientId())
                .object(
                        "trace_location",
                        location -> location.text("type", "MLFLOW_EXPERIMENT")
                                .object(
                                        "mlflow_experiment",
                                        experiment ->
                                                experiment.text("experiment_id", Long.toString(trace.experiment()))));
        if (!masked) {
            out.text("request_preview", document.requestPreview()).text("response_preview", document.responsePreview());
        }
        out.text("request_time", Times.timestamp(trace.startedAt()));
        if (end != null) {
            out.text("execution_duration", Times.duration(end - trace.startedAt()));
        }
        out.text("state", trace.state().name())
                .map("trace_metadata", metadata(document, masked))
                .map("tags", tags(trace, locations))
                .list(
                        "assessments",
                        view.assessments(),
                        (each, said) -> AssessmentJson.write(each, said, trace, masked));
    }

    private static Map<String, String> metadata(TraceDocument document, boolean masked) {
        var metadata = new TreeMap<>(document.metadata());
        if (masked) {
            metadata.keySet().removeAll(CONTENT);
        }
        return metadata;
    }

    private static Map<String, String> tags(SpanTrace trace, Map<Long, String> locations) {
        var tags = new TreeMap<>(trace.document().tags());
        tags.put(
                LOCATION,
                "%s/traces/%s/artifacts".formatted(locations.getOrDefault(trace.experiment(), ""), trace.id()));
        if (!trace.legacy()) {
            tags.put(SPANS, "TRACKING_STORE");
        }
        return tags;
    }

    /** {@code TraceInfo} of the calls before version 3. */
    static void writeLegacy(Out out, TraceView view, Map<Long, String> locations, boolean masked) throws IOException {
        SpanTrace trace = view.trace();
        Long end = trace.endedAt();
        out.text("request_id", trace.id())
                .text("experiment_id", Long.toString(trace.experiment()))
                .integer("timestamp_ms", trace.startedAt())
                .integer("execution_time_ms", end == null ? 0 : end - trace.startedAt())
                .text(
                        "status",
                        trace.state() == SpanTrace.State.STATE_UNSPECIFIED
                                ? "TRACE_STATUS_UNSPECIFIED"
                                : trace.state().name())
                .labels("request_metadata", metadata(trace.document(), masked))
                .labels("tags", tags(trace, locations));
    }

    static List<Long> experiments(List<TraceView> views) {
        return new ArrayList<>(new LinkedHashSet<>(
                views.stream().map(view -> view.trace().experiment()).toList()));
    }

    static boolean saysAnything(TraceView view) {
        return view.trace().document().requestPreview() != null
                || view.trace().document().responsePreview() != null
                || !view.assessments().isEmpty();
    }
}
