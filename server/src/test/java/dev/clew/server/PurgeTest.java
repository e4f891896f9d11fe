package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.verify.Verifier;
import dev.clew.server.cli.ClewCommand;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was deleted goes for good, what rests on something stays, and the log keeps every entry. */
@EveryEngine
class PurgeTest {
    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    @TempDir
    Path root;

    private TestServer server;

    @BeforeEach
    void open() {
        server = TestServer.open(root);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode mlflow(String call, String body) throws Exception {
        return expect(200, server.post("", MLFLOW + call, body)).json();
    }

    private String experiment(String name) throws Exception {
        return mlflow("experiments/create", "{\"name\": \"%s\"}".formatted(name))
                .path("experiment_id")
                .asText();
    }

    /** A run with a parameter, tags, two points and a file. */
    private String run(String experiment, String content) throws Exception {
        String id = mlflow("runs/create", "{\"experiment_id\": \"%s\", \"run_name\": \"first\"}".formatted(experiment))
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
        mlflow("runs/log-batch", """
                {"run_id": "%s", "params": [{"key": "depth", "value": "Wendehals7319"}],
                 "tags": [{"key": "team", "value": "risk"}],
                 "metrics": [{"key": "auc", "value": 0.5, "timestamp": 1, "step": 0},
                             {"key": "auc", "value": 0.75, "timestamp": 2, "step": 1}]}""".formatted(id));
        mlflow("runs/set-tag", "{\"run_id\": \"%s\", \"key\": \"team\", \"value\": \"fraud\"}".formatted(id));
        mlflow("runs/set-tag", "{\"run_id\": \"%s\", \"key\": \"gone\", \"value\": \"Wendehals7319\"}".formatted(id));
        mlflow("runs/delete-tag", "{\"run_id\": \"%s\", \"key\": \"gone\"}".formatted(id));
        expect(200, server.put("", FILES + experiment + "/" + id + "/artifacts/model/weights", content));
        return id;
    }

    private void delete(String run) throws Exception {
        mlflow("runs/delete", "{\"run_id\": \"%s\"}".formatted(run));
    }

    private String loggedModel(String experiment, String run) throws Exception {
        return mlflow("logged-models", """
                {"experiment_id": "%s", "name": "scorer", "source_run_id": "%s"}""".formatted(experiment, run))
                .path("model")
                .path("info")
                .path("model_id")
                .asText();
    }

    private void version(String model, String source, String run) throws Exception {
        server.post("", MLFLOW + "registered-models/create", "{\"name\": \"%s\"}".formatted(model));
        mlflow("model-versions/create", """
                {"name": "%s", "source": "%s"%s}""".formatted(
                        model,
                        source,
                        source.startsWith("models:/")
                                ? ", \"model_id\": \"%s\"".formatted(source.substring(8))
                                : ", \"run_id\": \"%s\"".formatted(run)));
    }

    private JsonNode purge(long olderThan, boolean dryRun) throws Exception {
        JsonNode at = expect(202, server.post("admin", "/api/clew/v1/purges", """
                {"older_than_seconds": %d, "dry_run": %s}""".formatted(olderThan, dryRun)))
                .json();
        String path = "/api/clew/v1/purges/" + at.path("purge").asText();
        while (at.path("state").asText().equals("running")) {
            at = expect(200, server.get("admin", path)).json();
        }
        assertThat(at.path("state").asText()).as(at.toString()).isEqualTo("done");
        return at;
    }

    private JsonNode purge() throws Exception {
        return purge(0, false);
    }

    private static long of(JsonNode report, String what) {
        assertThat(report.path("purged").has(what)).isTrue();
        return report.path("purged").path(what).asLong();
    }

    private List<Path> blobs() throws IOException {
        try (var files = Files.walk(root.resolve("data/blobs/sha256"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** As if everything had been stored two hours ago. */
    private void age() throws IOException {
        for (Path blob : blobs()) {
            Files.setLastModifiedTime(blob, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        }
    }

    private JsonNode entries(String run) throws Exception {
        return expect(200, server.get("", "/api/clew/v1/ledger/entries?limit=100&resource=run:" + run))
                .json()
                .path("items");
    }

    private void isClean() {
        var arguments =
                new ArrayList<>(List.of("fsck", "--state", root.resolve("data").toString()));
        TestDatabase.settings(root).forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of("--set", "ledger.anchor_file=" + root.resolve("anchor")));
        assertThat(ClewCommand.run(arguments.toArray(String[]::new))).as("fsck").isZero();
    }

    private static List<String> acts(JsonNode entries) {
        var acts = new ArrayList<String>();
        entries.forEach(entry -> acts.add(entry.path("act").asText()));
        return acts;
    }

    @Test
    void aDeletedRunGoesWithAllItHeldAndItsEntriesStay() throws Exception {
        String experiment = experiment("first");
        String run = run(experiment, "weights");
        String other = run(experiment, "others");
        JsonNode before = entries(run);
        String policy = server.get("", "/ledger/policy").text();
        long created = before.path(before.size() - 1).path("seq").asLong();
        String proof = proof(created);
        delete(run);
        age();

        JsonNode planned = purge(0, true);
        assertThat(of(planned, "runs")).isEqualTo(1);
        assertThat(of(planned, "points")).isEqualTo(2);
        assertThat(of(planned, "blobs")).isZero();
        assertThat(entries(run)).hasSize(before.size() + 1);
        assertThat(of(purge(3_600, false), "runs")).as("deleted an hour ago").isZero();

        JsonNode done = purge();
        assertThat(of(done, "runs")).isEqualTo(1);
        assertThat(of(done, "points")).isEqualTo(2);
        assertThat(of(done, "files")).isEqualTo(1);
        assertThat(of(done, "blobs")).isEqualTo(1);
        assertThat(blobs()).hasSize(1);
        assertThat(server.get("", MLFLOW + "runs/get?run_id=" + run).status()).isEqualTo(404);
        assertThat(server.post("", MLFLOW + "runs/restore", "{\"run_id\": \"%s\"}".formatted(run))
                        .status())
                .isEqualTo(404);
        assertThat(server.post("", MLFLOW + "runs/log-metric", """
                        {"run_id": "%s", "key": "auc", "value": 1, "timestamp": 3}""".formatted(run))
                        .status())
                .isEqualTo(404);
        assertThat(server.get("", "/get-artifact?run_id=%s&path=model/weights".formatted(run))
                        .status())
                .isEqualTo(404);

        JsonNode after = entries(run);
        assertThat(acts(after)).startsWith("run.purge", "run.delete").endsWith("run.create");
        assertThat(after).hasSize(before.size() + 2);
        for (JsonNode entry : after) {
            String changes = server.get(
                            "",
                            "/api/clew/v1/ledger/entries/%d/changes"
                                    .formatted(entry.path("seq").asLong()))
                    .text();
            assertThat(changes).doesNotContain("Wendehals7319");
        }
        verifies(proof, policy);
        verifies(proof(created), policy);
        assertThat(mlflow(
                                "runs/search",
                                "{\"experiment_ids\": [\"%s\"], \"run_view_type\": \"ALL\"}".formatted(experiment))
                        .path("runs"))
                .hasSize(1);
        assertThat(server.get("", "/get-artifact?run_id=%s&path=model/weights".formatted(other))
                        .text())
                .isEqualTo("others");
        assertThat(of(purge(), "runs")).as("again").isZero();
        isClean();
    }

    private String proof(long seq) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            var answer = server.get("admin", "/api/clew/v1/ledger/proof?index=" + seq);
            if (answer.status() == 200) {
                return answer.text();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError("not signed after 20 s");
    }

    private void verifies(String bundle, String policy) throws IOException {
        Path file = Files.writeString(root.resolve("bundle"), bundle);
        Path trust = Files.writeString(root.resolve("trust"), policy);
        assertThat(Verifier.verifyFile(file, Optional.of(trust), Optional.empty())
                        .exitCode())
                .isZero();
    }

    @Test
    void aRunStaysWhileAVersionRestsOnItOrOnAModelItMade() throws Exception {
        String experiment = experiment("first");
        String direct = run(experiment, "a");
        String indirect = run(experiment, "b");
        String model = loggedModel(experiment, indirect);
        // What is registered is not deleted; so these were before.
        delete(direct);
        delete(indirect);
        version("credit", "runs:/%s/model".formatted(direct), direct);
        version("scores", "models:/" + model, "");
        expect(200, server.delete("", MLFLOW + "logged-models/" + model));
        age();

        JsonNode report = purge();
        assertThat(of(report, "runs")).isZero();
        assertThat(report.path("kept_count").asLong()).isEqualTo(3);
        for (JsonNode kept : report.path("kept")) {
            assertThat(kept.path("why").asText()).contains("model version").contains("/1");
            assertThat(kept.path("remedy").asText()).isEqualTo("Delete the model version, then run the purge again.");
        }
        assertThat(blobs()).hasSize(2);

        for (String name : List.of("credit", "scores")) {
            expect(
                    200,
                    server.send(
                            "",
                            "DELETE",
                            MLFLOW + "model-versions/delete",
                            "{\"name\": \"%s\", \"version\": \"1\"}".formatted(name),
                            "application/json"));
        }
        JsonNode then = purge();
        assertThat(of(then, "runs")).as(then.toString()).isEqualTo(2);
        assertThat(of(then, "logged_models")).isEqualTo(1);
        assertThat(blobs()).isEmpty();
        isClean();
    }

    @Test
    void aRunStaysWhenAVersionOfItWasEverDeployed() throws Exception {
        String experiment = experiment("first");
        String run = run(experiment, "a");
        version("credit", "runs:/%s/model".formatted(run), run);
        String deployment = expect(201, server.post("", "/api/clew/v1/deployments", """
                {"endpoint": "scores", "model": "credit", "version": 1, "tier": "staging",
                 "reason": {"text": "try the first version"}}"""))
                .json()
                .path("deployment")
                .path("id")
                .asText();
        expect(201, server.post("", "/api/clew/v1/decisions", """
                {"features": {"age": 30}, "outcome": "denied", "deployment": "%s"}""".formatted(deployment)));
        expect(
                200,
                server.post(
                        "",
                        "/api/clew/v1/deployments/%s/end".formatted(deployment),
                        "{\"reason\": {\"text\": \"the trial is over\"}}"));
        expect(
                200,
                server.send(
                        "",
                        "DELETE",
                        MLFLOW + "model-versions/delete",
                        "{\"name\": \"credit\", \"version\": \"1\"}",
                        "application/json"));
        delete(run);
        age();
        JsonNode report = purge();
        assertThat(of(report, "runs")).isZero();
        JsonNode kept = report.path("kept").path(0);
        assertThat(kept.path("id").asText()).isEqualTo(run);
        assertThat(kept.path("why").asText()).contains("deployment");
        assertThat(kept.path("remedy").asText()).contains("evidence");
        assertThat(blobs()).hasSize(1);
        isClean();
    }

    @Test
    void aRunStaysWhenAVersionOfItWasApproved() throws Exception {
        String experiment = experiment("first");
        String run = run(experiment, "a");
        version("credit", "runs:/%s/model".formatted(run), run);
        String approval = expect(201, server.post("", "/api/clew/v1/approvals", """
                {"model": "credit", "version": 1, "reason": {"code": "promotion", "text": "better on the holdout"}}"""))
                .json()
                .at("/approval/id")
                .textValue();
        expect(200, server.post("", "/api/clew/v1/approvals/%s/votes".formatted(approval), """
                {"vote": "grant", "reason": {"code": "promotion", "text": "seen and compared"}}"""));
        expect(
                200,
                server.send(
                        "",
                        "DELETE",
                        MLFLOW + "model-versions/delete",
                        "{\"name\": \"credit\", \"version\": \"1\"}",
                        "application/json"));
        delete(run);
        age();
        for (boolean dryRun : List.of(true, false)) {
            JsonNode report = purge(0, dryRun);
            assertThat(of(report, "runs")).isZero();
            assertThat(report.path("kept").path(0).path("why").asText()).contains("approval");
        }
        assertThat(mlflow("runs/get?run_id=" + run)
                        .at("/run/info/lifecycle_stage")
                        .asText())
                .isEqualTo("deleted");
        isClean();
    }

    @Test
    void aDeletedExperimentGoesWithRunsModelsAndTracesAndItsNameIsFree() throws Exception {
        String experiment = experiment("first");
        String run = run(experiment, "a");
        loggedModel(experiment, run);
        String trace = "tr-" + "ab".repeat(16);
        expect(200, server.post("", "/api/3.0/mlflow/traces", """
                {"trace": {"trace_info": {"trace_id": "%s", "request_time": "2026-01-01T00:00:00Z", "state": "OK",
                 "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "%s"}}}}}""".formatted(trace, experiment)));
        mlflow(
                "experiments/set-experiment-tag",
                "{\"experiment_id\": \"%s\", \"key\": \"k\", \"value\": \"v\"}".formatted(experiment));
        mlflow("experiments/delete", "{\"experiment_id\": \"%s\"}".formatted(experiment));
        age();
        JsonNode planned = purge(0, true);
        JsonNode done = purge();
        for (String what : List.of("runs", "logged_models", "experiments", "traces")) {
            assertThat(of(planned, what)).as(what).isEqualTo(1);
            assertThat(of(done, what)).as(what).isEqualTo(1);
        }
        assertThat(server.get("", MLFLOW + "experiments/get?experiment_id=" + experiment)
                        .status())
                .isEqualTo(404);
        assertThat(experiment("first")).isNotEqualTo(experiment);
        assertThat(blobs()).isEmpty();
        isClean();
    }

    @Test
    void anExperimentStaysWithTheRunThatStays() throws Exception {
        String experiment = experiment("first");
        String kept = run(experiment, "a");
        String gone = run(experiment, "b");
        version("credit", "runs:/%s/model".formatted(kept), kept);
        mlflow("experiments/delete", "{\"experiment_id\": \"%s\"}".formatted(experiment));
        JsonNode report = purge();
        assertThat(of(report, "runs")).isEqualTo(1);
        assertThat(of(report, "experiments")).isZero();
        assertThat(report.path("kept").path(1).path("kind").asText()).isEqualTo("experiment");
        mlflow("experiments/restore", "{\"experiment_id\": \"%s\"}".formatted(experiment));
        assertThat(mlflow("runs/get?run_id=" + kept).path("run").path("data").path("metrics"))
                .hasSize(1);
        assertThat(server.get("", MLFLOW + "runs/get?run_id=" + gone).status()).isEqualTo(404);
    }

    private JsonNode mlflow(String call) throws Exception {
        return expect(200, server.get("", MLFLOW + call)).json();
    }

    @Test
    void bytesStayWhileAnotherRunNamesThemAndWhenTheyWereStoredLately() throws Exception {
        String experiment = experiment("first");
        String first = run(experiment, "same");
        String second = run(experiment, "same");
        delete(first);
        age();
        assertThat(of(purge(), "blobs")).isZero();
        assertThat(server.get("", "/get-artifact?run_id=%s&path=model/weights".formatted(second))
                        .text())
                .isEqualTo("same");
        delete(second);
        Files.setLastModifiedTime(blobs().getFirst(), FileTime.from(Instant.now()));
        assertThat(of(purge(), "blobs")).as("stored just now").isZero();
        age();
        assertThat(of(purge(), "blobs")).isEqualTo(1);
        assertThat(run(experiment, "same")).as("stored again").isNotEmpty();
        assertThat(blobs()).hasSize(1);
        isClean();
    }

    @Test
    void aReplacedFileOfARunThatIsThereKeepsItsEarlierBytes() throws Exception {
        String experiment = experiment("first");
        String run = run(experiment, "before");
        expect(200, server.put("", FILES + experiment + "/" + run + "/artifacts/model/weights", "after"));
        age();
        assertThat(of(purge(), "blobs")).isZero();
        delete(run);
        assertThat(of(purge(), "blobs")).isEqualTo(2);
        isClean();
    }

    @Test
    void whatIsPurgedStaysPurgedInACopy() throws Exception {
        if (TestDatabase.isPostgres()) {
            return; // copied by its own tools
        }
        String experiment = experiment("first");
        String gone = run(experiment, "a");
        String kept = run(experiment, "b");
        delete(gone);
        age();
        assertThat(of(purge(), "blobs")).isEqualTo(1);
        Path data = root.resolve("data");
        Path archive = root.resolve("archive");
        Path copy = Files.createDirectories(root.resolve("copy"));
        assertThat(ClewCommand.run("backup", data.toString(), archive.toString()))
                .isZero();
        assertThat(ClewCommand.run(
                        "restore",
                        archive.toString(),
                        copy.resolve("data").toString(),
                        "--keys",
                        root.resolve("archive.keys").toString(),
                        "--root-key",
                        data.resolve("keys/root.key").toString(),
                        "--erasures",
                        root.resolve("anchor.erasures").toString(),
                        "--set",
                        "ledger.anchor_file=" + copy.resolve("anchor")))
                .isZero();
        try (var restored = TestServer.open(copy)) {
            assertThat(restored.get("", MLFLOW + "runs/get?run_id=" + gone).status())
                    .isEqualTo(404);
            assertThat(restored.get("", "/get-artifact?run_id=%s&path=model/weights".formatted(kept))
                            .text())
                    .isEqualTo("b");
        }
        assertThat(ClewCommand.run(
                        "fsck",
                        "--state",
                        copy.resolve("data").toString(),
                        "--set",
                        "ledger.anchor_file=" + copy.resolve("anchor")))
                .isZero();
    }

    @Test
    void theCommandTellsWhatItDid() throws Exception {
        String experiment = experiment("first");
        delete(run(experiment, "a"));
        assertThat(ClewCommand.run("gc", "--data", root.resolve("data").toString(), "--older-than", "nonsense"))
                .isEqualTo(3);
        assertThat(ClewCommand.run("gc", "--data", root.resolve("data").toString(), "--dry-run", "--older-than", "0s"))
                .isZero();
        assertThat(ClewCommand.run("gc", "--data", root.resolve("data").toString()))
                .isZero();
        assertThat(mlflow(
                                "runs/search",
                                "{\"experiment_ids\": [\"%s\"], \"run_view_type\": \"DELETED_ONLY\"}"
                                        .formatted(experiment))
                        .path("runs"))
                .as("younger than 30 days")
                .hasSize(1);
        assertThat(ClewCommand.run("gc", "--data", root.resolve("data").toString(), "--older-than", "0s", "--json"))
                .isZero();
        assertThat(mlflow(
                                "runs/search",
                                "{\"experiment_ids\": [\"%s\"], \"run_view_type\": \"ALL\"}".formatted(experiment))
                        .path("runs"))
                .isEmpty();
    }
}
