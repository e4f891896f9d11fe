package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tracking server, read over the interface that its clients use. Histories come for a hundred runs and one key at a time where the
 * server can do that; a page of runs and its histories is held at once.
 */
final class HttpSource implements Source {
    private static final String V2 = "/api/2.0/mlflow/";
    private static final int RUNS = 100;
    private static final int BULK = 25_000;
    private static final int PAGE = 1_000;

    private final MlflowHttp http;
    private final List<String> experiments = new ArrayList<>();
    private final Set<String> deletedExperiments = new HashSet<>();
    private boolean hasBulk = true;

    HttpSource(MlflowHttp http) {
        this.http = http;
    }

    @Override
    public String shown() {
        return http.url();
    }

    @Override
    public String producer() {
        return "MLflow server " + http.version().orElse("of unknown version");
    }

    /** Every element of a list that comes in pages. */
    private void pages(String path, ObjectNode body, String list, Consumer<JsonNode> sink) {
        String token;
        do {
            JsonNode page = http.post(path, body);
            page.path(list).forEach(sink);
            token = page.path("next_page_token").asText("");
            body.put("page_token", token);
        } while (!token.isEmpty());
    }

    private void getPages(String path, String list, Consumer<JsonNode> sink) {
        String token = "";
        do {
            JsonNode page = http.get(path + (token.isEmpty() ? "" : "&page_token=" + MlflowHttp.encoded(token)));
            page.path(list).forEach(sink);
            token = page.path("next_page_token").asText("");
        } while (!token.isEmpty());
    }

    @Override
    public void experiments(Consumer<Experiment> sink) {
        ObjectNode body =
                Json.MAPPER.createObjectNode().put("max_results", PAGE).put("view_type", "ALL");
        pages(V2 + "experiments/search", body, "experiments", node -> {
            String id = node.path("experiment_id").asText();
            boolean deleted = isDeleted(node);
            experiments.add(id);
            if (deleted) {
                deletedExperiments.add(id);
            }
            sink.accept(new Experiment(
                    id,
                    node.path("name").asText(),
                    deleted,
                    node.path("creation_time").asLong(),
                    node.path("last_update_time").asLong(),
                    labels(node.path("tags"))));
        });
    }

    private static boolean isDeleted(JsonNode node) {
        return node.path("lifecycle_stage").asText().equals("deleted");
    }

    private static Map<String, String> labels(JsonNode list) {
        var labels = new LinkedHashMap<String, String>();
        list.forEach(label ->
                labels.put(label.path("key").asText(), label.path("value").asText("")));
        return labels;
    }

    /** Pages of runs of one experiment, oldest first. */
    private void eachRun(String experiment, Consumer<List<JsonNode>> sink) {
        ObjectNode body =
                Json.MAPPER.createObjectNode().put("max_results", RUNS).put("run_view_type", "ALL");
        body.putArray("experiment_ids").add(experiment);
        body.putArray("order_by").add("attributes.start_time ASC");
        String token;
        do {
            JsonNode page = http.post(V2 + "runs/search", body);
            var runs = new ArrayList<JsonNode>();
            page.path("runs").forEach(runs::add);
            sink.accept(runs);
            token = page.path("next_page_token").asText("");
            body.put("page_token", token);
        } while (!token.isEmpty());
    }

    @Override
    public void runs(Runs sink) {
        for (String experiment : experiments) {
            eachRun(experiment, runs -> {
                Map<String, List<Point>> points = points(runs);
                for (JsonNode run : runs) {
                    Run read = run(run);
                    sink.begin(read);
                    points.getOrDefault(read.id(), List.of()).forEach(sink::point);
                    sink.end();
                }
            });
        }
    }

    private Run run(JsonNode node) {
        JsonNode info = node.path("info");
        JsonNode data = node.path("data");
        String experiment = info.path("experiment_id").asText();
        Long end = info.has("end_time") ? (Long) info.path("end_time").asLong() : null;
        long start = info.path("start_time").asLong();
        boolean deleted = isDeleted(info) && !deletedExperiments.contains(experiment);
        var inputs = new ArrayList<Input>();
        node.path("inputs").path("dataset_inputs").forEach(input -> inputs.add(input(input)));
        var uses = new ArrayList<ModelUse>();
        node.path("inputs")
                .path("model_inputs")
                .forEach(use -> uses.add(new ModelUse(use.path("model_id").asText(), false, 0)));
        node.path("outputs")
                .path("model_outputs")
                .forEach(use -> uses.add(new ModelUse(
                        use.path("model_id").asText(), true, use.path("step").asLong())));
        return new Run(
                info.path("run_id").asText(),
                experiment,
                info.path("run_name").asText(""),
                info.path("user_id").asText(""),
                info.path("status").asText("RUNNING"),
                start,
                end,
                deleted ? (end == null ? (Long) start : end) : null,
                info.path("artifact_uri").asText(""),
                labels(data.path("params")),
                labels(data.path("tags")),
                inputs,
                uses);
    }

    private static Input input(JsonNode node) {
        JsonNode dataset = node.path("dataset");
        return new Input(
                dataset.path("name").asText(),
                dataset.path("digest").asText(),
                dataset.path("source_type").asText(""),
                dataset.path("source").asText(""),
                dataset.has("schema") ? dataset.path("schema").asText() : null,
                dataset.has("profile") ? dataset.path("profile").asText() : null,
                labels(node.path("tags")));
    }

    private Map<String, List<Point>> points(List<JsonNode> runs) {
        var byKey = new LinkedHashMap<String, List<String>>();
        for (JsonNode run : runs) {
            String id = run.path("info").path("run_id").asText();
            run.path("data")
                    .path("metrics")
                    .forEach(metric -> byKey.computeIfAbsent(metric.path("key").asText(), k -> new ArrayList<>())
                            .add(id));
        }
        var points = new HashMap<String, List<Point>>();
        byKey.forEach((key, ids) -> {
            if (!bulk(key, ids, points)) {
                ids.forEach(id -> single(key, id, points));
            }
        });
        return points;
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
                .forEach(metric -> add(points, metric.path("run_id").asText(), key, metric));
        return true;
    }

    private void single(String key, String id, Map<String, List<Point>> points) {
        getPages(
                V2
                        + "metrics/get-history?run_id=%s&metric_key=%s&max_results=%d"
                                .formatted(id, MlflowHttp.encoded(key), BULK),
                "metrics",
                metric -> add(points, id, key, metric));
    }

    private static void add(Map<String, List<Point>> points, String id, String key, JsonNode metric) {
        points.computeIfAbsent(id, r -> new ArrayList<>())
                .add(new Point(
                        key,
                        value(metric.path("value")),
                        metric.path("timestamp").asLong(),
                        metric.path("step").asLong(),
                        null,
                        null,
                        null));
    }

    private static double value(JsonNode value) {
        return value.isNumber() ? Numbers.unclamped(value.doubleValue()) : Numbers.parse(value.asText("0"));
    }

    private void eachModel(Consumer<JsonNode> sink) {
        for (String experiment : experiments) {
            ObjectNode body = Json.MAPPER.createObjectNode().put("max_results", RUNS);
            body.putArray("experiment_ids").add(experiment);
            String token;
            do {
                var answered = http.call("POST", V2 + "logged-models/search", body);
                if (!answered.isDone()) {
                    return; // A server before logged models, or an experiment it does not search.
                }
                answered.body().path("models").forEach(sink);
                token = answered.body().path("next_page_token").asText("");
                body.put("page_token", token);
            } while (!token.isEmpty());
        }
    }

    @Override
    public void models(Consumer<Model> sink) {
        eachModel(node -> {
            JsonNode info = node.path("info");
            String source = info.path("source_run_id").asText("");
            sink.accept(new Model(
                    info.path("model_id").asText(),
                    info.path("experiment_id").asText(),
                    info.path("name").asText(),
                    info.path("model_type").asText(""),
                    source.isEmpty() ? null : source,
                    info.path("status").asText("LOGGED_MODEL_STATUS_UNSPECIFIED"),
                    false,
                    info.path("creation_timestamp_ms").asLong(),
                    info.path("last_updated_timestamp_ms").asLong(),
                    info.path("artifact_uri").asText(""),
                    labels(node.path("data").path("params")),
                    labels(info.path("tags"))));
        });
    }

    @Override
    public void modelPoints(ModelPoints sink) {
        eachModel(node -> node.path("data").path("metrics").forEach(metric -> {
            String run = metric.path("run_id").asText("");
            if (!run.isEmpty()) {
                sink.point(
                        run,
                        new Point(
                                metric.path("key").asText(),
                                value(metric.path("value")),
                                metric.path("timestamp").asLong(),
                                metric.path("step").asLong(),
                                node.path("info").path("model_id").asText(),
                                metric.has("dataset_name")
                                        ? metric.path("dataset_name").asText()
                                        : null,
                                metric.has("dataset_digest")
                                        ? metric.path("dataset_digest").asText()
                                        : null));
            }
        }));
    }

    @Override
    public void registered(Consumer<Registered> sink) {
        getPages(V2 + "registered-models/search?max_results=" + PAGE, "registered_models", model -> {
            String name = model.path("name").asText();
            var aliases = new LinkedHashMap<String, String>();
            model.path("aliases")
                    .forEach(alias -> aliases.put(
                            alias.path("alias").asText(), alias.path("version").asText()));
            var versions = new ArrayList<Version>();
            getPages(
                    V2
                            + "model-versions/search?max_results=%d&filter=%s"
                                    .formatted(
                                            PAGE, MlflowHttp.encoded("name = '%s'".formatted(name.replace("'", "''")))),
                    "model_versions",
                    version -> versions.add(version(version)));
            versions.sort(java.util.Comparator.comparingLong(Version::number));
            sink.accept(new Registered(
                    name,
                    model.path("description").asText(""),
                    model.path("creation_timestamp").asLong(),
                    model.path("last_updated_timestamp").asLong(),
                    labels(model.path("tags")),
                    aliases,
                    versions));
        });
    }

    private static Version version(JsonNode node) {
        return new Version(
                node.path("version").asLong(),
                node.path("source").asText(""),
                "",
                node.path("run_id").asText(""),
                node.path("run_link").asText(""),
                node.path("description").asText(""),
                node.path("current_stage").asText("None"),
                node.path("creation_timestamp").asLong(),
                node.path("last_updated_timestamp").asLong(),
                labels(node.path("tags")));
    }

    @Override
    public void owners(Consumer<Owner> sink) {
        for (String experiment : experiments) {
            eachRun(
                    experiment,
                    runs -> runs.forEach(run -> sink.accept(new Owner(
                            run.path("info").path("run_id").asText(),
                            experiment,
                            false,
                            run.path("info").path("artifact_uri").asText("")))));
        }
        eachModel(model -> sink.accept(new Owner(
                model.path("info").path("model_id").asText(),
                model.path("info").path("experiment_id").asText(),
                true,
                model.path("info").path("artifact_uri").asText(""))));
    }

    @Override
    public @Nullable String files(Owner owner, FileSink sink) throws IOException {
        return files(owner, "", sink);
    }

    private @Nullable String files(Owner owner, String folder, FileSink sink) throws IOException {
        String path = owner.isModel()
                ? V2
                        + "logged-models/%s/artifacts/directories%s"
                                .formatted(
                                        owner.id(),
                                        folder.isEmpty()
                                                ? ""
                                                : "?artifact_directory_path=" + MlflowHttp.encoded(folder))
                : V2
                        + "artifacts/list?run_id=%s%s"
                                .formatted(owner.id(), folder.isEmpty() ? "" : "&path=" + MlflowHttp.encoded(folder));
        var answered = http.call("GET", path, null);
        if (!answered.isDone()) {
            return "the server does not list them (%s)".formatted(answered.error());
        }
        for (JsonNode file : answered.body().path("files")) {
            String name = file.path("path").asText();
            if (file.path("is_dir").asBoolean()) {
                String why = name.equals(folder) ? null : files(owner, name, sink);
                if (why != null) {
                    return why;
                }
            } else {
                sink.file(name, () -> http.open(content(owner, name)));
            }
        }
        return null;
    }

    private static String content(Owner owner, String path) {
        return owner.isModel()
                ? "/ajax-api/2.0/mlflow/logged-models/%s/artifacts/files?artifact_file_path=%s"
                        .formatted(owner.id(), MlflowHttp.encoded(path))
                : "/get-artifact?run_id=%s&path=%s".formatted(owner.id(), MlflowHttp.encoded(path));
    }

    @Override
    public Map<String, Long> leftOut() {
        var counts = new TreeMap<String, Long>();
        ObjectNode body = Json.MAPPER.createObjectNode().put("max_results", 1);
        ArrayNode locations = body.putArray("locations");
        experiments.stream().limit(100).forEach(id -> {
            ObjectNode location = locations.addObject().put("type", "MLFLOW_EXPERIMENT");
            location.putObject("mlflow_experiment").put("experiment_id", id);
        });
        var traces = http.call("POST", "/api/3.0/mlflow/traces/search", body);
        if (traces.isDone() && !traces.body().path("traces").isEmpty()) {
            counts.put("traces (at least)", 1L);
        }
        return counts;
    }

    @Override
    public void close() {
        // Connections of the client end by themselves.
    }
}
