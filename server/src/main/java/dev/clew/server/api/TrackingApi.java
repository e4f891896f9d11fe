package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Page;
import dev.clew.server.http.Route;
import dev.clew.server.tracking.NewestRuns;
import dev.clew.server.tracking.RunStatus;
import dev.clew.server.tracking.Tracking;
import dev.clew.server.tracking.TrackingHistory;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes of experiments and runs: what MLflow's own routes do not show. Changes are made through those. */
public final class TrackingApi {
    private static final String BASE = "/api/clew/v1/";

    /** Names of metrics that are told of a run in short. */
    private static final int METRICS = 50;

    private final Tracking tracking;
    private final TrackingHistory history;
    private final NewestRuns newest;
    private final Changes changes;

    /**
     * A run in short.
     *
     * @param experimentName what its experiment is called
     * @param metrics the value logged last under each name, of the first 50 names
     */
    record RunInShort(
            String id,
            String name,
            String experiment,
            String experimentName,
            String status,
            Instant startedAt,
            @Nullable Instant endedAt,
            Map<String, Double> metrics) {}

    public TrackingApi(Tracking tracking, TrackingHistory history, Changes changes) {
        this.tracking = tracking;
        this.history = history;
        this.newest = new NewestRuns(tracking);
        this.changes = changes;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(BASE + "experiments/{id}/history")
                        .permission(Permission.EXPERIMENT_READ)
                        .summary("Who changed the experiment's name and tags, deleted or restored it, newest first")
                        .query("limit", "integer", "1 to 1000, default 100; changes of one entry stay together")
                        .query("cursor", "of the page before")
                        .answersPage(Changes.Changed.class)
                        .handle(this::ofExperiment),
                Route.get(BASE + "runs")
                        .permission(Permission.RUN_LIST)
                        .summary("The runs that began last, newest first, of the 100 experiments that changed last")
                        .query("status", "only runs in this state, such as FAILED")
                        .query("limit", "integer", "1 to 1000, default 100")
                        .answersPage(RunInShort.class)
                        .handle(this::newest),
                Route.get(BASE + "runs/{id}/history")
                        .permission(Permission.RUN_READ)
                        .summary(
                                "Who changed the run's name, status, tags and parameters, deleted or restored it, newest first")
                        .query("limit", "integer", "1 to 1000, default 100; changes of one entry stay together")
                        .query("cursor", "of the page before")
                        .answersPage(Changes.Changed.class)
                        .handle(this::ofRun));
    }

    private Answer newest(Exchange exchange) {
        RunStatus status = exchange.query("status").map(TrackingApi::status).orElse(null);
        return Answer.json(new Page<>(
                newest.of(exchange.project(), status, Page.limit(exchange)).stream()
                        .map(TrackingApi::inShort)
                        .toList(),
                null));
    }

    private static RunStatus status(String text) {
        return Arrays.stream(RunStatus.values())
                .filter(status -> status.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "status must be one of %s, not \"%s\".".formatted(Arrays.toString(RunStatus.values()), text)));
    }

    private static RunInShort inShort(NewestRuns.Found found) {
        var run = found.run().run();
        Long ended = run.endTime();
        var metrics = new LinkedHashMap<String, Double>();
        found.run().metrics().stream()
                .filter(metric -> metrics.size() < METRICS || metrics.containsKey(metric.key()))
                .forEach(metric -> metrics.put(metric.key(), metric.value()));
        return new RunInShort(
                run.id(),
                run.name(),
                Long.toString(run.experiment()),
                found.experiment().name(),
                run.status().name(),
                Instant.ofEpochMilli(run.startTime()),
                ended == null ? null : Instant.ofEpochMilli(ended),
                metrics);
    }

    private Answer ofExperiment(Exchange exchange) {
        String id = exchange.path("id");
        var experiment = Optional.of(id)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .flatMap(text -> tracking.experiment(Long.parseLong(text), exchange.project()))
                .orElseThrow(() -> unknown("experiment", id));
        return changes.answer(history.of(experiment.experiment(), Changes.before(exchange), Page.limit(exchange)));
    }

    private Answer ofRun(Exchange exchange) {
        String id = exchange.path("id");
        var run = Optional.of(id)
                .filter(text -> text.matches("[0-9a-f]{32}"))
                .flatMap(text -> tracking.run(Uid.parse(text), exchange.project()))
                .orElseThrow(() -> unknown("run", id));
        return changes.answer(history.of(run.run(), Changes.before(exchange), Page.limit(exchange)));
    }

    private static ClewException unknown(String kind, String id) {
        return new ClewException(
                ErrorCode.NOT_FOUND, "There is no %s \"%s\", or you may not see it.".formatted(kind, id));
    }
}
