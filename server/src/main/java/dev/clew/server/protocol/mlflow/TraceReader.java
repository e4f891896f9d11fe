package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Uid;
import dev.clew.server.spans.SpanTexts;
import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.SpanTrace.State;
import dev.clew.server.spans.TraceDocument;
import dev.clew.server.tracking.Tracking;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what clients say of a trace as a whole. Thread-safe. */
final class TraceReader {
    private static final String RUN = "mlflow.sourceRun";
    private static final String MODEL = "mlflow.modelId";
    private static final Pattern UID = Pattern.compile("[0-9a-f]{32}");

    private final Tracking tracking;

    TraceReader(Tracking tracking) {
        this.tracking = tracking;
    }

    /** The uid in a trace's id. */
    static Uid uid(String id) {
        return SpanTrace.parse(id).orElseThrow(() -> MlflowErrors.notFound(SpanTexts.unknownTrace(id)));
    }

    static long experiment(Message info) {
        Message location = info.message("trace_location").orElseThrow(() -> info.missing("trace_location"));
        Message experiment =
                location.message("mlflow_experiment").orElseThrow(() -> location.missing("mlflow_experiment"));
        return Ids.experiment(experiment.requiredId("experiment_id"));
    }

    /** {@code TraceInfoV3}. */
    SpanTrace info(Call call, Message info, long experiment) {
        String id = info.required("trace_id");
        Uid uid = SpanTrace.parse(id)
                .orElseThrow(() -> MlflowErrors.invalid(
                        "Invalid value \"%s\" for parameter 'trace_id' supplied: A trace's id is tr- and 32 hexadecimal digits."
                                .formatted(id)));
        long start = Times.timestamp(info, "request_time").orElse(0L);
        Long end = Times.duration(info, "execution_duration")
                .map(duration -> start + duration)
                .orElse(null);
        var metadata = new LinkedHashMap<>(texts(info, "trace_metadata"));
        metadata.put(TraceDocument.FINAL, "true");
        return trace(
                call,
                uid,
                SpanTrace.isLegacy(id),
                experiment,
                start,
                end,
                info.choice("state", TraceReader::state).orElse(State.STATE_UNSPECIFIED),
                info.optional("client_request_id").orElse(null),
                new TraceDocument(
                        tags(texts(info, "tags")),
                        metadata,
                        preview(info, "request_preview"),
                        preview(info, "response_preview")));
    }

    /** What the calls before version 3 say. */
    SpanTrace legacy(
            Call call,
            Message message,
            Uid uid,
            boolean legacy,
            long experiment,
            long start,
            @Nullable Long end,
            State state) {
        return trace(
                call,
                uid,
                legacy,
                experiment,
                start,
                end,
                state,
                null,
                new TraceDocument(
                        tags(message.labels("tags")),
                        checked("request_metadata", message.labels("request_metadata")),
                        null,
                        null));
    }

    private SpanTrace trace(
            Call call,
            Uid uid,
            boolean legacy,
            long experiment,
            long start,
            @Nullable Long end,
            State state,
            @Nullable String clientId,
            TraceDocument document) {
        return new SpanTrace(
                uid,
                -1,
                experiment,
                call.project(),
                legacy,
                start,
                end,
                state,
                clientId,
                named(document.metadata().get(RUN), "")
                        .filter(run -> tracking.hasRun(run, call.project()))
                        .orElse(null),
                named(document.metadata().get(MODEL), "m-")
                        .filter(model -> tracking.hasModel(model, call.project()))
                        .orElse(null),
                0,
                call.permit().who(),
                document);
    }

    private static Optional<Uid> named(@Nullable String id, String prefix) {
        return Optional.ofNullable(id)
                .filter(text -> text.startsWith(prefix))
                .map(text -> text.substring(prefix.length()))
                .filter(text -> UID.matcher(text).matches())
                .map(Uid::parse);
    }

    static Optional<State> state(String text) {
        String plain = text.equals("TRACE_STATUS_UNSPECIFIED") ? "STATE_UNSPECIFIED" : text;
        return Arrays.stream(State.values())
                .filter(state -> state.name().equals(plain)
                        || Integer.toString(state.ordinal()).equals(plain))
                .findFirst();
    }

    private static @Nullable String preview(Message info, String name) {
        return info.optional(name)
                .map(text -> Checks.cut(text, TraceDocument.MAX_PREVIEW))
                .orElse(null);
    }

    private static Map<String, String> texts(Message message, String name) {
        JsonNode map = message.json(name);
        var texts = new LinkedHashMap<String, String>();
        if (map != null) {
            if (!map.isObject()) {
                throw Scalars.wrongType(name, map);
            }
            map.properties()
                    .forEach(entry ->
                            texts.put(entry.getKey(), Scalars.text(name + "." + entry.getKey(), entry.getValue())));
        }
        return checked(name, texts);
    }

    private static Map<String, String> checked(String name, Map<String, String> texts) {
        if (texts.size() > TraceDocument.MAX_LABELS) {
            throw MlflowErrors.invalid(
                    "A trace has at most %d %s; these are %d.".formatted(TraceDocument.MAX_LABELS, name, texts.size()));
        }
        var all = new LinkedHashMap<String, String>();
        texts.forEach((key, value) -> all.put(
                Checks.length("key", Checks.storable("key", key), Checks.MAX_KEY),
                Checks.cut(value, TraceDocument.MAX_TEXT)));
        return all;
    }

    /** Tags that the server makes are not taken from clients. */
    private static Map<String, String> tags(Map<String, String> given) {
        var tags = new LinkedHashMap<>(checked("tags", given));
        tags.remove(TraceWriter.LOCATION);
        tags.remove(TraceWriter.SPANS);
        return tags;
    }
}
