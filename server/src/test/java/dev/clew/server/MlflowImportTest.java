package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.mlflow.MlflowImport;
import dev.clew.server.common.ClewException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that the client of MLflow 3.17.2 wrote ({@code e2e/mlflow/move/fill.py}), moved in. {@code e2e/mlflow/move/compare.py} compares
 * them, and a running server of MLflow, answer by answer.
 */
class MlflowImportTest {
    @TempDir
    Path root;

    private TestServer server;
    private Path sqlite;
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        server = TestServer.open(root);
        sqlite = root.resolve("store.db");
        try (var in = new GZIPInputStream(resource("store-3.17.2.db.gz"))) {
            Files.copy(in, sqlite);
        }
        try (var in = new ZipInputStream(resource("files-3.17.2.zip"))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = root.resolve(entry.getName());
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.copy(in, file);
            }
        }
        folder = root.resolve("mlruns");
    }

    private static java.io.InputStream resource(String name) {
        return Objects.requireNonNull(MlflowImportTest.class.getResourceAsStream("/mlflow/" + name));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private ObjectNode move(String from) {
        return new MlflowImport(from, List.of(), "default", true, Map.of()).run(Connection.to(server.url()), _ -> {});
    }

    private JsonNode get(String path) throws Exception {
        return TestServer.expect(200, server.get("", path)).json();
    }

    private long entries() throws Exception {
        return get("/api/clew/v1/ledger/entries?limit=1000").path("items").size();
    }

    private JsonNode runs(String name) throws Exception {
        String id = get("/api/2.0/mlflow/experiments/get-by-name?experiment_name=" + name)
                .path("experiment")
                .path("experiment_id")
                .asText();
        return TestServer.expect(200, server.post("", "/api/2.0/mlflow/runs/search", """
                        {"experiment_ids": ["%s"], "run_view_type": "ALL", "order_by": ["attributes.start_time"]}""".formatted(id)))
                .json()
                .path("runs");
    }

    private JsonNode run(String experiment, String name) throws Exception {
        return StreamSupport.stream(runs(experiment).spliterator(), false)
                .filter(run -> run.path("info").path("run_name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStoreComesWholeWithItsIdsTimesAndAuthors() throws Exception {
        ObjectNode report = move("sqlite:///" + sqlite);
        assertThat(report.path("complete").asBoolean()).as(report.toString()).isTrue();
        for (var count : report.path("counts").properties()) {
            if (!count.getKey().startsWith("file")) {
                assertThat(count.getValue().path("here").asLong())
                        .as(count.getKey())
                        .isEqualTo(count.getValue().path("source").asLong());
            }
        }
        assertThat(report.path("counts").path("points").path("here").asLong()).isEqualTo(2_511);

        JsonNode parent = run("first", "parent");
        assertThat(parent.path("info").path("user_id").asText()).isNotEmpty();
        assertThat(parent.path("info").path("start_time").asLong()).isEqualTo(1_700_000_000_000L);
        assertThat(parent.path("info").path("end_time").asLong()).isEqualTo(1_700_000_100_000L);
        assertThat(parent.path("info").path("status").asText()).isEqualTo("FINISHED");
        assertThat(parent.path("data").path("params").size()).isEqualTo(102);
        String id = parent.path("info").path("run_id").asText();
        JsonNode odd = get("/api/2.0/mlflow/metrics/get-history?metric_key=odd&run_id=" + id)
                .path("metrics");
        assertThat(StreamSupport.stream(odd.spliterator(), false)
                        .map(point -> point.path("value").asText()))
                .contains("NaN", "Infinity", "-Infinity");
        assertThat(get("/api/2.0/mlflow/metrics/get-history?metric_key=loss&run_id=" + id)
                        .path("metrics")
                        .size())
                .isEqualTo(2_500);
        assertThat(run("first", "deleted").path("info").path("lifecycle_stage").asText())
                .isEqualTo("deleted");
        assertThat(run("gone", "of gone").path("info").path("lifecycle_stage").asText())
                .isEqualTo("deleted");
        assertThat(parent.path("outputs").path("model_outputs").size()).isEqualTo(1);
        assertThat(parent.path("inputs").path("dataset_inputs").size()).isEqualTo(1);

        JsonNode credit =
                get("/api/2.0/mlflow/registered-models/get?name=credit").path("registered_model");
        assertThat(credit.path("aliases").path(0).path("version").asText()).isEqualTo("3");
        assertThat(server.get("", "/api/2.0/mlflow/model-versions/get?name=credit&version=2")
                        .status())
                .isEqualTo(404);
        // What comes next gets numbers that nothing imported has.
        assertThat(TestServer.expect(200, server.post("", "/api/2.0/mlflow/model-versions/create", """
                                        {"name": "credit", "source": "s3://bucket/x"}"""))
                        .json()
                        .path("model_version")
                        .path("version")
                        .asText())
                .isEqualTo("4");
        assertThat(TestServer.expect(200, server.post("", "/api/2.0/mlflow/experiments/create", "{\"name\": \"new\"}"))
                        .field("experiment_id"))
                .isEqualTo("3");
    }

    @Test
    void importingAgainWritesOnlyThatItWasDone() throws Exception {
        move("sqlite:///" + sqlite);
        long before = entries();
        ObjectNode again = move("sqlite:///" + sqlite);
        assertThat(again.path("complete").asBoolean()).as(again.toString()).isTrue();
        assertThat(again.path("runs").path("unchanged").asLong()).isEqualTo(5);
        assertThat(entries()).isEqualTo(before + 1);
    }

    @Test
    void whatChangedHereSinceIsNeverReplaced() throws Exception {
        move("sqlite:///" + sqlite);
        String id = run("first", "child").path("info").path("run_id").asText();
        TestServer.expect(200, server.post("", "/api/2.0/mlflow/runs/set-tag", """
                {"run_id": "%s", "key": "mlflow.parentRunId", "value": "mine"}""".formatted(id)));
        TestServer.expect(200, server.post("", "/api/2.0/mlflow/runs/log-metric", """
                {"run_id": "%s", "key": "m", "value": 9, "timestamp": 1, "step": 9}""".formatted(id)));
        ObjectNode again = move("sqlite:///" + sqlite);
        assertThat(again.path("complete").asBoolean()).isFalse();
        assertThat(again.path("differing").path(0).asText()).startsWith(id);
        JsonNode child = get("/api/2.0/mlflow/runs/get?run_id=" + id).path("run");
        assertThat(child.path("data").path("metrics").path(0).path("value").asDouble())
                .isEqualTo(9);
        assertThat(child.path("data").path("tags").toString()).contains("\"mine\"");
    }

    @Test
    void aFolderComesWithItsFilesAndWithStepsThatMlflowItselfLoses() throws Exception {
        Path metric;
        try (var found = Files.walk(folder)) {
            metric = found.filter(file -> file.endsWith("metrics/m"))
                    .filter(file -> !file.toString().contains(".trash"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(metric, "1700000000000 0.5 17 rows abc123\n1700000000001 nan 18\n1700000000002 inf\n");
        ObjectNode report = move(folder.toString());
        assertThat(report.path("complete").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.path("counts").path("files").path("here").asLong()).isEqualTo(3);
        String id = metric.getParent().getParent().getFileName().toString();
        JsonNode points = get("/api/2.0/mlflow/metrics/get-history?metric_key=m&run_id=" + id)
                .path("metrics");
        assertThat(points.path(0).path("step").asLong()).isEqualTo(17);
        assertThat(points.path(1).path("value").asText()).isEqualTo("NaN");
        assertThat(points.path(2).path("value").asText()).isEqualTo("Infinity");
        String parent = run("first", "parent").path("info").path("run_id").asText();
        assertThat(server.get("", "/get-artifact?run_id=" + parent + "&path=deep/er/notes%20%C3%BC.txt")
                        .text())
                .isEqualTo("hello");
    }

    @Test
    void aSecondStoreWithTheSameNamesIsToldApart() throws Exception {
        move("sqlite:///" + sqlite);
        ObjectNode report = move(folder.toString());
        // Its runs join the experiments of the same names; its versions are others than those that have the numbers.
        assertThat(report.path("counts").path("runs").path("here").asLong()).isEqualTo(5);
        assertThat(report.path("complete").asBoolean()).isFalse();
        assertThat(report.path("refused").toString()).contains("credit/1").contains("is another one");
        assertThat(report.path("warnings").toString()).contains("one of its name was there");
    }

    @Test
    void filesOutsideTheStoreStayWhereTheyAre() throws Exception {
        Path secret = root.resolve("elsewhere/secret");
        Files.createDirectories(secret.getParent());
        Files.writeString(secret, "secret");
        try (var found = Files.walk(folder)) {
            for (Path meta : found.filter(file -> file.endsWith("meta.yaml")).toList()) {
                Path artifacts = meta.resolveSibling("artifacts");
                if (Files.isDirectory(artifacts)) {
                    Files.createSymbolicLink(artifacts.resolve("link"), secret);
                    try (var files = Files.walk(artifacts)) {
                        for (Path file : files.filter(Files::isRegularFile).toList()) {
                            Files.delete(file);
                        }
                    }
                    if (!Files.exists(artifacts.resolve("link"), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                        Files.createSymbolicLink(artifacts.resolve("link"), secret);
                    }
                }
            }
        }
        ObjectNode report = move(folder.toString());
        assertThat(report.path("counts").path("files").path("source").asLong()).isZero();
    }

    @Test
    void aDryRunCountsAndChangesNothing() throws Exception {
        long before = entries();
        ObjectNode counted = new MlflowImport("sqlite:///" + sqlite, List.of(), "default", true, Map.of()).count();
        assertThat(counted.path("counts").path("points").path("source").asLong())
                .isEqualTo(2_511);
        assertThat(entries()).isEqualTo(before);
    }

    @Test
    void whatIsNoStoreIsSaidClearlyAndWithoutItsPassword() throws Exception {
        Path other = root.resolve("other.db");
        Files.writeString(other, "no database");
        assertThatThrownBy(() -> move("sqlite:///" + root.resolve("none.db")))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("There is no file");
        assertThatThrownBy(() -> move("sqlite:///" + other))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> move(root.resolve("data").toString()))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("no file store");
        assertThatThrownBy(() -> move("postgresql://me:hunter2@127.0.0.1:1/none"))
                .isInstanceOf(ClewException.class)
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> move("http://me:hunter2@127.0.0.1:1"))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("does not answer")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void recordsThatCannotBeTakenAreRefusedOneByOne() throws Exception {
        JsonNode taken = TestServer.expect(200, server.post("", "/api/clew/v1/imports/runs", """
                {"runs": [
                  {"run_id": "short", "experiment_id": "0", "status": "FINISHED"},
                  {"run_id": "0123456789abcdef0123456789abcdef", "experiment_id": "99", "status": "FINISHED"},
                  {"run_id": "0123456789abcdef0123456789abcdee", "experiment_id": "0", "status": "FINISHED", "location": "file:///etc"},
                  {"run_id": "0123456789abcdef0123456789abcded", "experiment_id": "0", "metrics": [["m", 1, 2, 3]]},
                  {"run_id": "0123456789abcdef0123456789abcdec", "experiment_id": "0", "status": "FINISHED", "name": "good"}]}"""))
                .json();
        assertThat(taken.path("created").asLong()).isEqualTo(1);
        assertThat(taken.path("refused").size()).isEqualTo(4);
        assertThat(taken.path("refused").toString()).doesNotContain("Exception").contains("is no id of MLflow");
    }
}
