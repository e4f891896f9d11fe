package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.storage.EveryEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowModelsTest {
    private static final String DOCS = " See the API docs for more information about request parameters.";

    private MlflowFixture mlflow;

    @BeforeEach
    void open(@TempDir Path directory) {
        mlflow = new MlflowFixture(directory, "policy.protected_aliases=champion");
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private static ObjectNode object(String... pairs) {
        var object = MlflowFixture.object();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put(pairs[i], pairs[i + 1]);
        }
        return object;
    }

    private MlflowFixture.Answered post(String path, String... pairs) throws Exception {
        return mlflow.post(path, object(pairs).toString());
    }

    private MlflowFixture.Answered send(String method, String path, String... pairs) throws Exception {
        return mlflow.send(method, path, object(pairs).toString());
    }

    private void version(String name) throws Exception {
        post("model-versions/create", "name", name, "source", "s3://bucket/" + name)
                .written();
    }

    private void model(String name) throws Exception {
        post("registered-models/create", "name", name).written();
    }

    @Test
    void answersPromptsAsRecorded() throws Exception {
        new Transcript("prompts-3.17.2.jsonl").replay(mlflow);
    }

    @Test
    void answersErrorsAsRecorded() throws Exception {
        new Transcript("registry-errors-3.17.2.jsonl").replay(mlflow);
    }

    @Test
    void answersTheRegistryAsRecorded() throws Exception {
        String experiment = mlflow.experiment("demo");
        String run = mlflow.runId(experiment, "trained");
        new Transcript("registry-3.17.2.jsonl")
                .where("d6dfccfd0ac94f2c89423d0c9a1477f8", run)
                .where("m-16e4907af18f4ff0b1574a805d6b907e", loggedModel(experiment, "source_run_id", run))
                .where("m-3c527fe4c7874a8b955c2b998b33b2e1", loggedModel(experiment))
                .replay(mlflow);
    }

    private String loggedModel(String experiment, String... more) throws Exception {
        return mlflow.post(
                        "logged-models",
                        object(more)
                                .put("experiment_id", experiment)
                                .put("name", "model")
                                .toString())
                .written()
                .at("/model/info/model_id")
                .textValue();
    }

    @Test
    void aVersionIsItsFiles() throws Exception {
        String experiment = mlflow.experiment("demo");
        String run = mlflow.runId(experiment, "trained");
        String root = "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/".formatted(experiment, run);
        mlflow.put(root + "model/MLmodel", "flavors: {}".getBytes(StandardCharsets.UTF_8));
        mlflow.put(root + "model/data/model.xgb", new byte[70]);
        mlflow.put(root + "other.txt", new byte[1]);
        model("credit");
        post("model-versions/create", "name", "credit", "source", "runs:/" + run + "/model", "run_id", run)
                .written();
        JsonNode version = mlflow.get("/api/clew/v1/models/credit/versions/1").ok();
        assertThat(version.path("files").intValue()).isEqualTo(2);
        assertThat(version.path("bytes").intValue()).isEqualTo(81);
        assertThat(mlflow.get("/model-versions/get-artifact", "name", "credit", "version", "1", "path", "MLmodel")
                        .text())
                .isEqualTo("flavors: {}");
        mlflow.get("/model-versions/get-artifact", "name", "credit", "version", "1", "path", "other.txt")
                .isMissing("No such artifact: 'other.txt'");
        mlflow.get("/model-versions/get-artifact", "name", "credit", "version", "1", "path", "../other.txt")
                .isInvalid("Invalid path");
        // The same files, registered again from the version, from the run, and after a change.
        post("model-versions/create", "name", "credit", "source", "models:/credit/1")
                .written();
        post("model-versions/create", "name", "credit", "source", "runs:/" + run + "/model", "run_id", run)
                .written();
        mlflow.put(root + "model/late", new byte[1]);
        post("model-versions/create", "name", "credit", "source", "runs:/" + run + "/model", "run_id", run)
                .written();
        var digests = new ArrayList<String>();
        for (int i = 1; i <= 4; i++) {
            digests.add(mlflow.get("/api/clew/v1/models/credit/versions/" + i)
                    .ok()
                    .path("digest")
                    .textValue());
        }
        assertThat(digests.subList(0, 3)).containsOnly(version.path("digest").textValue());
        assertThat(digests.get(3)).isNotEqualTo(digests.getFirst());
    }

    @Test
    void namesWhatIsMissing() throws Exception {
        for (String path : List.of("registered-models/create", "registered-models/rename", "model-versions/create")) {
            mlflow.post(path, "{}").isInvalid("Missing value for required parameter 'name'." + DOCS);
        }
        post("registered-models/rename", "name", "a")
                .isInvalid("Missing value for required parameter 'new_name'." + DOCS);
        post("model-versions/create", "name", "a").isInvalid("Missing value for required parameter 'source'." + DOCS);
        post("registered-models/alias", "name", "a", "version", "1")
                .isInvalid("Missing value for required parameter 'alias'." + DOCS);
        mlflow.get("model-versions/get", "name", "a")
                .isInvalid("Missing value for required parameter 'version'." + DOCS);
        mlflow.get("model-versions/get", "name", "a", "version", "x")
                .isInvalid("Parameter 'version' must be an integer, got 'x'.");
        mlflow.post("registered-models/create", "{\"name\": 7}")
                .isInvalid("Invalid value 7 for parameter 'name' supplied:  Hint: Value was of type 'int'." + DOCS);
        mlflow.post("registered-models/create", "{\"name\": \"m\", \"tags\": [{\"key\": \"a//b\", \"value\": \"\"}]}")
                .isInvalid(
                        "Invalid value \"a//b\" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'a/b'");
    }

    @Test
    void doesEverythingOnceThroughEitherPath() throws Exception {
        model("credit");
        version("credit");
        version("credit");
        assertThat(mlflow.send("GET", "/ajax-api/2.0/mlflow/registered-models/get?name=credit", null)
                        .ok()
                        .at("/registered_model/latest_versions/0/version")
                        .textValue())
                .isEqualTo("2");
        send("PATCH", "registered-models/update", "name", "credit", "description", "scores")
                .written();
        send("PATCH", "model-versions/update", "name", "credit", "version", "1", "description", "first")
                .written();
        post("registered-models/set-tag", "name", "credit", "key", "k", "value", "v")
                .written();
        post("model-versions/set-tag", "name", "credit", "version", "1", "key", "k", "value", "v")
                .written();
        post("registered-models/alias", "name", "credit", "alias", "blue", "version", "1")
                .written();
        JsonNode stage = mlflow.post("model-versions/transition-stage", """
                        {"name": "credit", "version": "2", "stage": "production", "archive_existing_versions": true}""").written();
        assertThat(stage.at("/model_version/current_stage").textValue()).isEqualTo("Production");
        JsonNode shown =
                mlflow.get("registered-models/get", "name", "credit").ok().path("registered_model");
        assertThat(shown.path("description").textValue()).isEqualTo("scores");
        assertThat(shown.path("tags").toString()).isEqualTo("[{\"key\":\"k\",\"value\":\"v\"}]");
        assertThat(shown.path("aliases").toString()).isEqualTo("[{\"alias\":\"blue\",\"version\":\"1\"}]");
        assertThat(shown.path("latest_versions").size()).isEqualTo(2);
        assertThat(mlflow.get("registered-models/get-latest-versions", "name", "credit", "stages", "Production")
                        .ok()
                        .path("model_versions")
                        .findValuesAsText("version"))
                .containsExactly("2");
        // Clients send DELETE with a body, and some with a query.
        send("DELETE", "registered-models/delete-tag", "name", "credit", "key", "k")
                .written();
        send("DELETE", "registered-models/delete-tag", "name", "credit", "key", "k")
                .ok();
        mlflow.send("DELETE", "model-versions/delete-tag?name=credit&version=1&key=k", null)
                .written();
        send("DELETE", "registered-models/alias", "name", "credit", "alias", "blue")
                .written();
        mlflow.get("registered-models/alias", "name", "credit", "alias", "blue")
                .isInvalid("Registered model alias blue not found.");
        send("DELETE", "model-versions/delete", "name", "credit", "version", "1")
                .written();
        mlflow.get("model-versions/get", "name", "credit", "version", "1")
                .isMissing("Model Version (name=credit, version=1) not found");
        send("DELETE", "registered-models/delete", "name", "credit").written();
        mlflow.get("registered-models/get", "name", "credit").isMissing("Registered Model with name=credit not found");
        post("model-versions/create", "name", "credit", "source", "s3://b")
                .isMissing("Registered Model with name=credit not found");
    }

    @Test
    void searchesPageByPageByGetAndPost() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            model(name);
            version(name);
        }
        assertThat(mlflow.post("registered-models/search", "{\"max_results\": \"2\"}")
                        .ok()
                        .path("registered_models")
                        .findValuesAsText("name"))
                .contains("a", "b")
                .doesNotContain("c");
        var names = new ArrayList<String>();
        String token = "";
        do {
            JsonNode page = mlflow.get(
                            "model-versions/search", "max_results", "2", "order_by", "name DESC", "page_token", token)
                    .ok();
            page.path("model_versions")
                    .forEach(each -> names.add(each.path("name").textValue()));
            token = page.path("next_page_token").asText("");
        } while (!token.isEmpty());
        assertThat(names).containsExactly("c", "b", "a");
        mlflow.get("registered-models/search", "max_results", "1001")
                .isInvalid(
                        "Invalid value \"1001\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'."
                                + DOCS);
        mlflow.get("model-versions/search", "max_results", "200001")
                .isInvalid(
                        "Invalid value \"200001\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'."
                                + DOCS);
        assertThat(mlflow.get("registered-models/search", "filter", "owner = 'x'")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void saysHowToMoveAProtectedAlias() throws Exception {
        model("credit");
        version("credit");
        var refused = post("registered-models/alias", "name", "credit", "alias", "champion", "version", "1");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("error_code").textValue()).isEqualTo("PERMISSION_DENIED");
        assertThat(refused.json().path("message").textValue()).contains("/api/clew/v1/approvals");
        post("registered-models/alias", "name", "credit", "alias", "other", "version", "1")
                .written();
    }

    @Test
    void tellsWhoChangedWhatAndWhy() throws Exception {
        model("credit");
        mlflow.send(
                        "PATCH",
                        "registered-models/update",
                        object("name", "credit", "description", "scores").toString(),
                        "X-Clew-Reason",
                        "fix; the card was empty")
                .written();
        JsonNode history = mlflow.get("/api/clew/v1/models/credit/history").ok();
        assertThat(history.path("items").findValuesAsText("what")).containsExactly("description", "name");
        JsonNode change = history.at("/items/0");
        assertThat(change.path("to").textValue()).isEqualTo("scores");
        assertThat(change.path("why").textValue()).isEqualTo("fix");
        assertThat(change.path("reason").textValue()).isEqualTo("the card was empty");
        assertThat(change.path("who").textValue()).isEqualTo("usr:local");
        version("credit");
        JsonNode version = mlflow.get("/api/clew/v1/models/credit/versions/1").ok();
        assertThat(version.path("digest").textValue()).matches("[0-9a-f]{64}");
        assertThat(version.path("contributors").toString()).isEqualTo("[\"usr:local\"]");
        assertThat(mlflow.get("/api/clew/v1/models/credit/versions/1/history")
                        .ok()
                        .path("items")
                        .findValuesAsText("what"))
                .containsExactly("version");
        assertThat(mlflow.get("/api/clew/v1/models/nope/history").status()).isEqualTo(404);
    }
}
