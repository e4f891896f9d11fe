package dev.clew.server.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.profile.Profiler;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.demo.Stage.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Acts 2 and 3: the data becomes a version, the training run is logged as MLflow's clients log it. */
final class Training {
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    private Training() {}

    static void playData(Stage stage) {
        stage.act("The data set becomes a version");
        JsonNode dataset = Json.read(stage.file("run.json")).path("dataset");
        Path file = stage.file(dataset.path("file").textValue());
        var content = Applications.read(file);
        Connection scientist = stage.as(Part.SCIENTIST);
        scientist.post(
                "/api/clew/v1/datasets",
                Map.of("name", Stage.DATASET, "description", "1 000 credit applications with their outcome"));
        var body = new LinkedHashMap<String, Object>();
        body.put("digest", dataset.path("sha256").textValue());
        body.put("source_type", "file");
        body.put("source", dataset.path("source").textValue());
        body.put("format", "csv");
        body.put("license", "CC-BY-4.0");
        body.put("rows", content.rows().size());
        body.put("bytes", size(file));
        body.put("schema", content.fields());
        body.put("profile", profile(file));
        JsonNode version = scientist.post("/api/clew/v1/datasets/%s/versions".formatted(Stage.DATASET), body);
        stage.expect(
                version.path("rows").asLong() == 1_000,
                "%s @ %s: 1 000 rows, %d columns, %s"
                        .formatted(
                                Stage.DATASET,
                                version.path("digest").textValue().substring(0, 12),
                                content.fields().size(),
                                version.path("license").textValue()));
    }

    /** What {@code clew profile --json} says of the file's columns. */
    private static JsonNode profile(Path file) {
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            var profile = Profiler.profile(table, Progress.NONE).json();
            profile.retain("rows", "duplicate_rows", "columns");
            return profile;
        }
    }

    static void playRun(Stage stage) {
        stage.act("The training run is logged by MLflow's REST interface");
        Connection scientist = stage.as(Part.SCIENTIST);
        JsonNode record = Json.read(stage.file("run.json"));
        String experiment = stage.mlflow(
                        scientist,
                        "experiments/create",
                        Map.of("name", record.path("experiment").textValue()))
                .path("experiment_id")
                .asText();
        String run = stage.mlflow(
                        scientist,
                        "runs/create",
                        Map.of(
                                "experiment_id", experiment,
                                "run_name", record.path("run_name").textValue(),
                                "start_time", System.currentTimeMillis(),
                                "tags", tags(record, stage)))
                .path("run")
                .path("info")
                .path("run_id")
                .textValue();
        stage.keep("run", run);
        stage.mlflow(scientist, "runs/log-batch", Map.of("run_id", run, "params", pairs(record.path("parameters"))));
        int points = logMetrics(stage, scientist, run, record.path("metrics"));
        logInput(stage, scientist, run, record.path("dataset"));
        String root = FILES + "%s/%s/artifacts/".formatted(experiment, run);
        for (String name : List.of("train.py", "train.csv", "requirements.txt")) {
            put(scientist, root + name, bytes(stage.file(name)));
        }
        logModel(stage, scientist, experiment, run, record);
        stage.mlflow(
                scientist,
                "runs/update",
                Map.of("run_id", run, "status", "FINISHED", "end_time", System.currentTimeMillis()));
        JsonNode read = scientist.get("/api/2.0/mlflow/runs/get?run_id=" + run).path("run");
        stage.expect(
                read.path("data").path("params").size()
                                == record.path("parameters").size()
                        && read.path("data").path("metrics").size()
                                == record.path("metrics").size(),
                "run %s: %d parameters, %d points of %d metrics, its data, code, lock file and model"
                        .formatted(
                                run.substring(0, 12),
                                record.path("parameters").size(),
                                points,
                                record.path("metrics").size()));
    }

    private static List<Map<String, String>> tags(JsonNode record, Stage stage) {
        var tags = new ArrayList<>(pairs(record.path("tags")));
        tags.add(Map.of("key", "mlflow.source.name", "value", "examples/credit/train.py"));
        tags.add(Map.of("key", "mlflow.source.type", "value", "LOCAL"));
        commit(stage.file(".")).ifPresent(id -> tags.add(Map.of("key", "mlflow.source.git.commit", "value", id)));
        return tags;
    }

    /** One call a point, as {@code mlflow.log_metric} makes them. */
    private static int logMetrics(Stage stage, Connection scientist, String run, JsonNode metrics) {
        long start = System.currentTimeMillis() - 60_000;
        int points = 0;
        for (var metric : metrics.properties()) {
            int step = 0;
            for (JsonNode value : metric.getValue()) {
                stage.mlflow(
                        scientist,
                        "runs/log-metric",
                        Map.of(
                                "run_id",
                                run,
                                "key",
                                metric.getKey(),
                                "value",
                                value.doubleValue(),
                                "timestamp",
                                start + step * 500L,
                                "step",
                                step));
                step++;
                points++;
            }
        }
        return points;
    }

    private static void logInput(Stage stage, Connection scientist, String run, JsonNode dataset) {
        stage.mlflow(
                scientist,
                "runs/log-inputs",
                Map.of(
                        "run_id",
                        run,
                        "datasets",
                        List.of(Map.of(
                                "tags",
                                List.of(Map.of("key", "mlflow.data.context", "value", "training")),
                                "dataset",
                                Map.of(
                                        "name", dataset.path("name").textValue(),
                                        "digest",
                                                dataset.path("sha256")
                                                        .textValue()
                                                        .substring(0, 36),
                                        "source_type", "local",
                                        "source",
                                                "{\"uri\": \"%s\"}"
                                                        .formatted(dataset.path("file")
                                                                .textValue()))))));
    }

    private static void logModel(Stage stage, Connection scientist, String experiment, String run, JsonNode record) {
        String model = stage.mlflow(
                        scientist,
                        "logged-models",
                        Map.of(
                                "experiment_id",
                                experiment,
                                "name",
                                "model",
                                "model_type",
                                "xgboost",
                                "source_run_id",
                                run))
                .path("model")
                .path("info")
                .path("model_id")
                .textValue();
        stage.keep("model", model);
        String root = FILES + "%s/models/%s/artifacts/".formatted(experiment, model);
        put(scientist, root + "MLmodel", description(record, model, run, stage.file("model.json")));
        for (String name : List.of("model.json", "requirements.txt", "reason-codes.json", "decision-policy.json")) {
            put(scientist, root + name, bytes(stage.file(name)));
        }
        HttpResponse<byte[]> ready = scientist.send(
                "PATCH",
                "/api/2.0/mlflow/logged-models/" + model,
                Json.bytes(Map.of("model_id", model, "status", "LOGGED_MODEL_READY")),
                "application/json");
        stage.expect(ready.statusCode() == 200, "model %s is complete".formatted(model.substring(0, 12)));
        stage.mlflow(
                scientist,
                "runs/outputs",
                Map.of("run_id", run, "models", List.of(Map.of("model_id", model, "step", 0))));
    }

    /** What MLflow's own {@code log_model} writes beside a model, shortened to what a reader needs. */
    private static byte[] description(JsonNode record, String model, String run, Path booster) {
        return """
                artifact_path: %s
                flavors:
                  xgboost:
                    code: null
                    data: model.json
                    model_class: xgboost.core.Booster
                    model_format: json
                    xgb_version: %s
                model_id: %s
                run_id: %s
                signature:
                  inputs: '%s'
                  outputs: '[{"type": "float", "required": true}]'
                  params: null
                """.formatted(model, record.path("environment").path("xgboost").textValue(), model, run, inputs(booster))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Columns the model takes, as a signature of MLflow names them. */
    private static String inputs(Path booster) {
        JsonNode learner = Json.read(booster).path("learner");
        var columns = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < learner.path("feature_names").size(); i++) {
            var column = new LinkedHashMap<String, Object>();
            column.put(
                    "type",
                    switch (learner.path("feature_types").path(i).asText()) {
                        case "c" -> "string";
                        case "int" -> "long";
                        default -> "double";
                    });
            column.put("name", learner.path("feature_names").path(i).asText());
            column.put("required", true);
            columns.add(column);
        }
        return new String(Json.bytes(columns), StandardCharsets.UTF_8);
    }

    private static List<Map<String, String>> pairs(JsonNode object) {
        return object.properties().stream()
                .map(entry ->
                        Map.of("key", entry.getKey(), "value", entry.getValue().asText()))
                .toList();
    }

    private static void put(Connection who, String path, byte[] bytes) {
        HttpResponse<byte[]> answer = who.send("PUT", path, bytes, "application/octet-stream");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(Connection.detail(answer));
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commit of the checkout the example lies in; empty outside of one. */
    private static Optional<String> commit(Path folder) {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String id = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? Optional.of(id) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // no git here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
