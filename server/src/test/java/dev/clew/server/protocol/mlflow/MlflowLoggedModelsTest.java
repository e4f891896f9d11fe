package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.storage.EveryEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowLoggedModelsTest {
    private static final String DOCS = " See the API docs for more information about request parameters.";

    private MlflowFixture mlflow;
    private String run;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        mlflow = new MlflowFixture(directory);
        run = mlflow.runId(mlflow.experiment("demo"), "first");
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private String model(String name) throws Exception {
        return mlflow.post("logged-models", """
                        {"experiment_id": "1", "name": "%s", "model_type": "agent", "source_run_id": "%s",
                         "params": [{"key": "k", "value": "v"}], "tags": [{"key": "a", "value": "b"}]}""".formatted(name, run))
                .written()
                .at("/model/info/model_id")
                .textValue();
    }

    private JsonNode shown(String id) throws Exception {
        return mlflow.get("logged-models/" + id).ok().path("model");
    }

    @Test
    void makesFinishesAndLabelsModels() throws Exception {
        String id = model("ext");
        JsonNode info = shown(id).path("info");
        assertThat(id).matches("m-[0-9a-f]{32}");
        assertThat(info.path("status").textValue()).isEqualTo("LOGGED_MODEL_PENDING");
        assertThat(info.path("artifact_uri").textValue())
                .isEqualTo("mlflow-artifacts:/1/models/%s/artifacts".formatted(id));
        assertThat(info.path("source_run_id").textValue()).isEqualTo(run);
        assertThat(shown(id).path("data").toString()).isEqualTo("{\"params\":[{\"key\":\"k\",\"value\":\"v\"}]}");
        assertThat(mlflow.send(
                                "PATCH",
                                "logged-models/" + id,
                                "{\"model_id\": \"x\", \"status\": \"LOGGED_MODEL_READY\"}")
                        .written()
                        .at("/model/info/status")
                        .textValue())
                .isEqualTo("LOGGED_MODEL_READY");
        mlflow.send("PATCH", "logged-models/" + id, "{}")
                .isInvalid("Missing value for required parameter 'status'." + DOCS);
        mlflow.post("logged-models/" + id + "/params", "{\"params\": [{\"key\": \"late\", \"value\": \"1\"}]}")
                .written();
        assertThat(mlflow.post(
                                "logged-models/" + id + "/params",
                                "{\"params\": [{\"key\": \"late\", \"value\": \"2\"}]}")
                        .status())
                .isEqualTo(400);
        mlflow.send("PATCH", "logged-models/" + id + "/tags", """
                        {"tags": [{"key": "mlflow.modelVersions",
                                   "value": "[{\\"name\\": \\"m\\", \\"version\\": 1}, {\\"name\\": \\"m\\", \\"version\\": \\"1\\"}]"}]}""").written();
        assertThat(shown(id).at("/info/registrations").toString()).isEqualTo("[{\"name\":\"m\",\"version\":\"1\"}]");
        mlflow.send("DELETE", "logged-models/" + id + "/tags/a", null).written();
        mlflow.send("DELETE", "logged-models/" + id + "/tags/a", null)
                .isMissing("No tag with key 'a' found for model with ID '%s'.".formatted(id));
        mlflow.send("DELETE", "logged-models/" + id, "{\"model_id\": \"%s\"}".formatted(id))
                .written();
        String missing = "Logged model with ID '%s' not found.".formatted(id);
        mlflow.get("logged-models/" + id).isMissing(missing);
        mlflow.send("PATCH", "logged-models/" + id, "{\"status\": 2}").isMissing(missing);
        mlflow.get("logged-models/m-1").isMissing("Logged model with ID 'm-1' not found.");
        mlflow.post("logged-models", "{\"experiment_id\": \"1\", \"name\": \"a/b\"}")
                .isInvalid(
                        "Invalid model name ('a/b') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")");
        mlflow.post("logged-models", "{\"experiment_id\": \"9\"}").isMissing("No Experiment with id=9 exists");
    }

    @Test
    void keepsItsFilesApartFromItsRuns() throws Exception {
        String id = model("ext");
        String base = "/api/2.0/mlflow-artifacts/artifacts/1/models/" + id + "/artifacts/";
        mlflow.put(base + "MLmodel", "flavors: {}".getBytes(StandardCharsets.UTF_8));
        mlflow.put(base + "data/x.pkl", "x".getBytes(StandardCharsets.UTF_8));
        assertThat(mlflow.get("logged-models/" + id + "/artifacts/directories", "artifact_directory_path", "data")
                        .ok()
                        .toString())
                .isEqualTo(
                        "{\"root_uri\":\"mlflow-artifacts:/1/models/%s/artifacts\",\"files\":[{\"path\":\"data/x.pkl\",\"is_dir\":false,\"file_size\":1}]}"
                                .formatted(id));
        assertThat(mlflow.get(
                                "/ajax-api/2.0/mlflow/logged-models/" + id + "/artifacts/files",
                                "artifact_file_path",
                                "MLmodel")
                        .text())
                .isEqualTo("flavors: {}");
        assertThat(mlflow.get("artifacts/list", "run_id", run).ok().has("files"))
                .isFalse();
    }

    @Test
    void linksModelAndRunToTheirEnvironment() throws Exception {
        String id = model("ext");
        String base = "/api/2.0/mlflow-artifacts/artifacts/1/models/" + id + "/artifacts/";
        mlflow.put(base + "requirements.txt", "scikit-learn==1.9.1\n".getBytes(StandardCharsets.UTF_8));
        mlflow.put(base + "python_env.yaml", "python: 3.11.7\n".getBytes(StandardCharsets.UTF_8));
        mlflow.send("PATCH", "logged-models/" + id, "{\"status\": \"LOGGED_MODEL_READY\"}")
                .written();
        String environment = java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(
                                "{\"python\":{\"packages\":[{\"name\":\"scikit-learn\",\"version\":\"1.9.1\"}],\"version\":\"3.11.7\"}}"
                                        .getBytes(StandardCharsets.UTF_8)));
        for (String ref : List.of("logged-model:" + id, "run:" + run)) {
            assertThat(mlflow.get("/api/clew/v1/trace/" + ref.replace(":", "/")).text())
                    .contains(environment);
        }
    }

    @Test
    void keepsMetricsPerDataSetAndRun() throws Exception {
        String id = model("ext");
        for (String metric : List.of(
                "\"value\": 0.5, \"timestamp\": 1, \"dataset_name\": \"train\", \"dataset_digest\": \"d1\"",
                "\"value\": 0.4, \"timestamp\": 2, \"dataset_name\": \"test\", \"dataset_digest\": \"d2\"",
                "\"value\": 0.6, \"timestamp\": 3, \"dataset_name\": \"train\", \"dataset_digest\": \"d1\"",
                "\"value\": \"NaN\", \"timestamp\": 4")) {
            mlflow.post(
                            "runs/log-metric",
                            "{\"run_id\": \"%s\", \"model_id\": \"%s\", \"key\": \"acc\", %s}"
                                    .formatted(run, id, metric))
                    .written();
        }
        var values = new ArrayList<String>();
        shown(id).at("/data/metrics").forEach(metric -> {
            assertThat(metric.path("run_id").textValue()).isEqualTo(run);
            assertThat(metric.path("model_id").textValue()).isEqualTo(id);
            values.add(metric.path("dataset_name").asText() + " "
                    + metric.path("value").asText());
        });
        assertThat(values).containsExactlyInAnyOrder("train 0.6", "test 0.4", " NaN");
        assertThat(names("metrics.acc > 0.5", "{}")).containsExactly("ext");
        assertThat(names("metrics.acc > 0.5", "{\"datasets\": [{\"dataset_name\": \"test\"}]}"))
                .isEmpty();
        assertThat(names(
                        "metrics.acc > 0.5",
                        "{\"datasets\": [{\"dataset_name\": \"train\", \"dataset_digest\": \"d1\"}]}"))
                .containsExactly("ext");
        assertThat(names("", "{\"datasets\": [{\"dataset_name\": \"none\"}]}")).isEmpty();
        mlflow.post(
                        "runs/outputs",
                        "{\"run_id\": \"%s\", \"models\": [{\"model_id\": \"%s\", \"step\": 3}]}".formatted(run, id))
                .written();
        assertThat(mlflow.post(
                                "runs/outputs",
                                "{\"run_id\": \"%s\", \"models\": [{\"model_id\": \"%s\"}]}".formatted(run, id))
                        .ok()
                        .toString())
                .isEqualTo("{}");
        mlflow.post("runs/log-inputs", "{\"run_id\": \"%s\", \"models\": [{\"model_id\": \"%s\"}]}".formatted(run, id))
                .written();
        JsonNode shown = mlflow.get("runs/get", "run_id", run).ok().path("run");
        assertThat(shown.path("outputs").toString())
                .isEqualTo("{\"model_outputs\":[{\"model_id\":\"%s\",\"step\":3}]}".formatted(id));
        assertThat(shown.at("/inputs/model_inputs").toString()).isEqualTo("[{\"model_id\":\"%s\"}]".formatted(id));
    }

    @Test
    void refusesSearchesBeyondWhatEveryEngineTakes() throws Exception {
        String search = "{\"experiment_ids\": [\"1\"], \"%s\": [%s]}";
        String orders = String.join(", ", Collections.nCopies(17, "{\"field_name\": \"metrics.m\"}"));
        mlflow.post("logged-models/search", search.formatted("order_by", orders))
                .isInvalid("`order_by` has 17 items; at most 16 are taken. Shorten it.");
        String datasets = String.join(", ", Collections.nCopies(101, "{\"dataset_name\": \"d\"}"));
        mlflow.post("logged-models/search", search.formatted("datasets", datasets))
                .isInvalid("`datasets` has 101 items; at most 100 are taken. Shorten it.");
    }

    @Test
    void searchesPageByPage() throws Exception {
        String first = model("a");
        model("b");
        String third = model("c");
        mlflow.send("PATCH", "logged-models/" + third, "{\"status\": \"LOGGED_MODEL_READY\"}")
                .written();
        mlflow.post(
                        "runs/log-metric",
                        "{\"run_id\": \"%s\", \"model_id\": \"%s\", \"key\": \"m.x\", \"value\": 1, \"timestamp\": 1}"
                                .formatted(run, first))
                .written();
        assertThat(names("", "{}")).containsExactly("c", "b", "a");
        assertThat(names("", "{\"order_by\": [{\"field_name\": \"name\"}]}")).containsExactly("a", "b", "c");
        assertThat(names("", "{\"order_by\": [{\"field_name\": \"metrics.m.x\", \"ascending\": false}]}"))
                .containsExactly("a", "c", "b");
        assertThat(names("status = 'READY'", "{}")).containsExactly("c");
        assertThat(names("name IN ('a', 'x') AND params.k = 'v' and tags.a LIKE 'b%'", "{}"))
                .containsExactly("a");
        assertThat(names("source_run_id = '%s' AND model_id != '%s'".formatted(run, first), "{}"))
                .containsExactly("c", "b");
        assertThat(names("creation_time < 5", "{}")).isEmpty();
        assertThat(mlflow.post("logged-models/search", "{\"experiment_ids\": [\"1\"], \"filter\": \"name = 'zz'\"}")
                        .ok()
                        .toString())
                .isEqualTo("{}");
        mlflow.post("logged-models/search", "{\"experiment_ids\": [\"1\"], \"order_by\": [{\"field_name\": \"zz\"}]}")
                .isInvalid("Invalid order by field name: zz");
        mlflow.post("logged-models/search", "{}")
                .isInvalid("Missing value for required parameter 'experiment_ids'." + DOCS);
        String token = mlflow.post("logged-models/search", "{\"experiment_ids\": [\"1\"], \"max_results\": 1}")
                .ok()
                .path("next_page_token")
                .textValue();
        mlflow.post(
                        "logged-models/search",
                        "{\"experiment_ids\": [\"0\"], \"max_results\": 1, \"page_token\": \"%s\"}".formatted(token))
                .isInvalid("Invalid page token, pass the next_page_token of the page before with the same search.");
    }

    private List<String> names(String filter, String more) throws Exception {
        var request = (com.fasterxml.jackson.databind.node.ObjectNode) Json.MAPPER.readTree(more);
        request.put("filter", filter)
                .put("max_results", 1)
                .putArray("experiment_ids")
                .add("1");
        var names = new ArrayList<String>();
        while (true) {
            JsonNode page =
                    mlflow.post("logged-models/search", request.toString()).ok();
            page.path("models")
                    .forEach(model -> names.add(model.at("/info/name").textValue()));
            if (!page.has("next_page_token")) {
                return names;
            }
            request.put("page_token", page.path("next_page_token").textValue());
        }
    }
}
