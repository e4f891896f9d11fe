package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Page;
import dev.clew.server.http.Route;
import dev.clew.server.tracking.Tracking;
import dev.clew.server.tracking.TrackingHistory;
import java.util.List;
import java.util.Optional;

/** Routes of experiments and runs: what MLflow's own routes do not show. Changes are made through those. */
public final class TrackingApi {
    private static final String BASE = "/api/clew/v1/";

    private final Tracking tracking;
    private final TrackingHistory history;
    private final Changes changes;

    public TrackingApi(Tracking tracking, TrackingHistory history, Changes changes) {
        this.tracking = tracking;
        this.history = history;
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
                Route.get(BASE + "runs/{id}/history")
                        .permission(Permission.RUN_READ)
                        .summary(
                                "Who changed the run's name, status, tags and parameters, deleted or restored it, newest first")
                        .query("limit", "integer", "1 to 1000, default 100; changes of one entry stay together")
                        .query("cursor", "of the page before")
                        .answersPage(Changes.Changed.class)
                        .handle(this::ofRun));
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
