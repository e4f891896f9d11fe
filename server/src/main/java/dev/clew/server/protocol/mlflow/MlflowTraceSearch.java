package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.search.Filter;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Page;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.spans.Spans;
import dev.clew.server.spans.TraceQuery;
import dev.clew.server.spans.TraceView;
import dev.clew.server.tracking.Tracking;
import java.util.ArrayList;
import java.util.List;

/** Searches of traces: of version 3, and those of clients before it. */
final class MlflowTraceSearch {
    private static final int DEFAULT_RESULTS = 100;
    private static final int MAX_RESULTS = 500;

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
    private final TraceCalls traces;

    MlflowTraceSearch(Spans spans, Tracking tracking, TraceCalls traces) {
        this.spans = spans;
        this.tracking = tracking;
        this.traces = traces;
    }

    void add(MlflowRoutes routes) {
        routes.add(Method.GET, MlflowTraces.ALL, Permission.TRACE_READ, this::searchLegacy)
                .add(
                        3,
                        Method.POST,
                        MlflowTraces.ALL + "/search",
                        Permission.TRACE_READ,
                        MlflowRoutes.MESSAGE_BYTES,
                        this::search);
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
        boolean masked = TraceCalls.isMasked(call);
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
        boolean masked = TraceCalls.isMasked(call);
        return Out.answer(out -> out.list(
                        "traces", page.items(), (each, view) -> TraceWriter.writeLegacy(each, view, locations, masked))
                .text("next_page_token", page.token()));
    }

    private Page<TraceView> find(Call call, List<String> experiments) {
        Message message = call.message();
        Filter filter = FilterParser.parse(WORDS, message.text("filter"));
        if (TraceCalls.isMasked(call) && filter.comparisons().stream().anyMatch(MlflowTraceSearch::isPersonal)) {
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
        traces.shown(call, page.items());
        return page;
    }

    private static boolean isPersonal(Filter.Comparison comparison) {
        return comparison.isOn("span")
                || comparison.isOn("feedback")
                || comparison.isOn("expectation")
                || comparison.key().equals("text");
    }
}
