package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.SpanTrace.State;
import dev.clew.server.spans.Spans;
import dev.clew.server.spans.TraceView;
import dev.clew.server.tracking.Experiment;
import dev.clew.server.tracking.Tracking;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Routes of traces: of version 3, and those that clients before 3.0 use. */
public final class MlflowTraces {
    static final String ALL = "mlflow/traces";
    private static final String ONE = ALL + "/{trace_id}";
    private static final String SIZES = "mlflow.trace.sizeStats";

    private final Spans spans;
    private final Tracking tracking;
    private final TraceCalls traces;
    private final TraceReader reader;

    public MlflowTraces(Spans spans, Tracking tracking, PersonalReads reads) {
        this.spans = spans;
        this.tracking = tracking;
        this.traces = new TraceCalls(spans, tracking, reads);
        this.reader = new TraceReader(tracking);
    }

    public List<Route> routes() {
        var routes = new MlflowRoutes()
                .add(Method.POST, ALL, Permission.TRACE_WRITE, this::startLegacy)
                .add(Method.PATCH, ONE, Permission.TRACE_WRITE, this::endLegacy)
                .add(Method.GET, ONE + "/info", Permission.TRACE_READ, this::infoLegacy);
        v3(routes, Method.POST, ALL, Permission.TRACE_WRITE, this::start);
        v3(routes, Method.GET, ONE, Permission.TRACE_READ, this::info);
        v3(routes, Method.GET, ALL + "/get", Permission.TRACE_READ, this::get);
        v3(routes, Method.GET, ALL + "/batchGet", Permission.TRACE_READ, this::batchGet);
        v3(routes, Method.POST, ALL + "/batchGetInfos", Permission.TRACE_READ, this::batchGetInfos);
        new MlflowTraceSearch(spans, tracking, traces).add(routes);
        new MlflowTraceChanges(spans, tracking, traces).add(routes);
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
        List<Message> assessments = info.messages("assessments");
        Permit assessing = assessments.isEmpty()
                ? call.permit()
                : call.exchange().require(Permission.FEEDBACK_WRITE, Resource.in(call.project()));
        Experiment experiment = traces.active(call, TraceReader.experiment(info));
        var receipt = spans.say(call.permit(), experiment.node(), reader.info(call, info, experiment.id()));
        for (Message said : assessments) {
            spans.assess(
                    assessing,
                    experiment.node(),
                    AssessmentJson.read(
                            said,
                            AssessmentJson.parse(said.text("assessment_id")).orElseGet(spans::next),
                            receipt.answer().uid(),
                            call.project(),
                            call.permit().who(),
                            receipt.answer().startedAt()));
        }
        return infoAnswer(call, traces.found(call, receipt.answer().id()), false)
                .receipt(receipt);
    }

    private Answer startLegacy(Call call) {
        Message message = call.message();
        Experiment experiment = traces.active(call, Ids.experiment(message.requiredId("experiment_id")));
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
        SpanTrace trace = traces.found(call, call.path("trace_id")).trace();
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
        return legacyInfo(traces.found(call, receipt.answer().id()), false).receipt(receipt);
    }

    private Answer infoLegacy(Call call) {
        return legacyInfo(
                traces.shown(call, List.of(traces.found(call, call.path("trace_id"))))
                        .getFirst(),
                TraceCalls.isMasked(call));
    }

    private Answer legacyInfo(TraceView view, boolean masked) {
        var locations = tracking.locations(List.of(view.trace().experiment()));
        return Out.answer(
                out -> out.object("trace_info", info -> TraceWriter.writeLegacy(info, view, locations, masked)));
    }

    private Answer info(Call call) {
        TraceView view = traces.found(call, call.path("trace_id"));
        return infoAnswer(call, traces.shown(call, List.of(view)).getFirst(), TraceCalls.isMasked(call));
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
        TraceView view = traces.found(call, id);
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
        traces.record(call, List.of(view));
        boolean masked = TraceCalls.isMasked(call);
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
            throws IOException {
        ArrayNode all = Json.MAPPER.createArrayNode();
        found.forEach(span -> all.add(SpanJson.of(span, masked)));
        out.object("trace_info", info -> TraceWriter.write(info, view, locations, masked))
                .json("spans", all.isEmpty() ? null : all);
    }

    private Answer batchGet(Call call) {
        List<TraceView> views = traces.named(call, call.message().texts("trace_ids"));
        traces.record(call, views);
        var found = spans.spans(views.stream().map(view -> view.trace().uid()).toList());
        var locations = tracking.locations(TraceWriter.experiments(views));
        boolean masked = TraceCalls.isMasked(call);
        return Out.answer(out -> out.list(
                "traces",
                views,
                (each, view) ->
                        write(each, view, found.getOrDefault(view.trace().uid(), List.of()), locations, masked)));
    }

    private Answer batchGetInfos(Call call) {
        List<TraceView> views =
                traces.shown(call, traces.named(call, call.message().texts("trace_ids")));
        var locations = tracking.locations(TraceWriter.experiments(views));
        boolean masked = TraceCalls.isMasked(call);
        return Out.answer(out ->
                out.list("trace_infos", views, (each, view) -> TraceWriter.write(each, view, locations, masked)));
    }
}
