package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.mlflow.MlflowExport;
import dev.clew.server.cli.mlflow.MlflowImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a store of MLflow 3.17.2 held, moved in and out again, to a second server that speaks MLflow's interface.
 * {@code e2e/mlflow/move/exported.py} compares an export to a server of MLflow itself, answer by answer.
 */
class MlflowExportTest {
    private static final String MLFLOW = "/api/2.0/mlflow/";

    @TempDir
    Path root;

    private TestServer source;
    private TestServer target;

    @BeforeEach
    void open() throws IOException {
        source = TestServer.open(Files.createDirectories(root.resolve("source")));
        target = TestServer.open(Files.createDirectories(root.resolve("target")));
        Path store = root.resolve("store.db");
        try (var in = new GZIPInputStream(
                Objects.requireNonNull(MlflowExportTest.class.getResourceAsStream("/mlflow/store-3.17.2.db.gz")))) {
            Files.copy(in, store);
        }
        new MlflowImport("sqlite:///" + store, List.of(), "default", true, Map.of())
                .run(Connection.to(source.url()), _ -> {});
    }

    @AfterEach
    void close() {
        source.close();
        target.close();
    }

    private ObjectNode export(Set<String> experiments, LongConsumer progress) {
        return new MlflowExport(target.url(), experiments, true, Map.of()).run(Connection.to(source.url()), progress);
    }

    private ObjectNode export() {
        return export(Set.of(), _ -> {});
    }

    private static void isWhole(JsonNode report) {
        assertThat(report.path("complete").asBoolean()).as(report.toString()).isTrue();
        for (var count : report.path("counts").properties()) {
            assertThat(count.getValue().path("there").asLong())
                    .as(count.getKey())
                    .isEqualTo(count.getValue().path("source").asLong());
        }
    }

    private static JsonNode runs(TestServer server, String experiment) throws Exception {
        String id = TestServer.expect(
                        200, server.get("", MLFLOW + "experiments/get-by-name?experiment_name=" + experiment))
                .json()
                .path("experiment")
                .path("experiment_id")
                .asText();
        return TestServer.expect(200, server.post("", MLFLOW + "runs/search", """
                        {"experiment_ids": ["%s"], "run_view_type": "ALL", "order_by": ["attributes.run_name"]}""".formatted(id)))
                .json()
                .path("runs");
    }

    private static JsonNode run(TestServer server, String name) throws Exception {
        for (JsonNode run : runs(server, "first")) {
            if (run.path("info").path("run_name").asText().equals(name)) {
                return run;
            }
        }
        throw new AssertionError("no run " + name);
    }

    private static String tag(JsonNode run, String key) {
        for (JsonNode tag : run.path("data").path("tags")) {
            if (tag.path("key").asText().equals(key)) {
                return tag.path("value").asText();
            }
        }
        return "";
    }

    @Test
    void everythingGoesOutAndTheSecondTimeNothingIsLeftToDo() throws Exception {
        Path file = Files.createDirectories(root.resolve("files")).resolve("notes");
        Files.writeString(file, "hello");
        JsonNode parent = run(source, "parent");
        String id = parent.path("info").path("run_id").asText();
        TestServer.expect(
                200,
                source.put(
                        "",
                        "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/deep/notes"
                                .formatted(
                                        parent.path("info")
                                                .path("experiment_id")
                                                .asText(),
                                        id),
                        "hello"));
        JsonNode report = export();
        isWhole(report);
        assertThat(report.path("runs").path("created").asLong()).isEqualTo(5);
        assertThat(report.path("counts").path("points").path("there").asLong()).isEqualTo(2_511);
        assertThat(report.path("limits").toString()).contains("Approvals").contains("ledger");

        JsonNode there = run(target, "parent");
        String idThere = there.path("info").path("run_id").asText();
        assertThat(tag(there, "clew.source_run_id")).isEqualTo(id);
        assertThat(there.path("info").path("end_time").asLong()).isEqualTo(1_700_000_100_000L);
        assertThat(tag(run(target, "child"), "mlflow.parentRunId")).isEqualTo(idThere);
        assertThat(run(target, "deleted").path("info").path("lifecycle_stage").asText())
                .isEqualTo("deleted");
        assertThat(target.get("", "/get-artifact?run_id=%s&path=deep/notes".formatted(idThere))
                        .text())
                .isEqualTo("hello");
        JsonNode versions = TestServer.expect(
                        200, target.get("", MLFLOW + "model-versions/search?filter=name%20%3D%20'credit'"))
                .json()
                .path("model_versions");
        assertThat(versions).hasSize(2);
        assertThat(versions.toString()).contains("\"3\"").contains("\"1\"");

        JsonNode again = export();
        isWhole(again);
        assertThat(again.path("runs").path("unchanged").asLong()).isEqualTo(5);
        assertThat(again.path("runs").path("created").asLong()).isZero();
    }

    @Test
    void aVersionOfALoggedModelNamesTheOneThatStandsForIt() throws Exception {
        String experiment =
                run(source, "parent").path("info").path("experiment_id").asText();
        String model = TestServer.expect(
                        200, source.post("", MLFLOW + "logged-models/search", """
                        {"experiment_ids": ["%s"]}""".formatted(experiment)))
                .json()
                .path("models")
                .path(0)
                .path("info")
                .path("model_id")
                .asText();
        TestServer.expect(200, source.post("", MLFLOW + "model-versions/create", """
                {"name": "empty model", "source": "models:/%1$s", "model_id": "%1$s"}""".formatted(model)));
        isWhole(export());
    }

    @Test
    void whatWasAddedHereIsAddedThere() throws Exception {
        export();
        String id = run(source, "child").path("info").path("run_id").asText();
        TestServer.expect(200, source.post("", MLFLOW + "runs/log-batch", """
                {"run_id": "%s", "params": [{"key": "late", "value": "1"}],
                 "metrics": [{"key": "m", "value": "NaN", "timestamp": 1700000070000, "step": 2}]}""".formatted(id)));
        TestServer.expect(
                200,
                source.post(
                        "",
                        MLFLOW + "runs/restore",
                        "{\"run_id\": \"%s\"}"
                                .formatted(run(source, "deleted")
                                        .path("info")
                                        .path("run_id")
                                        .asText())));
        JsonNode report = export();
        isWhole(report);
        assertThat(report.path("runs").path("extended").asLong()).isEqualTo(1);
        assertThat(run(target, "child").path("data").path("params").toString()).contains("late");
    }

    @Test
    void anExportThatStopsInTheMiddleIsGoneOnWithAndMakesNothingTwice() throws Exception {
        for (long stop = 1; stop <= 5; stop++) {
            long at = stop;
            assertThatThrownBy(() -> export(Set.of(), done -> {
                        if (done == at) {
                            throw new IllegalStateException("stopped");
                        }
                    }))
                    .hasMessage("stopped");
        }
        isWhole(export());
        assertThat(runs(target, "first")).hasSize(3);
        assertThat(runs(target, "gone")).hasSize(1);
    }

    @Test
    void oneExperimentAloneGoesWithoutTheRegistry() throws Exception {
        JsonNode report = export(Set.of("first"), _ -> {});
        isWhole(report);
        assertThat(report.path("counts").path("experiments").path("there").asLong())
                .isEqualTo(1);
        assertThat(report.path("counts").path("versions").path("source").asLong())
                .isZero();
        assertThat(target.get("", MLFLOW + "experiments/get-by-name?experiment_name=gone")
                        .status())
                .isEqualTo(404);
    }
}
