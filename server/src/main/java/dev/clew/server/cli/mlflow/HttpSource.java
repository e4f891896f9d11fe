package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A tracking server, read over the interface that its clients use. */
final class HttpSource implements Source {
    static final String V2 = "/api/2.0/mlflow/";

    private static final int PAGE = 1_000;

    private final MlflowHttp http;
    private final HttpPages pages;
    private final HttpRuns runs;
    private final HttpModels models;
    private final HttpFiles files;
    private final Set<String> wanted;
    private final List<String> experiments = new ArrayList<>();
    private final Set<String> deletedExperiments = new HashSet<>();

    HttpSource(MlflowHttp http) {
        this(http, Set.of());
    }

    /** @param wanted names of experiments; empty for all */
    HttpSource(MlflowHttp http, Set<String> wanted) {
        this.http = http;
        this.pages = new HttpPages(http);
        this.runs = new HttpRuns(http);
        this.models = new HttpModels(http);
        this.files = new HttpFiles(http);
        this.wanted = Set.copyOf(wanted);
    }

    @Override
    public String shown() {
        return http.url();
    }

    @Override
    public String producer() {
        return "MLflow server " + http.version().orElse("of unknown version");
    }

    @Override
    public void experiments(Consumer<Experiment> sink) {
        ObjectNode body =
                Json.MAPPER.createObjectNode().put("max_results", PAGE).put("view_type", "ALL");
        pages.posted(
                V2 + "experiments/search",
                body,
                "experiments",
                page -> page.stream()
                        .filter(node -> wanted.isEmpty()
                                || wanted.contains(node.path("name").asText()))
                        .forEach(node -> sink.accept(experiment(node))));
    }

    private Experiment experiment(JsonNode node) {
        String id = node.path("experiment_id").asText();
        boolean deleted = HttpPages.isDeleted(node);
        experiments.add(id);
        if (deleted) {
            deletedExperiments.add(id);
        }
        return new Experiment(
                id,
                node.path("name").asText(),
                deleted,
                node.path("creation_time").asLong(),
                node.path("last_update_time").asLong(),
                HttpPages.labels(node.path("tags")));
    }

    @Override
    public void runs(Runs sink) {
        for (String experiment : experiments) {
            runs(experiment, sink);
        }
    }

    /** Runs of one experiment of those told. */
    void runs(String experiment, Runs sink) {
        runs.each(experiment, page -> {
            HttpRuns.Histories histories = runs.histories(page);
            for (JsonNode run : page) {
                Run read = HttpRuns.run(run, deletedExperiments.contains(experiment));
                sink.begin(read);
                histories.forEach(read.id(), sink::point);
                sink.end();
            }
        });
    }

    @Override
    public void models(Consumer<Model> sink) {
        eachModel(node -> sink.accept(HttpModels.model(node)));
    }

    @Override
    public void modelPoints(ModelPoints sink) {
        eachModel(node -> HttpModels.points(node, sink));
    }

    private void eachModel(Consumer<JsonNode> sink) {
        experiments.forEach(experiment -> models.logged(experiment, sink));
    }

    @Override
    public void registered(Consumer<Registered> sink) {
        models.registered(sink);
    }

    @Override
    public void owners(Consumer<Owner> sink) {
        for (String experiment : experiments) {
            runs.each(
                    experiment,
                    page -> page.forEach(run -> sink.accept(owner(experiment, run.path("info"), "run_id"))));
        }
        eachModel(model -> {
            JsonNode info = model.path("info");
            sink.accept(owner(info.path("experiment_id").asText(), info, "model_id"));
        });
    }

    private static Owner owner(String experiment, JsonNode info, String id) {
        return new Owner(
                info.path(id).asText(),
                experiment,
                id.equals("model_id"),
                info.path("artifact_uri").asText(""));
    }

    @Override
    public @Nullable String files(Owner owner, FileSink sink) throws IOException {
        return files.list(owner, (path, size) -> sink.file(path, () -> http.open(HttpFiles.content(owner, path))));
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
