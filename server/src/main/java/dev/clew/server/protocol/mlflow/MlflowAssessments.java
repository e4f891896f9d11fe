package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.spans.Assessment;
import dev.clew.server.spans.SpanTexts;
import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.Spans;
import dev.clew.server.spans.TraceView;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Routes of assessments: feedback and expectations that people, judges and code give to traces. */
public final class MlflowAssessments {
    private static final String ALL = "mlflow/traces/{trace_id}/assessments";
    private static final String ONE = ALL + "/{assessment_id}";

    private final Spans spans;
    private final Tracking tracking;
    private final InstantSource clock;

    public MlflowAssessments(Spans spans, Tracking tracking, InstantSource clock) {
        this.spans = spans;
        this.tracking = tracking;
        this.clock = clock;
    }

    public List<Route> routes() {
        long limit = MlflowRoutes.MESSAGE_BYTES;
        return new MlflowRoutes()
                .add(3, Method.POST, ALL, Permission.FEEDBACK_WRITE, limit, this::create)
                .add(3, Method.GET, ONE, Permission.TRACE_READ, limit, this::get)
                .add(3, Method.PATCH, ONE, Permission.FEEDBACK_WRITE, limit, this::update)
                .add(3, Method.DELETE, ONE, Permission.FEEDBACK_WRITE, limit, this::delete)
                .list();
    }

    private Answer create(Call call) {
        SpanTrace trace = trace(call);
        Message message = call.message()
                .message("assessment")
                .orElseThrow(() -> call.message().missing("assessment"));
        Assessment assessment = AssessmentJson.read(
                message, spans.next(), trace.uid(), trace.scope(), call.permit().who(), clock.millis());
        var receipt = spans.assess(call.permit(), about(tracking, trace), assessment);
        return answer(receipt.answer(), trace, false).receipt(receipt);
    }

    private Answer get(Call call) {
        SpanTrace trace = trace(call);
        return answer(required(call, trace), trace, !call.exchange().isUnconditional());
    }

    private Answer update(Call call) {
        SpanTrace trace = trace(call);
        Message message = call.message()
                .message("assessment")
                .orElseThrow(() -> call.message().missing("assessment"));
        Assessment next = AssessmentJson.update(
                required(call, trace),
                message,
                AssessmentJson.mask(call.message().required("update_mask")),
                clock.millis());
        var receipt = spans.assess(call.permit(), about(tracking, trace), next);
        return answer(receipt.answer(), trace, false).receipt(receipt);
    }

    /** What is not there any more is deleted, with its trace or alone: clients repeat a call whose answer they did not get. */
    private Answer delete(Call call) {
        Optional<SpanTrace> trace = findTrace(call);
        return trace.flatMap(each -> find(call, each))
                .map(found -> Out.empty().receipt(spans.remove(call.permit(), about(tracking, trace.get()), found)))
                .orElseGet(Out::empty);
    }

    private Optional<SpanTrace> findTrace(Call call) {
        return spans.find(TraceReader.uid(call.path("trace_id")), call.project())
                .map(TraceView::trace);
    }

    private SpanTrace trace(Call call) {
        return findTrace(call).orElseThrow(() -> MlflowErrors.notFound(SpanTexts.unknownTrace(call.path("trace_id"))));
    }

    private Optional<Assessment> find(Call call, SpanTrace trace) {
        Optional<Uid> uid = AssessmentJson.parse(call.path("assessment_id"));
        return uid.flatMap(id -> spans.assessment(id, trace.uid(), trace.scope()));
    }

    private Assessment required(Call call, SpanTrace trace) {
        return find(call, trace)
                .orElseThrow(() ->
                        MlflowErrors.notFound(SpanTexts.unknownAssessment(call.path("assessment_id"), trace.id())));
    }

    private static Answer answer(Assessment assessment, SpanTrace trace, boolean masked) {
        return Out.answer(
                out -> out.object("assessment", each -> AssessmentJson.write(each, assessment, trace, masked)));
    }

    /** What an entry about a trace is filed under. */
    static Node about(Tracking tracking, SpanTrace trace) {
        return tracking.plainExperiment(trace.experiment(), trace.scope())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownExperiment(Long.toString(trace.experiment()))))
                .node();
    }
}
