package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.Spans;
import dev.clew.server.spans.TraceDocument;
import dev.clew.server.spans.TraceView;
import dev.clew.server.tracking.Experiment;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tags, links and deletion of traces that are there. */
final class MlflowTraceChanges {
    private static final String ONE = MlflowTraces.ALL + "/{trace_id}";
    private static final int MAX_LINKED = 100;
    private static final int MAX_DELETED = 100_000;
    private static final int DELETED_AT_ONCE = 50;
    private static final String PROMPTS = "mlflow.linkedPrompts";
    private static final Set<String> READ_ONLY = Set.of(TraceWriter.SPANS, TraceWriter.LOCATION);

    private final Spans spans;
    private final Tracking tracking;
    private final TraceCalls traces;

    MlflowTraceChanges(Spans spans, Tracking tracking, TraceCalls traces) {
        this.spans = spans;
        this.tracking = tracking;
        this.traces = traces;
    }

    void add(MlflowRoutes routes) {
        routes.add(Method.POST, MlflowTraces.ALL + "/link-to-run", Permission.TRACE_WRITE, this::linkToRun)
                .add(Method.POST, MlflowTraces.ALL + "/link-prompts", Permission.TRACE_WRITE, this::linkPrompts);
        for (int version = 2; version <= 3; version++) {
            long limit = MlflowRoutes.MESSAGE_BYTES;
            routes.add(
                            version,
                            Method.POST,
                            MlflowTraces.ALL + "/delete-traces",
                            Permission.RUN_DELETE,
                            limit,
                            this::delete)
                    .add(version, Method.PATCH, ONE + "/tags", Permission.TRACE_WRITE, limit, this::setTag)
                    .add(version, Method.DELETE, ONE + "/tags", Permission.TRACE_WRITE, limit, this::deleteTag);
        }
    }

    private Answer setTag(Call call) {
        Message message = call.message();
        String key = Checks.length("key", message.required("key"), Checks.MAX_KEY);
        requireMutable(key);
        String value = Checks.cut(message.text("value"), TraceDocument.MAX_TEXT);
        SpanTrace trace = traces.found(call, call.path("trace_id")).trace();
        return marked(call, trace, Map.of(key, value), null);
    }

    private Answer deleteTag(Call call) {
        String key = call.message().required("key");
        requireMutable(key);
        return marked(call, traces.found(call, call.path("trace_id")).trace(), Map.of(), key);
    }

    private Answer marked(Call call, SpanTrace trace, Map<String, String> tags, @Nullable String removed) {
        return Out.empty()
                .receipt(spans.mark(
                        call.permit(),
                        call.project(),
                        MlflowAssessments.about(tracking, trace),
                        List.of(trace.uid()),
                        tags,
                        removed,
                        Map.of(),
                        null));
    }

    private static void requireMutable(String key) {
        if (READ_ONLY.contains(key) || key.startsWith("mlflow.trace.archive")) {
            throw MlflowErrors.invalid("Tag '%s' is immutable and cannot be set on a trace.".formatted(key));
        }
    }

    private Answer linkToRun(Call call) {
        Message message = call.message();
        List<String> ids = message.texts("trace_ids");
        if (ids.size() > MAX_LINKED) {
            throw MlflowErrors.invalid(
                    "Cannot link more than %d traces to a run in a single request. Provided %d traces."
                            .formatted(MAX_LINKED, ids.size()));
        }
        String run = message.required("run_id");
        Uid uid = Ids.run(run);
        if (!tracking.hasRun(uid, call.project())) {
            throw MlflowErrors.notFound(Texts.unknownRun(run));
        }
        List<TraceView> views = traces.named(call, ids);
        if (views.isEmpty()) {
            return Out.empty();
        }
        SpanTrace first = views.getFirst().trace();
        return Out.empty()
                .receipt(spans.mark(
                        call.permit(),
                        call.project(),
                        MlflowAssessments.about(tracking, first),
                        views.stream().map(view -> view.trace().uid()).toList(),
                        Map.of(),
                        null,
                        Map.of("mlflow.sourceRun", run),
                        uid));
    }

    private Answer linkPrompts(Call call) {
        Message message = call.message();
        SpanTrace trace = traces.found(call, message.required("trace_id")).trace();
        var linked = new LinkedHashSet<JsonNode>();
        try {
            Json.MAPPER
                    .readTree(trace.document().tags().getOrDefault(PROMPTS, "[]"))
                    .forEach(linked::add);
        } catch (JsonProcessingException e) {
            linked.clear(); // a client's own text: the list begins anew
        }
        for (Message prompt : message.messages("prompt_versions")) {
            var named = new TreeMap<>(Map.of("name", prompt.required("name"), "version", prompt.requiredId("version")));
            linked.add(Json.MAPPER.valueToTree(named));
        }
        String tag = Json.MAPPER.createArrayNode().addAll(linked).toString();
        return marked(call, trace, Map.of(PROMPTS, Checks.length("value", tag, TraceDocument.MAX_TEXT)), null);
    }

    private Answer delete(Call call) {
        Message message = call.message();
        Experiment experiment = traces.experiment(call, Ids.experiment(message.requiredId("experiment_id")));
        List<String> ids = message.texts("request_ids");
        Long until = message.integer("max_timestamp_millis").orElse(null);
        Long most = message.integer("max_traces").orElse(null);
        if (ids.isEmpty() == (until == null)) {
            throw MlflowErrors.invalid(
                    ids.isEmpty()
                            ? "Either `max_timestamp_millis` or `trace_ids` must be specified."
                            : "Only one of `max_timestamp_millis` and `trace_ids` can be specified.");
        }
        if (!ids.isEmpty() && most != null) {
            throw MlflowErrors.invalid("`max_traces` can't be specified if `trace_ids` is specified.");
        }
        if (most != null && most < 1) {
            throw MlflowErrors.invalid("`max_traces` must be a positive integer, received %d.".formatted(most));
        }
        List<Uid> doomed = until == null
                ? ids.stream()
                        .flatMap(id -> SpanTrace.parse(id).stream())
                        .distinct()
                        .toList()
                : spans.until(call.project(), experiment.id(), until, (int)
                        Math.min(most == null ? MAX_DELETED : most, MAX_DELETED));
        return deleted(call, experiment, doomed);
    }

    private Answer deleted(Call call, Experiment experiment, List<Uid> doomed) {
        long count = 0;
        Answer answer = null;
        for (int from = 0; from < doomed.size(); from += DELETED_AT_ONCE) {
            List<Uid> part = doomed.subList(from, Math.min(doomed.size(), from + DELETED_AT_ONCE));
            List<SpanTrace> found = spans.find(part, call.project()).stream()
                    .map(TraceView::trace)
                    .filter(trace -> trace.experiment() == experiment.id())
                    .toList();
            Permit permit = call.permit();
            for (String owner :
                    new LinkedHashSet<>(found.stream().map(SpanTrace::createdBy).toList())) {
                permit = call.requireOwn(Permission.RUN_DELETE, owner);
            }
            var receipt = spans.delete(
                    permit,
                    call.project(),
                    experiment.node(),
                    found.stream().map(SpanTrace::uid).toList());
            count += receipt.answer();
            long total = count;
            answer = Out.answer(out -> out.integer("traces_deleted", total)).receipt(receipt);
        }
        return answer == null ? Out.answer(out -> out.integer("traces_deleted", 0L)) : answer;
    }
}
