package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Scopes;
import dev.clew.server.http.Justification;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.spans.SpanTexts;
import dev.clew.server.spans.SpanTrace;
import dev.clew.server.spans.Spans;
import dev.clew.server.spans.TraceView;
import dev.clew.server.tracking.Experiment;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.Tracking;
import java.util.List;

/** What the routes of traces share: finding what a call names, and recording what it shows. Thread-safe. */
final class TraceCalls {
    /** What went in and came out, as the record of a read says it. */
    private static final int CONTENT = 1 | 2;

    private final Spans spans;
    private final Tracking tracking;
    private final PersonalReads reads;

    TraceCalls(Spans spans, Tracking tracking, PersonalReads reads) {
        this.spans = spans;
        this.tracking = tracking;
        this.reads = reads;
    }

    /** @throws ClewException NOT_FOUND */
    TraceView found(Call call, String id) {
        return spans.find(TraceReader.uid(id), call.project())
                .orElseThrow(() -> MlflowErrors.notFound(SpanTexts.unknownTrace(id)));
    }

    Experiment experiment(Call call, long id) {
        return tracking.plainExperiment(id, call.project())
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownExperiment(Long.toString(id))));
    }

    /** One that takes traces. */
    Experiment active(Call call, long id) {
        Experiment experiment = experiment(call, id);
        if (!experiment.isActive()) {
            throw MlflowErrors.invalid(
                    "The experiment %d must be in the 'active' state. Current state is deleted.".formatted(id));
        }
        return experiment;
    }

    /** Those of the project that are known, in the order asked. */
    List<TraceView> named(Call call, List<String> ids) {
        if (ids.size() > Spans.MAX_NAMED) {
            throw MlflowErrors.invalid("At most %d trace_ids can be asked for at once; these are %d."
                    .formatted(Spans.MAX_NAMED, ids.size()));
        }
        return spans.find(
                ids.stream().flatMap(id -> SpanTrace.parse(id).stream()).toList(), call.project());
    }

    /** Whether the caller sees traces without what went in and came out. */
    static boolean isMasked(Call call) {
        return !call.exchange().isUnconditional();
    }

    /** Records the read, where it shows what went in or came out. */
    List<TraceView> shown(Call call, List<TraceView> views) {
        record(call, views.stream().filter(TraceWriter::saysAnything).toList());
        return views;
    }

    /** Records that a person read these with their content; nothing for who sees no content. */
    void record(Call call, List<TraceView> views) {
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
}
