package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.Source.Point;
import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs of a tracking server with their histories. A page of runs and its short histories is held at once. Confined to one thread. */
final class HttpRuns {
    /** Runs of a page. */
    static final int PAGE = 100;

    private static final String V2 = HttpSource.V2;
    private static final int BULK = 25_000;

    private final MlflowHttp http;
    private final HttpPages pages;
    private boolean hasBulk = true;

    HttpRuns(MlflowHttp http) {
        this.http = http;
        this.pages = new HttpPages(http);
    }

    /** Pages of runs of one experiment, deleted ones too, oldest first. */
    void each(String experiment, HttpPages.Page sink) {
        pages.posted(V2 + "runs/search", search(experiment), "runs", sink);
    }

    /** Those of these runs that the experiment has, at most {@value #PAGE}. */
    List<JsonNode> byId(String experiment, List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        ObjectNode body = search(experiment)
                .put(
                        "filter",
                        ids.stream()
                                .map("'%s'"::formatted)
                                .collect(Collectors.joining(", ", "attributes.run_id IN (", ")")));
        return HttpPages.elements(http.post(V2 + "runs/search", body).path("runs"));
    }

    private static ObjectNode search(String experiment) {
        ObjectNode body =
                Json.MAPPER.createObjectNode().put("max_results", PAGE).put("run_view_type", "ALL");
        body.putArray("experiment_ids").add(experiment);
        body.putArray("order_by").add("attributes.start_time ASC");
        return body;
    }

    /** @param ofDeleted whether its experiment is deleted: then the run comes back with it */
    static Source.Run run(JsonNode node, boolean ofDeleted) {
        JsonNode info = node.path("info");
        JsonNode data = node.path("data");
        Long end = info.has("end_time") ? (Long) info.path("end_time").asLong() : null;
        long start = info.path("start_time").asLong();
        boolean deleted = HttpPages.isDeleted(info) && !ofDeleted;
        var inputs = new ArrayList<Source.Input>();
        node.path("inputs").path("dataset_inputs").forEach(input -> inputs.add(input(input)));
        var uses = new ArrayList<Source.ModelUse>();
        node.path("inputs")
                .path("model_inputs")
                .forEach(
                        use -> uses.add(new Source.ModelUse(use.path("model_id").asText(), false, 0)));
        node.path("outputs")
                .path("model_outputs")
                .forEach(use -> uses.add(new Source.ModelUse(
                        use.path("model_id").asText(), true, use.path("step").asLong())));
        return new Source.Run(
                info.path("run_id").asText(),
                info.path("experiment_id").asText(),
                info.path("run_name").asText(""),
                info.path("user_id").asText(""),
                info.path("status").asText("RUNNING"),
                start,
                end,
                deleted ? (end == null ? (Long) start : end) : null,
                info.path("artifact_uri").asText(""),
                HttpPages.labels(data.path("params")),
                HttpPages.labels(data.path("tags")),
                inputs,
                uses);
    }

    private static Source.Input input(JsonNode node) {
        JsonNode dataset = node.path("dataset");
        return new Source.Input(
                dataset.path("name").asText(),
                dataset.path("digest").asText(),
                dataset.path("source_type").asText(""),
                dataset.path("source").asText(""),
                dataset.has("schema") ? dataset.path("schema").asText() : null,
                dataset.has("profile") ? dataset.path("profile").asText() : null,
                HttpPages.labels(node.path("tags")));
    }

    /**
     * Histories of a page of runs. What the server gives for a hundred runs at a time is held; long ones are read when they are asked
     * for, page by page.
     */
    final class Histories {
        private final Map<String, List<Point>> held = new HashMap<>();
        private final Map<String, List<String>> later = new HashMap<>();

        /** Points of a run in the order of their keys and, for each key, of the server. */
        void forEach(String run, Consumer<Point> sink) {
            held.getOrDefault(run, List.of()).forEach(sink);
            later.getOrDefault(run, List.of()).forEach(key -> single(key, run, sink));
        }
    }

    Histories histories(List<JsonNode> runs) {
        var byKey = new LinkedHashMap<String, List<String>>();
        for (JsonNode run : runs) {
            String id = run.path("info").path("run_id").asText();
            run.path("data")
                    .path("metrics")
                    .forEach(metric -> byKey.computeIfAbsent(metric.path("key").asText(), k -> new ArrayList<>())
                            .add(id));
        }
        var histories = new Histories();
        byKey.forEach((key, ids) -> {
            if (!bulk(key, ids, histories.held)) {
                ids.forEach(id -> histories
                        .later
                        .computeIfAbsent(id, r -> new ArrayList<>())
                        .add(key));
            }
        });
        return histories;
    }

    /** False when the server has no such call or has more points than it gives. */
    private boolean bulk(String key, List<String> ids, Map<String, List<Point>> points) {
        if (!hasBulk || ids.size() < 2) {
            return false;
        }
        var query = new StringBuilder("/ajax-api/2.0/mlflow/metrics/get-history-bulk?max_results=%d&metric_key=%s"
                .formatted(BULK, MlflowHttp.encoded(key)));
        ids.forEach(id -> query.append("&run_id=").append(id));
        var answered = http.call("GET", query.toString(), null);
        if (!answered.isDone()) {
            hasBulk = false;
            return false;
        }
        if (answered.body().path("metrics").size() >= BULK) {
            return false;
        }
        answered.body()
                .path("metrics")
                .forEach(metric -> points.computeIfAbsent(metric.path("run_id").asText(), r -> new ArrayList<>())
                        .add(point(key, metric)));
        return true;
    }

    private void single(String key, String id, Consumer<Point> sink) {
        pages.got(
                V2
                        + "metrics/get-history?run_id=%s&metric_key=%s&max_results=%d"
                                .formatted(id, MlflowHttp.encoded(key), BULK),
                "metrics",
                metric -> sink.accept(point(key, metric)));
    }

    private static Point point(String key, JsonNode metric) {
        return new Point(
                key,
                HttpPages.value(metric.path("value")),
                metric.path("timestamp").asLong(),
                metric.path("step").asLong(),
                null,
                null,
                null);
    }
}
