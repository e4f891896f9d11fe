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

@EveryEngine
class MlflowExperimentsTest {
    private static final String DOCS = " See the API docs for more information about request parameters.";

    private MlflowFixture mlflow;

    @BeforeEach
    void open(@TempDir Path directory) {
        mlflow = new MlflowFixture(directory);
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    @Test
    void makesShowsAndFindsByName() throws Exception {
        String id = mlflow.post("experiments/create", """
                        {"name": "demo", "tags": [{"key": "team", "value": "risk"}]}""")
                .written()
                .path("experiment_id")
                .textValue();
        assertThat(id).isEqualTo("1");
        JsonNode shown = mlflow.get("experiments/get", "experiment_id", id).ok().path("experiment");
        assertThat(shown.path("name").textValue()).isEqualTo("demo");
        assertThat(shown.path("artifact_location").textValue()).isEqualTo("mlflow-artifacts:/1");
        assertThat(shown.path("lifecycle_stage").textValue()).isEqualTo("active");
        assertThat(shown.path("workspace").textValue()).isEqualTo("default");
        assertThat(shown.path("creation_time").isIntegralNumber()).isTrue();
        assertThat(shown.path("tags").toString()).isEqualTo("[{\"key\":\"team\",\"value\":\"risk\"}]");
        assertThat(mlflow.get("experiments/get-by-name", "experiment_name", "demo")
                        .ok()
                        .path("experiment"))
                .isEqualTo(shown);
        assertThat(mlflow.send("GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=" + id, null)
                        .ok()
                        .path("experiment"))
                .isEqualTo(shown);
        assertThat(mlflow.get("experiments/get", "experiment_id", "0")
                        .ok()
                        .at("/experiment/name")
                        .textValue())
                .isEqualTo("Default");
    }

    @Test
    void refusesInTheWordsThatClientsKnow() throws Exception {
        mlflow.experiment("demo");
        var taken = mlflow.post("experiments/create", "{\"name\": \"demo\"}");
        assertThat(taken.status()).isEqualTo(400);
        assertThat(taken.json().path("error_code").textValue()).isEqualTo("RESOURCE_ALREADY_EXISTS");
        assertThat(taken.json().path("message").textValue()).startsWith("Experiment(name=demo) already exists.");
        mlflow.get("experiments/get-by-name", "experiment_name", "nope")
                .isMissing("Could not find experiment with name 'nope'");
        mlflow.get("experiments/get", "experiment_id", "9999").isMissing("No Experiment with id=9999 exists");
        mlflow.get("experiments/get", "experiment_id", "abc")
                .isInvalid("Invalid experiment ID 'abc'. Experiment ID must be a valid integer.");
        mlflow.get("experiments/get").isInvalid("Missing value for required parameter 'experiment_id'." + DOCS);
        mlflow.post("experiments/create", "{}").isInvalid("Missing value for required parameter 'name'." + DOCS);
        mlflow.post("experiments/create", "no json").isInvalid("Missing value for required parameter 'name'." + DOCS);
        mlflow.post("experiments/create", "[]").isInvalid("The request body must be a JSON object, not an array.");
        mlflow.post("experiments/create", "{\"name\": 7}")
                .isInvalid("Invalid value 7 for parameter 'name' supplied:  Hint: Value was of type 'int'." + DOCS);
        mlflow.post("experiments/create", "{\"name\": \"%s\"}".formatted("x".repeat(501)))
                .isInvalid("'name' exceeds the maximum length of 500 characters");
        mlflow.send("POST", "experiments/create", "{}", "Content-Type", "text/plain")
                .isInvalid("Bad Request. Content-Type must be one of ['application/json'].");
        mlflow.send("POST", "experiments/create", "{}", "Content-Type", "")
                .isInvalid("Bad Request. Content-Type header is missing.");
        mlflow.send("POST", "experiments/create", "{\"name\": \"w\"}", "X-MLFLOW-WORKSPACE", "team")
                .fails(
                        400,
                        "FEATURE_DISABLED",
                        "Workspace APIs are not available: workspaces are not enabled on this server");
        mlflow.send("DELETE", "experiments/create", null)
                .fails(404, "ENDPOINT_NOT_FOUND", "This server does not serve this path or method.");
        mlflow.get("/api/3.0/mlflow/gateway/endpoints/list")
                .fails(404, "ENDPOINT_NOT_FOUND", "This server does not serve this path or method.");
    }

    @Test
    void takesWhatOldClientsSend() throws Exception {
        assertThat(mlflow.post("experiments/create", "\"{\\\"name\\\": \\\"twice\\\"}\"")
                        .written()
                        .path("experiment_id")
                        .textValue())
                .isEqualTo("1");
        assertThat(mlflow.send(
                                "POST",
                                "experiments/create",
                                "{\"name\": \"charset\", \"unknown\": {\"x\": 1}}",
                                "Content-Type",
                                "application/json; charset=utf-8")
                        .written()
                        .path("experiment_id")
                        .textValue())
                .isEqualTo("2");
        assertThat(mlflow.send("GET", "experiments/get", "{\"experiment_id\": 2}")
                        .ok()
                        .at("/experiment/name")
                        .textValue())
                .isEqualTo("charset");
    }

    @Test
    void keepsFilesOnlyWhereTheyMayLie() throws Exception {
        for (String location : List.of(
                "file:///etc",
                "FILE:/etc",
                "/etc",
                "C:\\\\temp",
                "runs:/1/a",
                "ftp://h/p",
                "s3://b/a#f",
                "s3://b/a;p",
                "mlflow-artifacts:/../a",
                "mlflow-artifacts:/%2e%2e/a",
                "mlflow-artifacts:/a%252e%252e%252f%2e%2e/b")) {
            var answer = mlflow.post(
                    "experiments/create", "{\"name\": \"bad\", \"artifact_location\": \"%s\"}".formatted(location));
            assertThat(answer.status()).as(location).isEqualTo(400);
        }
        for (String location : List.of("my_location", "s3://bucket/a?b=c", "mlflow-artifacts:/own/place")) {
            String id = mlflow.post(
                            "experiments/create",
                            "{\"name\": \"%s\", \"artifact_location\": \"%1$s\"}".formatted(location))
                    .written()
                    .path("experiment_id")
                    .textValue();
            assertThat(mlflow.get("experiments/get", "experiment_id", id)
                            .ok()
                            .at("/experiment/artifact_location")
                            .textValue())
                    .isEqualTo(location);
        }
    }

    @Test
    void deletesAndRestoresWithAllRuns() throws Exception {
        String id = mlflow.experiment("demo");
        String kept = mlflow.runId(id, "kept");
        String gone = mlflow.runId(id, "gone");
        mlflow.post("runs/delete", "{\"run_id\": \"%s\"}".formatted(gone)).written();
        String body = "{\"experiment_id\": \"%s\"}".formatted(id);
        mlflow.post("experiments/restore", body).isMissing("No Experiment with id=1 exists");
        mlflow.post("experiments/delete", body).written();
        mlflow.post("experiments/delete", body).isMissing("No Experiment with id=1 exists");
        assertThat(mlflow.get("experiments/get", "experiment_id", id)
                        .ok()
                        .at("/experiment/lifecycle_stage")
                        .textValue())
                .isEqualTo("deleted");
        assertThat(mlflow.get("runs/get", "run_id", kept)
                        .ok()
                        .at("/run/info/lifecycle_stage")
                        .textValue())
                .isEqualTo("deleted");
        mlflow.post("runs/create", body)
                .isInvalid("The experiment 1 must be in the 'active' state. Current state is deleted.");
        mlflow.post("experiments/update", "{\"experiment_id\": \"1\", \"new_name\": \"other\"}")
                .isInvalid("Cannot rename a non-active experiment.");
        assertThat(mlflow.get("experiments/get-by-name", "experiment_name", "demo")
                        .status())
                .isEqualTo(200);
        mlflow.post("experiments/restore", body).written();
        assertThat(mlflow.get("runs/get", "run_id", kept)
                        .ok()
                        .at("/run/info/lifecycle_stage")
                        .textValue())
                .isEqualTo("active");
        assertThat(mlflow.get("runs/get", "run_id", gone)
                        .ok()
                        .at("/run/info/lifecycle_stage")
                        .textValue())
                .isEqualTo("deleted");
    }

    @Test
    void renamesAndTags() throws Exception {
        String id = mlflow.experiment("demo");
        mlflow.experiment("taken");
        mlflow.post("experiments/update", "{\"experiment_id\": \"1\", \"new_name\": \"next\"}")
                .written();
        assertThat(mlflow.post("experiments/update", "{\"experiment_id\": \"1\", \"new_name\": \"taken\"}")
                        .json()
                        .path("error_code")
                        .textValue())
                .isEqualTo("RESOURCE_ALREADY_EXISTS");
        mlflow.post("experiments/set-experiment-tag", "{\"experiment_id\": \"1\", \"key\": \"a/b\", \"value\": \"1\"}")
                .written();
        mlflow.post("experiments/set-experiment-tag", "{\"experiment_id\": \"1\", \"key\": \"empty\"}")
                .written();
        assertThat(mlflow.get("experiments/get", "experiment_id", id)
                        .ok()
                        .at("/experiment/tags")
                        .toString())
                .isEqualTo("[{\"key\":\"a/b\",\"value\":\"1\"},{\"key\":\"empty\",\"value\":\"\"}]");
        mlflow.post("experiments/set-experiment-tag", "{\"experiment_id\": \"1\", \"key\": \"a//b\", \"value\": \"1\"}")
                .isInvalid(
                        "Invalid value \"a//b\" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'a/b'");
        mlflow.post(
                        "experiments/set-experiment-tag",
                        "{\"experiment_id\": \"1\", \"key\": \"k\", \"value\": \"%s\"}".formatted("x".repeat(20_001)))
                .isInvalid("'value' exceeds the maximum length of 20000 characters");
        mlflow.post("experiments/delete-experiment-tag", "{\"experiment_id\": \"1\", \"key\": \"empty\"}")
                .written();
        mlflow.post("experiments/delete-experiment-tag", "{\"experiment_id\": \"1\", \"key\": \"empty\"}")
                .isMissing("No tag with name: empty in experiment with id 1");
    }

    @Test
    void searchesPageByPage() throws Exception {
        for (String name : List.of("alpha", "beta", "gamma", "Delta")) {
            mlflow.experiment(name);
        }
        mlflow.post("experiments/set-experiment-tag", "{\"experiment_id\": \"2\", \"key\": \"x y\", \"value\": \"1\"}")
                .written();
        mlflow.post("experiments/delete", "{\"experiment_id\": \"3\"}").written();
        assertThat(names("{}")).containsExactly("Delta", "beta", "alpha", "Default");
        assertThat(names("{\"view_type\": \"ALL\", \"order_by\": [\"name\"]}"))
                .containsExactly("Default", "Delta", "alpha", "beta", "gamma");
        assertThat(names("{\"view_type\": 2}")).containsExactly("gamma");
        assertThat(names("{\"filter\": \"name LIKE '%eta%' and tags.`x y` = '1'\"}"))
                .containsExactly("beta");
        assertThat(names("{\"filter\": \"name ILIKE 'D%'\", \"order_by\": [\"experiment_id ASC\"]}"))
                .containsExactly("Default", "Delta");
        assertThat(names("{\"filter\": \"attribute.experiment_id IN ('1', '4')\"}"))
                .containsExactly("Delta", "alpha");
        assertThat(names("{\"filter\": \"tags.`x y` IS NULL AND creation_time > 0\"}"))
                .containsExactly("Delta", "alpha", "Default");
        mlflow.post("experiments/search", "{\"filter\": \"owner = 'a'\"}")
                .isInvalid(
                        "Invalid attribute key 'owner' specified. Valid keys are '{'creation_time', 'experiment_id', 'last_update_time', 'name'}'");
        mlflow.post("experiments/search", "{\"max_results\": 0}")
                .isInvalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
        mlflow.post("experiments/search", "{\"max_results\": 50001}")
                .isInvalid("Invalid value 50001 for parameter 'max_results' supplied. It must be at most 50000");
        mlflow.post("experiments/search", "{\"page_token\": \"bm8=\"}")
                .isInvalid("Invalid page token, pass the next_page_token of the page before with the same search.");
        assertThat(mlflow.get("experiments/search", "max_results", "1", "view_type", "ALL")
                        .ok()
                        .path("experiments")
                        .size())
                .isEqualTo(1);
    }

    /** Names of all pages of one experiment each. */
    private List<String> names(String search) throws Exception {
        var names = new ArrayList<String>();
        var request =
                (com.fasterxml.jackson.databind.node.ObjectNode) dev.clew.server.common.Json.MAPPER.readTree(search);
        request.put("max_results", 1);
        while (true) {
            JsonNode page =
                    mlflow.post("experiments/search", request.toString()).ok();
            page.path("experiments").forEach(each -> names.add(each.path("name").textValue()));
            if (!page.has("next_page_token")) {
                return names;
            }
            request.put("page_token", page.path("next_page_token").textValue());
        }
    }
}
