package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Justification;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.search.Filter;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Page;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.spans.SpanTexts;
import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.SpanTrace.State;
import dev.clew.server.spans.Spans;
import dev.clew.server.spans.TraceQuery;
import dev.clew.server.spans.TraceView;
import dev.clew.server.tracking.Experiment;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Routes of traces: of version 3, and those that clients before 3.0 use. */
public final class MlflowTraces {
    private static final String BASE = "mlflow/traces";
    private static final String ONE = BASE + "/{trace_id}";
    private static final int DEFAULT_RESULTS = 100;
    private static final int MAX_RESULTS = 500;
    private static final int MAX_LINKED = 100;
    private static final int MAX_TAG = 8_000;
    private static final int MAX_DELETED = 100_000;
    private static final int DELETED_AT_ONCE = 50;
    private static final String PROMPTS = "mlflow.linkedPrompts";
    private static final String SIZES = "mlflow.trace.sizeStats";
    private static final Set<String> READ_ONLY = Set.of(TraceWriter.SPANS, TraceWriter.LOCATION);

    /** What went in and came out, as the record of a read says it. */
    private static final int CONTENT = 1 | 2;

    static final Vocabulary WORDS = Vocabulary.of()
            .entity("tag", "tags")
            .entity("metadata", "request_metadata", "trace_metadata")
            .entity("attribute", "attributes", "attr", "trace")
            .entity("span")
            .entity("feedback")
            .entity("expectation")
            .entity("issue")
            .either("feedback")
            .either("expectation")
            .nullable("tag")
            .nullable("metadata")
            .nullable("feedback")
            .nullable("expectation")
            .attribute("request_id", Type.TEXT, "trace_id")
            .attribute("client_request_id", Type.TEXT)
            .attribute("status", Type.TEXT, "state")
            .attribute("name", Type.TEXT, "trace_name")
            .attribute("run_id", Type.TEXT)
            .attribute("prompt", Type.TEXT)
            .attribute("text", Type.TEXT)
            .attribute("experiment_id", Type.TEXT)
            .attribute("timestamp_ms", Type.NUMBER, "timestamp", "request_time")
            .attribute("execution_time_ms", Type.NUMBER, "execution_time", "execution_duration")
            .attribute("end_time_ms", Type.NUMBER, "end_time")
            .lists(
                    "attribute.name",
                    "attribute.status",
                    "attribute.request_id",
                    "attribute.run_id",
                    "attribute.client_request_id",
                    "span.*")
            .regex()
            .build();

    private final Spans spans;
    private final Tracking tracking;
    private final PersonalReads reads;
    private final TraceReader reader;

    public MlflowTraces(Spans spans, Tracking tracking, PersonalReads reads) {
        this.spans = spans;
        this.tracking = tracking;
        this.reads = reads;
        this.reader = new TraceReader(tracking);
    }

    public List<Route> routes() {
        var routes = new MlflowRoutes()
                .add(Method.POST, BASE, Permission.TRACE_WRITE, this::startLegacy)
                .add(Method.PATCH, ONE, Permission.TRACE_WRITE, this::endLegacy)
                .add(Method.GET, ONE + "/info", Permission.TRACE_READ, this::infoLegacy)
                .add(Method.GET, BASE, Permission.TRACE_READ, this::searchLegacy)
                .add(Method.POST, BASE + "/link-to-run", Permission.TRACE_WRITE, this::linkToRun)
                .add(Method.POST, BASE + "/link-prompts", Permission.TRACE_WRITE, this::linkPrompts);
        v3(routes, Method.POST, BASE, Permission.TRACE_WRITE, this::start);
        v3(routes, Method.GET, ONE, Permission.TRACE_READ, this::info);
        v3(routes, Method.GET, BASE + "/get", Permission.TRACE_READ, this::get);
        v3(routes, Method.GET, BASE + "/batchGet", Permission.TRACE_READ, this::batchGet);
        v3(routes, Method.POST, BASE + "/batchGetInfos", Permission.TRACE_READ, this::batchGetInfos);
        v3(routes, Method.POST, BASE + "/search", Permission.TRACE_READ, this::search);
        for (int version = 2; version <= 3; version++) {
            long limit = MlflowRoutes.MESSAGE_BYTES;
            routes.add(version, Method.POST, BASE + "/delete-traces", Permission.RUN_DELETE, limit, this::delete)
                    .add(version, Method.PATCH, ONE + "/tags", Permission.TRACE_WRITE, limit, this::setTag)
                    .add(version, Method.DELETE, ONE + "/tags", Permission.TRACE_WRITE, limit, this::deleteTag);
        }
        return routes.list();
    }

    private static void v3(
            MlflowRoutes routes, Method method, String path, Permission permission, Call.Handler handler) {
        routes.add(3, method, path, permission, MlflowRoutes.MESSAGE_BYTES, handler);
    }

    private Answer start(Call call) {
        Message trace =
                call.message().message("trace").orElseThrow(() -> call.message().missing("trace"));
        Message info = trace.message("trace_info").orElseThrow(() -> trace.missing("trace_info"));
        Experiment experiment = active(call, TraceReader.experiment(info));
        var receipt = spans.say(call.permit(), experiment.node(), reader.info(call, info, experiment.id()));
        for (Message said : info.messages("assessments")) {
            spans.assess(
                    call.permit(),
                    experiment.node(),
                    AssessmentJson.read(
                            said,
                            AssessmentJson.parse(said.text("assessment_id")).orElseGet(spans::next),
                            receipt.answer().uid(),
                            call.project(),
                            call.permit().who(),
                            receipt.answer().startedAt()));
        }
        return infoAnswer(call, found(call, receipt.answer().id()), false).receipt(receipt);
    }

    private Answer startLegacy(Call call) {
        Message message = call.message();
        Experiment experiment = active(call, Ids.experiment(message.requiredId("experiment_id")));
        SpanTrace said = reader.legacy(
                call,
                message,
                spans.next(),
                true,
                experiment.id(),
                message.requiredInteger("timestamp_ms"),
                null,
                State.IN_PROGRESS);
        return legacyAnswer(call, spans.say(call.permit(), experiment.node(), said));
    }

    private Answer endLegacy(Call call) {
        Message message = call.message();
        SpanTrace trace = found(call, call.path("trace_id")).trace();
        SpanTrace said = reader.legacy(
                call,
                message,
                trace.uid(),
                trace.legacy(),
                trace.experiment(),
                trace.startedAt(),
                message.integer("timestamp_ms").orElse(null),
                message.choice("status", TraceReader::state).orElse(State.STATE_UNSPECIFIED));
        return legacyAnswer(call, spans.say(call.permit(), MlflowAssessments.about(tracking, trace), said));
    }

    private Answer legacyAnswer(Call call, Receipt<SpanTrace> receipt) {
        return legacyInfo(found(call, receipt.answer().id()), false).receipt(receipt);
    }

    private Answer infoLegacy(Call call) {
        return legacyInfo(
                shown(call, List.of(found(call, call.path("trace_id")))).getFirst(), isMasked(call));
    }

    private Answer legacyInfo(TraceView view, boolean masked) {
        var locations = tracking.locations(List.of(view.trace().experiment()));
        return Out.answer(
                out -> out.object("trace_info", info -> TraceWriter.writeLegacy(info, view, locations, masked)));
    }

    private Answer info(Call call) {
        TraceView view = found(call, call.path("trace_id"));
        return infoAnswer(call, shown(call, List.of(view)).getFirst(), isMasked(call));
    }

    private Answer infoAnswer(Call call, TraceView view, boolean masked) {
        var locations = tracking.locations(List.of(view.trace().experiment()));
        return Out.answer(out -> out.object(
                "trace",
                trace -> trace.object("trace_info", info -> TraceWriter.write(info, view, locations, masked))));
    }

    private Answer get(Call call) {
        Message message = call.message();
        String id = message.required("trace_id");
        TraceView view = found(call, id);
        List<Span> found = spans.spans(List.of(view.trace().uid()))
                .getOrDefault(view.trace().uid(), List.of());
        if (found.isEmpty()) {
            throw MlflowErrors.notFound(
                    "Trace data not stored in tracking store for trace with ID '%s'.".formatted(id));
        }
        if (!message.flag("allow_partial").orElse(false) && found.size() < expected(view.trace())) {
            throw MlflowErrors.notFound("Trace with ID '%s' is not fully exported yet: %d of %d spans are there."
                    .formatted(id, found.size(), expected(view.trace())));
        }
        record(call, List.of(view));
        boolean masked = isMasked(call);
        var locations = tracking.locations(List.of(view.trace().experiment()));
        return Out.answer(out -> out.object("trace", trace -> write(trace, view, found, locations, masked)));
    }

    /** How many spans the client says there are; 0 when it does not. */
    private static int expected(SpanTrace trace) {
        String sizes = trace.document().metadata().get(SIZES);
        if (sizes == null) {
            return 0;
        }
        try {
            return Json.MAPPER.readTree(sizes).path("num_spans").asInt();
        } catch (JsonProcessingException e) {
            return 0; // a client's own text
        }
    }

    private static void write(Out out, TraceView view, List<Span> found, Map<Long, String> locations, boolean masked)
            throws java.io.IOException {
        ArrayNode all = Json.MAPPER.createArrayNode();
        found.forEach(span -> all.add(SpanJson.of(span, masked)));
        out.object("trace_info", info -> TraceWriter.write(info, view, locations, masked))
                .json("spans", all.isEmpty() ? null : all);
    }

    private Answer batchGet(Call call) {
        List<TraceView> views = named(call, call.message().texts("trace_ids"));
        record(call, views);
        var found = spans.spans(views.stream().map(view -> view.trace().uid()).toList());
        var locations = tracking.locations(TraceWriter.experiments(views));
        boolean masked = isMasked(call);
        return Out.answer(out -> out.list(
                "traces",
                views,
                (each, view) ->
                        write(each, view, found.getOrDefault(view.trace().uid(), List.of()), locations, masked)));
    }

    private Answer batchGetInfos(Call call) {
        List<TraceView> views = shown(call, named(call, call.message().texts("trace_ids")));
        var locations = tracking.locations(TraceWriter.experiments(views));
        boolean masked = isMasked(call);
        return Out.answer(out ->
                out.list("trace_infos", views, (each, view) -> TraceWriter.write(each, view, locations, masked)));
    }

    private List<TraceView> named(Call call, List<String> ids) {
        if (ids.size() > Spans.MAX_NAMED) {
            throw MlflowErrors.invalid("At most %d trace_ids can be asked for at once; these are %d."
                    .formatted(Spans.MAX_NAMED, ids.size()));
        }
        return spans.find(
                ids.stream().flatMap(id -> SpanTrace.parse(id).stream()).toList(), call.project());
    }

    private Answer search(Call call) {
        var experiments = new ArrayList<>(call.message().ids("experiment_ids"));
        for (Message location : call.message().messages("locations")) {
            location.message("mlflow_experiment")
                    .ifPresent(experiment -> experiments.add(experiment.requiredId("experiment_id")));
        }
        if (experiments.isEmpty()) {
            throw call.message().missing("locations");
        }
        Page<TraceView> page = find(call, experiments);
        var locations = tracking.locations(TraceWriter.experiments(page.items()));
        boolean masked = isMasked(call);
        return Out.answer(out -> out.list(
                        "traces", page.items(), (each, view) -> TraceWriter.write(each, view, locations, masked))
                .text("next_page_token", page.token()));
    }

    private Answer searchLegacy(Call call) {
        List<String> experiments = call.message().ids("experiment_ids");
        if (experiments.isEmpty()) {
            throw call.message().missing("experiment_ids");
        }
        Page<TraceView> page = find(call, experiments);
        var locations = tracking.locations(TraceWriter.experiments(page.items()));
        boolean masked = isMasked(call);
        return Out.answer(out -> out.list(
                        "traces", page.items(), (each, view) -> TraceWriter.writeLegacy(each, view, locations, masked))
                .text("next_page_token", page.token()));
    }

    private Page<TraceView> find(Call call, List<String> experiments) {
        Message message = call.message();
        Filter filter = FilterParser.parse(WORDS, message.text("filter"));
        if (isMasked(call) && filter.comparisons().stream().anyMatch(MlflowTraces::isPersonal)) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "Your role sees traces without what went in and came out, so it cannot search for that: leave"
                            + " span, text, feedback and expectation out of the filter.");
        }
        Page<TraceView> page = spans.search(new TraceQuery(
                call.project(),
                Ids.experiments(experiments),
                filter,
                OrderParser.parse(WORDS, message.texts("order_by")),
                message.maxResults(DEFAULT_RESULTS, MAX_RESULTS),
                MlflowExperiments.pageToken(message)));
        shown(call, page.items());
        return page;
    }

    private static boolean isPersonal(Filter.Comparison comparison) {
        return comparison.isOn("span")
                || comparison.isOn("feedback")
                || comparison.isOn("expectation")
                || comparison.key().equals("text");
    }

    private static boolean isMasked(Call call) {
        return !call.exchange().isUnconditional();
    }

    /** Records the read, where it shows what went in or came out. */
    private List<TraceView> shown(Call call, List<TraceView> views) {
        record(call, views.stream().filter(TraceWriter::saysAnything).toList());
        return views;
    }

    private void record(Call call, List<TraceView> views) {
        if (!views.isEmpty() && !isMasked(call)) {
            reads.recordSubject(
                    call.permit(),
                    Scopes.DEFAULT_NAMESPACE,
                    call.exchange()
                            .justification()
                            .purpose()
                            .map(Justification.Purpose::text)
                            .orElse(null),
                    CONTENT,
                    null, // a trace is of no known person
                    views.stream().map(view -> view.trace().uid()).toList());
        }
    }

    private Answer setTag(Call call) {
        Message message = call.message();
        String key = Checks.length("key", message.required("key"), Checks.MAX_KEY);
        requireMutable(key);
        String value = Checks.cut(message.text("value"), MAX_TAG);
        SpanTrace trace = found(call, call.path("trace_id")).trace();
        return marked(call, trace, Map.of(key, value), null);
    }

    private Answer deleteTag(Call call) {
        String key = call.message().required("key");
        requireMutable(key);
        return marked(call, found(call, call.path("trace_id")).trace(), Map.of(), key);
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
        List<TraceView> views = named(call, ids);
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
        SpanTrace trace = found(call, message.required("trace_id")).trace();
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
        return marked(call, trace, Map.of(PROMPTS, Checks.length("value", tag, MAX_TAG)), null);
    }

    private Answer delete(Call call) {
        Message message = call.message();
        Experiment experiment = experiment(call, Ids.experiment(message.requiredId("experiment_id")));
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
        List<Uid> traces = until == null
                ? ids.stream()
                        .flatMap(id -> SpanTrace.parse(id).stream())
                        .distinct()
                        .toList()
                : spans.until(call.project(), experiment.id(), until, (int)
                        Math.min(most == null ? MAX_DELETED : most, MAX_DELETED));
        return deleted(call, experiment, traces);
    }

    private Answer deleted(Call call, Experiment experiment, List<Uid> traces) {
        long count = 0;
        Answer answer = null;
        for (int from = 0; from < traces.size(); from += DELETED_AT_ONCE) {
            List<Uid> part = traces.subList(from, Math.min(traces.size(), from + DELETED_AT_ONCE));
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

    private TraceView found(Call call, String id) {
        return spans.find(TraceReader.uid(id), call.project())
                .orElseThrow(() -> MlflowErrors.notFound(SpanTexts.unknownTrace(id)));
    }

    private Experiment experiment(Call call, long id) {
        return tracking.plainExperiment(id, call.project())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownExperiment(Long.toString(id))));
    }

    private Experiment active(Call call, long id) {
        Experiment experiment = experiment(call, id);
        if (!experiment.isActive()) {
            throw MlflowErrors.invalid(
                    "The experiment %d must be in the 'active' state. Current state is deleted.".formatted(id));
        }
        return experiment;
    }
}
