package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who changed what, from what to what and why, of things that MLflow's clients change. */
@EveryEngine
class MlflowHistoryTest {
    @TempDir
    Path directory;

    private MlflowFixture mlflow;
    private String experiment;
    private String run;

    @BeforeEach
    void open() throws Exception {
        mlflow = new MlflowFixture(directory);
        experiment = mlflow.experiment("demo");
        run = mlflow.runId(experiment, "first");
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private List<String> history(String of, String... query) throws Exception {
        var told = new ArrayList<String>();
        for (JsonNode change :
                mlflow.get("/api/clew/v1/" + of + "/history", query).ok().path("items")) {
            assertThat(change.path("who").asText()).isEqualTo("usr:local");
            assertThat(change.path("at").asText()).endsWith("Z");
            String why = change.path("reason").asText("");
            told.add("%s: %s → %s%s"
                    .formatted(
                            change.path("what").asText(),
                            change.path("from").asText("–"),
                            change.path("to").asText("–"),
                            why.isEmpty() || why.equals("null")
                                    ? ""
                                    : " (%s; %s)".formatted(change.path("why").asText(), why)));
        }
        return told;
    }

    private void tag(String key, String value, String... headers) throws Exception {
        mlflow.send(
                        "POST",
                        "runs/set-tag",
                        MlflowFixture.object()
                                .put("run_id", run)
                                .put("key", key)
                                .put("value", value)
                                .toString(),
                        headers)
                .written();
    }

    @Test
    void aRunTellsWhatHappenedToIt() throws Exception {
        tag("team", "risk");
        tag("team", "credit", "X-Clew-Reason", "fix; wrong team");
        mlflow.post("runs/log-parameter", "{\"run_id\": \"%s\", \"key\": \"depth\", \"value\": \"6\"}".formatted(run))
                .written();
        mlflow.post("runs/update", "{\"run_id\": \"%s\", \"status\": \"FINISHED\", \"end_time\": 9}".formatted(run))
                .written();
        mlflow.post("runs/delete-tag", "{\"run_id\": \"%s\", \"key\": \"team\"}".formatted(run))
                .written();
        mlflow.post("runs/delete", "{\"run_id\": \"%s\"}".formatted(run)).written();
        mlflow.post("runs/restore", "{\"run_id\": \"%s\"}".formatted(run)).written();
        assertThat(history("runs/" + run))
                .containsExactly(
                        "deleted: true → false",
                        "deleted: false → true",
                        "tag team: credit → –",
                        "status: RUNNING → FINISHED",
                        "param depth: – → 6",
                        "tag team: risk → credit (fix; wrong team)",
                        "tag team: – → risk",
                        "name: – → first",
                        "status: – → RUNNING",
                        "tag mlflow.runName: – → first");
        JsonNode page = mlflow.get("/api/clew/v1/runs/" + run + "/history", "limit", "2")
                .ok();
        assertThat(page.path("items")).hasSize(2);
        assertThat(history(
                        "runs/" + run,
                        "limit",
                        "2",
                        "cursor",
                        page.path("cursor").asText()))
                .containsExactly("tag team: credit → –", "status: RUNNING → FINISHED");
        assertThat(mlflow.get("/api/clew/v1/runs/" + "0".repeat(32) + "/history")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anExperimentTellsWhatHappenedToIt() throws Exception {
        mlflow.post(
                        "experiments/set-experiment-tag",
                        "{\"experiment_id\": \"%s\", \"key\": \"a\", \"value\": \"%s\"}"
                                .formatted(experiment, "x".repeat(300)))
                .written();
        mlflow.post("experiments/update", "{\"experiment_id\": \"%s\", \"new_name\": \"better\"}".formatted(experiment))
                .written();
        mlflow.post("experiments/delete", "{\"experiment_id\": \"%s\"}".formatted(experiment))
                .written();
        assertThat(history("experiments/" + experiment))
                .containsExactly(
                        "deleted: false → true",
                        "name: demo → better",
                        "tag a: – → " + "x".repeat(300),
                        "name: – → demo");
        assertThat(mlflow.get("/api/clew/v1/experiments/x/history").status()).isEqualTo(404);
    }

    @Test
    void aTagOfTheCallIsItsReasonAndNoTag() throws Exception {
        String why = "{\"key\": \"clew.reason\", \"value\": \"promotion; better recall\"}";
        mlflow.post(
                        "runs/log-batch",
                        "{\"run_id\": \"%s\", \"tags\": [{\"key\": \"team\", \"value\": \"risk\"}, %s]}"
                                .formatted(run, why))
                .written();
        mlflow.post("runs/update", "{\"run_id\": \"%s\", \"status\": \"FINISHED\", \"tags\": [%s]}".formatted(run, why))
                .written();
        assertThat(history("runs/" + run, "limit", "2"))
                .containsExactly(
                        "status: RUNNING → FINISHED (promotion; better recall)",
                        "tag team: – → risk (promotion; better recall)");
        assertThat(mlflow.get("runs/get", "run_id", run).ok().toString()).doesNotContain("clew.reason");
        mlflow.post(
                        "experiments/create",
                        "{\"name\": \"other\", \"tags\": [{\"key\": \"a\", \"value\": \"b\"}, %s]}".formatted(why))
                .written();
        assertThat(history("experiments/2"))
                .containsExactly(
                        "name: – → other (promotion; better recall)", "tag a: – → b (promotion; better recall)");
        mlflow.post("registered-models/create", "{\"name\": \"m\", \"tags\": [%s]}".formatted(why))
                .written();
        mlflow.send(
                        "PATCH",
                        "registered-models/update",
                        "{\"name\": \"m\", \"description\": \"good\", \"tags\": [%s]}".formatted(why))
                .written();
        assertThat(history("models/m"))
                .containsExactly(
                        "description:  → good (promotion; better recall)", "name: – → m (promotion; better recall)");
        // The header says more than the tag, for it is asked for before the message is read.
        mlflow.send(
                        "POST",
                        "runs/log-batch",
                        "{\"run_id\": \"%s\", \"tags\": [{\"key\": \"team\", \"value\": \"x\"}, %s]}"
                                .formatted(run, why),
                        "X-Clew-Reason",
                        "fix; typo")
                .written();
        assertThat(history("runs/" + run, "limit", "1")).containsExactly("tag team: risk → x (fix; typo)");
    }

    @Test
    void aReasonAloneChangesNothing() throws Exception {
        String refused =
                "\"clew.reason\" is no key of its own: it is the reason of a change. Send it among the tags of the call that makes the change, or as the header X-Clew-Reason.";
        mlflow.post("runs/set-tag", "{\"run_id\": \"%s\", \"key\": \"clew.reason\", \"value\": \"x\"}".formatted(run))
                .isInvalid(refused);
        mlflow.post(
                        "experiments/set-experiment-tag",
                        "{\"experiment_id\": \"%s\", \"key\": \"clew.reason\", \"value\": \"x\"}".formatted(experiment))
                .isInvalid(refused);
        String batch = "{\"run_id\": \"%s\", \"tags\": [{\"key\": \"clew.reason\", \"value\": \"x\"}]}".formatted(run);
        assertThat(mlflow.post("runs/log-batch", batch).header("Clew-Seq")).isEmpty();
        mlflow.post(
                        "runs/log-batch",
                        "{\"run_id\": \"%s\", \"tags\": [{\"key\": \"a\", \"value\": \"b\"}, {\"key\": \"clew.reason\", \"value\": \"%s\"}]}"
                                .formatted(run, "x".repeat(8_193)))
                .isInvalid("The reason has 8193 characters; at most 8192 are kept. Shorten it.");
    }
}
