package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.search.PageToken;
import dev.clew.server.tracking.RunView.Metric;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes of metric histories. An unknown run or name has none. */
public final class MlflowMetrics {
    private static final int MAX_BULK = 25_000;
    private static final int MAX_RUNS = 100;

    private final Tracking tracking;

    public MlflowMetrics(Tracking tracking) {
        this.tracking = tracking;
    }

    public List<Route> routes() {
        String base = "mlflow/metrics/";
        return new MlflowRoutes()
                .add(Method.GET, base + "get-history", Permission.METRIC_READ, this::history)
                .addAt(Method.GET, "/ajax-api/2.0/" + base + "get-history-bulk", Permission.METRIC_READ, this::bulk)
                .add(Method.GET, base + "get-history-bulk-interval", Permission.METRIC_READ, this::interval)
                .list();
    }

    /** In the order of logging. Without {@code max_results} everything, streamed; else pages. */
    private Answer history(Call call) {
        Message message = call.message();
        Uid run = Ids.run(message.requiredRunId());
        String key = message.required("metric_key");
        long from = offset(MlflowExperiments.pageToken(message));
        if (message.has("max_results")) {
            return page(call, run, key, from, limit(message));
        }
        return Out.answer(out -> out.elements("metrics", sink -> {
            var failed = new IOException[1];
            tracking.history(run, call.project(), key, from, (value, timestamp, step, name, digest) -> {
                try {
                    var metric = new Metric(key, value, timestamp, step, name, digest, null);
                    sink.take(each -> RunWriter.metric(each, metric));
                    return true;
                } catch (IOException e) {
                    failed[0] = e;
                    return false;
                }
            });
            if (failed[0] != null) {
                throw failed[0];
            }
        }));
    }

    private Answer page(Call call, Uid run, String key, long from, int limit) {
        var points = new ArrayList<Metric>();
        boolean[] more = {false};
        tracking.history(run, call.project(), key, from, (value, timestamp, step, name, digest) -> {
            more[0] = points.size() == limit;
            return !more[0] && points.add(new Metric(key, value, timestamp, step, name, digest, null));
        });
        String next = more[0] ? new PageToken(List.of(from + limit)).text() : null;
        return Out.answer(out -> out.list("metrics", points, RunWriter::metric).text("next_page_token", next));
    }

    private static int limit(Message message) {
        long wanted = message.requiredInteger("max_results");
        if (wanted < 1) {
            throw MlflowErrors.invalid(
                    "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer."
                            .formatted(wanted));
        }
        return (int) Math.min(wanted, MAX_BULK);
    }

    private static long offset(@Nullable String token) {
        if (token == null) {
            return 0;
        }
        var values = PageToken.parse(token).values();
        if (values.size() != 1 || !(values.getFirst() instanceof Long offset) || offset < 0) {
            throw PageToken.invalid(null);
        }
        return offset;
    }

    /** Points of several runs, run by run in order of id, each by time. */
    private Answer bulk(Call call) {
        Message message = call.message();
        List<String> runs = message.ids("run_id");
        if (runs.isEmpty()) {
            throw MlflowErrors.invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        }
        if (runs.size() > MAX_RUNS) {
            throw MlflowErrors.invalid(
                    "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %d run_ids."
                            .formatted(MAX_RUNS, runs.size()));
        }
        String key = message.optional("metric_key")
                .orElseThrow(() -> MlflowErrors.invalid("GetMetricHistoryBulk request must specify a metric_key."));
        int limit = message.has("max_results") ? limit(message) : MAX_BULK;
        var found = new MetricSamples(tracking, call.project(), key).first(runs, limit);
        return Out.answer(out -> out.listAlways("metrics", found, MetricSamples.Point::write));
    }

    /** Points of several runs at a sample of the steps they have together. */
    private Answer interval(Call call) {
        Message message = call.message();
        List<String> runs = message.ids("run_ids");
        if (runs.isEmpty()) {
            throw message.missing("run_ids");
        }
        if (runs.size() > MAX_RUNS) {
            throw MlflowErrors.invalid(
                    "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d run_ids."
                            .formatted(MAX_RUNS, runs.size()));
        }
        String key = message.required("metric_key");
        long wanted = message.integer("max_results").orElse((long) MetricSamples.MAX_STEPS);
        if (wanted < 1 || wanted > MetricSamples.MAX_STEPS) {
            throw MlflowErrors.invalid("max_results must be between 1 and %d.".formatted(MetricSamples.MAX_STEPS));
        }
        var start = message.integer("start_step");
        var end = message.integer("end_step");
        if (start.isPresent() != end.isPresent()) {
            throw MlflowErrors.invalid("If either start step or end step are specified, both must be specified.");
        }
        if (start.isPresent() && start.get() > end.orElseThrow()) {
            throw MlflowErrors.invalid("end_step must be greater than start_step. Found start_step=%d and end_step=%d."
                    .formatted(start.get(), end.orElseThrow()));
        }
        var found = new MetricSamples(tracking, call.project(), key)
                .sampled(runs, start.orElse(Long.MIN_VALUE), end.orElse(Long.MAX_VALUE), (int) wanted);
        return Out.answer(out -> out.list("metrics", found, MetricSamples.Point::write));
    }
}
