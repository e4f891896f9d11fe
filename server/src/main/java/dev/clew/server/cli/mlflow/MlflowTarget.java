package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tracking server of MLflow that is written to, over the interface that its clients use. It draws ids of its own, so what was brought
 * there carries a tag that says which of ours it is. Confined to one thread.
 */
final class MlflowTarget {
    static final String SOURCE_RUN = "clew.source_run_id";
    static final String SOURCE_MODEL = "clew.source_model_id";
    static final String SOURCE_EXPERIMENT = "clew.source_experiment_id";
    static final String SOURCE_VERSION = "clew.source_version";

    /** Tags of the move itself: they are on the other side alone. */
    static final String OWN_TAGS = "clew.source_";

    private static final String V2 = HttpSource.V2;
    private static final String EXISTS = "RESOURCE_ALREADY_EXISTS";
    private static final int ATTEMPTS = 3;

    private final MlflowHttp http;
    private final HttpPages pages;

    MlflowTarget(MlflowHttp http) {
        this.http = http;
        this.pages = new HttpPages(http);
    }

    MlflowHttp http() {
        return http;
    }

    /** A change; refused ones are thrown with the server's words. */
    JsonNode post(String call, ObjectNode body) {
        return http.post(V2 + call, body);
    }

    JsonNode patch(String call, ObjectNode body) {
        return http.require(V2 + call, http.call("PATCH", V2 + call, body));
    }

    JsonNode delete(String call, ObjectNode body) {
        return http.require(V2 + call, http.call("DELETE", V2 + call, body));
    }

    /** Looks for something, as an answer may have been lost. */
    @FunctionalInterface
    interface Look {
        Optional<JsonNode> find();
    }

    /** Makes something that would be there twice if the call were repeated blindly. */
    JsonNode create(String call, ObjectNode body, Look look) {
        for (int attempt = 1; ; attempt++) {
            try {
                return http.require(V2 + call, http.once("POST", V2 + call, body));
            } catch (ClewException e) {
                Optional<JsonNode> found = look.find();
                if (found.isPresent()) {
                    return found.get();
                }
                if (e.code() != ErrorCode.UNAVAILABLE || attempt == ATTEMPTS) {
                    throw e;
                }
                Backoff.pause(attempt);
            }
        }
    }

    static ArrayNode labels(ArrayNode list, Map<String, String> labels) {
        labels.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
        return list;
    }

    /** An experiment there. */
    record Home(String id, boolean isNew, boolean deleted) {}

    /** The experiment of this name, made if there is none. */
    Home experiment(Source.Experiment experiment) {
        Optional<JsonNode> there = byName(experiment.name());
        if (there.isEmpty()) {
            ObjectNode body = Json.MAPPER.createObjectNode().put("name", experiment.name());
            var tags = new HashMap<>(experiment.tags());
            tags.put(SOURCE_EXPERIMENT, experiment.id());
            labels(body.putArray("tags"), tags);
            var answered = http.call("POST", V2 + "experiments/create", body);
            if (!answered.error().equals(EXISTS)) {
                return new Home(
                        http.require(V2 + "experiments/create", answered)
                                .path("experiment_id")
                                .asText(),
                        true,
                        false);
            }
            there = byName(experiment.name());
        }
        JsonNode found = there.orElseThrow(() -> new ClewException(
                ErrorCode.UNAVAILABLE,
                "Experiment \"%s\" is and is not there; run the export again.".formatted(experiment.name())));
        String id = found.path("experiment_id").asText();
        Map<String, String> known = HttpPages.labels(found.path("tags"));
        if (!HttpPages.isDeleted(found)) {
            experiment.tags().forEach((key, value) -> {
                if (!known.containsKey(key)) {
                    tagExperiment(id, key, value);
                }
            });
        }
        return new Home(id, false, HttpPages.isDeleted(found));
    }

    private void tagExperiment(String id, String key, String value) {
        post(
                "experiments/set-experiment-tag",
                Json.MAPPER
                        .createObjectNode()
                        .put("experiment_id", id)
                        .put("key", key)
                        .put("value", value));
    }

    private Optional<JsonNode> byName(String name) {
        var answered =
                http.call("GET", V2 + "experiments/get-by-name?experiment_name=" + MlflowHttp.encoded(name), null);
        return answered.status() == 404
                ? Optional.empty()
                : Optional.of(
                        http.require(V2 + "experiments/get-by-name", answered).path("experiment"));
    }

    void moveExperiment(String id, boolean delete) {
        post(
                delete ? "experiments/delete" : "experiments/restore",
                Json.MAPPER.createObjectNode().put("experiment_id", id));
    }

    /** Runs that were brought into an experiment: ids there by ids here. */
    Map<String, String> broughtRuns(String experiment) {
        var brought = new HashMap<String, String>();
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("max_results", 1_000)
                .put("run_view_type", "ALL")
                .put("filter", "tags.`%s` LIKE '%%'".formatted(SOURCE_RUN));
        body.putArray("experiment_ids").add(experiment);
        pages.posted(
                V2 + "runs/search",
                body,
                "runs",
                page -> page.forEach(run -> {
                    String source =
                            HttpPages.labels(run.path("data").path("tags")).getOrDefault(SOURCE_RUN, "");
                    brought.putIfAbsent(source, run.path("info").path("run_id").asText());
                }));
        return brought;
    }

    private Optional<JsonNode> broughtRun(String experiment, String source) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("max_results", 1)
                .put("run_view_type", "ALL")
                .put("filter", "tags.`%s` = '%s'".formatted(SOURCE_RUN, source));
        body.putArray("experiment_ids").add(experiment);
        return HttpPages.elements(post("runs/search", body).path("runs")).stream()
                .findFirst();
    }

    /** Makes a run with its name and, for the time being, running; answers its id there. */
    String createRun(String experiment, Source.Run run, Map<String, String> tags) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("experiment_id", experiment)
                .put("user_id", run.user())
                .put("run_name", run.name())
                .put("start_time", run.startTime());
        labels(body.putArray("tags"), tags);
        JsonNode made = create(
                "runs/create",
                body,
                () -> broughtRun(experiment, run.id())
                        .map(found -> Json.MAPPER.createObjectNode().set("run", found)));
        return made.path("run").path("info").path("run_id").asText();
    }

    void moveRun(String id, boolean delete) {
        post(
                delete ? "runs/delete" : "runs/restore",
                Json.MAPPER.createObjectNode().put("run_id", id));
    }

    void tagRun(String id, String key, String value) {
        post(
                "runs/set-tag",
                Json.MAPPER.createObjectNode().put("run_id", id).put("key", key).put("value", value));
    }

    /** Logged models that were brought into an experiment: ids there by ids here. */
    Map<String, String> broughtModels(String experiment) {
        var brought = new HashMap<String, String>();
        new HttpModels(http).logged(experiment, model -> {
            String source = HttpPages.labels(model.path("info").path("tags")).get(SOURCE_MODEL);
            if (source != null) {
                brought.putIfAbsent(source, model.path("info").path("model_id").asText());
            }
        });
        return brought;
    }

    /** Versions of a registered model there; empty when it has none. */
    List<Source.Version> versions(String name) {
        return new HttpModels(http).versions(name);
    }
}
