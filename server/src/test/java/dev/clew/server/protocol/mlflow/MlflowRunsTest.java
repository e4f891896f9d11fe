package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowRunsTest {
    private static final String DOCS = " See the API docs for more information about request parameters.";
    private static final String NO_RUN = "00000000000000000000000000000000";

    private MlflowFixture mlflow;
    private String experiment;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        mlflow = new MlflowFixture(directory);
        experiment = mlflow.experiment("demo");
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private JsonNode shown(String run) throws Exception {
        return mlflow.get("runs/get", "run_uuid", run, "run_id", run).ok().path("run");
    }

    private MlflowFixture.Answered log(String call, String run, String fields) throws Exception {
        return mlflow.post(
                "runs/" + call, "{\"run_uuid\": \"%1$s\", \"run_id\": \"%1$s\", %2$s}".formatted(run, fields));
    }

    @Test
    void makesRunsWithTheNamesTheyAreGiven() throws Exception {
        JsonNode run = mlflow.post("runs/create", """
                        {"experiment_id": "1", "user_id": "ann", "run_name": "first", "start_time": 1000,
                         "tags": [{"key": "mlflow.user", "value": "ann"}, {"key": "mlflow.runName", "value": "first"}]}""").written().path("run");
        JsonNode info = run.path("info");
        String id = info.path("run_id").textValue();
        assertThat(id).matches("[0-9a-f]{32}").isEqualTo(info.path("run_uuid").textValue());
        assertThat(info.path("run_name").textValue()).isEqualTo("first");
        assertThat(info.path("status").textValue()).isEqualTo("RUNNING");
        assertThat(info.path("start_time").longValue()).isEqualTo(1_000);
        assertThat(info.has("end_time")).isFalse();
        assertThat(info.path("artifact_uri").textValue()).isEqualTo("mlflow-artifacts:/1/%s/artifacts".formatted(id));
        assertThat(run.path("inputs").toString()).isEqualTo("{}");

        JsonNode unnamed =
                mlflow.post("runs/create", "{\"experiment_id\": 1}").written().path("run");
        String made = unnamed.at("/info/run_name").textValue();
        assertThat(made).matches("[a-z]+-[a-z]+-[0-9]+");
        assertThat(unnamed.at("/data/tags/0/value").textValue()).isEqualTo(made);
        assertThat(unnamed.at("/info/user_id").textValue()).isEmpty();
        mlflow.post("runs/create", """
                        {"experiment_id": "1", "run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]}""")
                .isInvalid(
                        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='a', mlflow.runName='b').");
        mlflow.post("runs/create", "{}").isInvalid("Missing value for required parameter 'experiment_id'." + DOCS);
        mlflow.post("runs/create", "{\"experiment_id\": \"77\"}").isMissing("No Experiment with id=77 exists");
    }

    @Test
    void showsWhatWasLogged() throws Exception {
        String run = mlflow.runId(experiment, "first");
        log("log-parameter", run, "\"key\": \"lr\", \"value\": \"0.1\"").written();
        log("log-parameter", run, "\"key\": \"none\"").written();
        log("log-metric", run, "\"key\": \"loss\", \"value\": 0.5, \"timestamp\": 1, \"step\": 0")
                .written();
        log("log-metric", run, "\"key\": \"loss\", \"value\": \"0.25\", \"timestamp\": \"2\", \"step\": \"1\"")
                .written();
        log("log-metric", run, "\"key\": \"nan\", \"value\": \"NaN\", \"timestamp\": 1")
                .written();
        log("log-metric", run, "\"key\": \"inf\", \"value\": \"-Infinity\", \"timestamp\": 1")
                .written();
        log("set-tag", run, "\"key\": \"k\", \"value\": \"v\"").written();
        mlflow.post("runs/log-batch", """
                        {"run_id": "%s", "metrics": [{"key": "acc", "value": 1, "timestamp": 3, "run_id": "x"}],
                         "params": [{"key": "depth", "value": "3"}], "tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}""".formatted(run)).written();
        JsonNode data = shown(run).path("data");
        assertThat(data.path("params").toString())
                .isEqualTo(
                        "[{\"key\":\"depth\",\"value\":\"3\"},{\"key\":\"lr\",\"value\":\"0.1\"},{\"key\":\"none\",\"value\":\"\"}]");
        assertThat(data.path("tags").toString())
                .isEqualTo(
                        "[{\"key\":\"a\",\"value\":\"2\"},{\"key\":\"k\",\"value\":\"v\"},{\"key\":\"mlflow.runName\",\"value\":\"first\"}]");
        assertThat(data.path("metrics").toString())
                .isEqualTo("[{\"key\":\"acc\",\"value\":1.0,\"timestamp\":3,\"step\":0},"
                        + "{\"key\":\"inf\",\"value\":\"-Infinity\",\"timestamp\":1,\"step\":0},"
                        + "{\"key\":\"loss\",\"value\":0.25,\"timestamp\":2,\"step\":1},"
                        + "{\"key\":\"nan\",\"value\":\"NaN\",\"timestamp\":1,\"step\":0}]");
        assertThat(shown(run).path("outputs").toString()).isEqualTo("{}");
        var repeated = log("log-metric", run, "\"key\": \"loss\", \"value\": 0.5, \"timestamp\": 1, \"step\": 0");
        assertThat(repeated.ok().toString()).isEqualTo("{}");
        assertThat(repeated.header("Clew-Seq")).isEmpty();
    }

    @Test
    void aRefusedInputLeavesNoDataSetBehind() throws Exception {
        String deleted = mlflow.runId(experiment, "first");
        mlflow.post("runs/delete", "{\"run_id\": \"%s\"}".formatted(deleted)).written();
        for (String run : List.of(deleted, "0".repeat(32))) {
            assertThat(mlflow.post("runs/log-inputs", """
                            {"run_id": "%s", "datasets": [{"dataset": {"name": "rows", "digest": "1", "source_type": "local",
                             "source": "{}"}}]}""".formatted(run)).status())
                    .isBetween(400, 404);
        }
        assertThat(mlflow.get("/api/clew/v1/datasets").ok().path("items")).isEmpty();
    }

    @Test
    void refusesWhatMayNotBeLogged() throws Exception {
        String run = mlflow.runId(experiment, "first");
        log("log-parameter", run, "\"key\": \"lr\", \"value\": \"0.1\"").written();
        log("log-parameter", run, "\"key\": \"lr\", \"value\": \"0.1\"").ok();
        log("log-parameter", run, "\"key\": \"lr\", \"value\": \"0.2\"")
                .isInvalid(
                        "Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run ID='%s'. Attempted logging new value '0.2'."
                                .formatted(run));
        mlflow.post("runs/log-batch", """
                        {"run_id": "%s", "params": [{"key": "lr", "value": "7"}], "metrics": [{"key": "m", "value": 1, "timestamp": 1}]}""".formatted(run))
                .isInvalid(
                        "Changing param values is not allowed. Params were already logged='[{'key': 'lr', 'old_value': '0.1', 'new_value': '7'}]' for run ID='%s'."
                                .formatted(run));
        assertThat(shown(run).path("data").has("metrics")).isFalse();
        log("log-metric", run, "\"key\": \"../bad\", \"value\": 1, \"timestamp\": 1")
                .isInvalid(
                        "Invalid value \"../bad\" for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '../bad'");
        log("log-metric", run, "\"key\": \"m\", \"value\": 1.5, \"timestamp\": -1")
                .isInvalid(
                        "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' (value=1.5). Timestamp must be a nonnegative long (64-bit integer) ");
        log("log-metric", run, "\"key\": \"m\", \"timestamp\": 1")
                .isInvalid("Missing value for required parameter 'value'." + DOCS);
        log("log-metric", run, "\"key\": \"m\", \"value\": \"abc\", \"timestamp\": 1")
                .isInvalid(
                        "Invalid value \"abc\" for parameter 'value' supplied:  Hint: Value was of type 'str'." + DOCS);
        log("set-tag", run, "\"value\": \"v\"").isInvalid("Missing value for required parameter 'key'." + DOCS);
        log("set-tag", run, "\"key\": \"%s\", \"value\": \"v\"".formatted("k".repeat(251)))
                .isInvalid("'key' exceeds the maximum length of 250 characters");
        log("log-metric", run, "\"key\": \"%s\", \"value\": 1, \"timestamp\": 1".formatted("k".repeat(251)))
                .isInvalid("'Metric name' exceeds the maximum length of 250 characters");
        log("log-metric", NO_RUN, "\"key\": \"m\", \"value\": 1, \"timestamp\": 1")
                .isMissing("Run with id=%1$s not found. Run '%1$s' not found".formatted(NO_RUN));
        mlflow.get("runs/get", "run_id", "nothing").isMissing("Run with id=nothing not found. Run 'nothing' not found");
        mlflow.get("runs/get", "run_id", "%%").isInvalid("Invalid value \"%%\" for parameter 'run_id' supplied.");
        mlflow.get("runs/get").isInvalid("Missing value for required parameter 'run_id'." + DOCS);
    }

    @Test
    void cutsLongValuesOfParametersAndTags() throws Exception {
        String run = mlflow.runId(experiment, "first");
        log("log-parameter", run, "\"key\": \"p\", \"value\": \"%s\"".formatted("x".repeat(6_001)))
                .written();
        log("set-tag", run, "\"key\": \"t\", \"value\": \"%s\"".formatted("x".repeat(8_001)))
                .written();
        JsonNode data = shown(run).path("data");
        assertThat(data.at("/params/0/value").textValue()).hasSize(6_000);
        assertThat(data.at("/tags/1/value").textValue()).hasSize(8_000);
    }

    @Test
    void refusesBatchesThatAreNotWhole() throws Exception {
        String run = mlflow.runId(experiment, "first");
        batch(run, "\"metrics\": [{\"value\": 1, \"timestamp\": 1}]")
                .isInvalid("Missing value for required parameter 'metrics[0].key'." + DOCS);
        batch(run, "\"metrics\": [{\"key\": \"a\", \"timestamp\": 1}]")
                .isInvalid("Missing value for required parameter 'metrics[0].value'." + DOCS);
        batch(run, "\"metrics\": [{\"key\": \"a\", \"value\": 1}]")
                .isInvalid("Missing value for required parameter 'metrics[0].timestamp'." + DOCS);
        batch(run, "\"params\": [{\"key\": \"a\"}, {\"value\": \"1\"}]")
                .isInvalid("Missing value for required parameter 'params[1].key'." + DOCS);
        batch(run, "\"tags\": [{\"value\": \"1\"}]")
                .isInvalid("Missing value for required parameter 'tags[0].key'." + DOCS);
        batch(run, "\"metrics\": {\"key\": \"a\"}")
                .isInvalid(
                        "Invalid value {\"key\":\"a\"} for parameter 'metrics' supplied:  Hint: Value was of type 'dict'."
                                + DOCS);
        batch(run, "\"metrics\": [{\"key\": \"a\", \"value\": \"abc\", \"timestamp\": 1}]")
                .isInvalid(
                        "Invalid value \"abc\" for parameter 'metrics[0].value' supplied:  Hint: Value was of type 'str'."
                                + DOCS);
        batch(run, "\"metrics\": [{\"key\": \"a%\", \"value\": 1, \"timestamp\": 1}]")
                .isInvalid(
                        "Invalid value \"a%\" for parameter 'metrics[0].name' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        batch(run, "\"params\": [{\"key\": \"a\", \"value\": \"1\"}, {\"key\": \"a\", \"value\": \"1\"}]")
                .isInvalid(
                        "Duplicate parameter keys have been submitted: ['a']. Please ensure the request contains only one param value per param key.");
        batch(run, "\"metrics\": [" + many(1_001, "{\"key\": \"m\", \"value\": 1, \"timestamp\": %d}") + "]")
                .isInvalid(
                        "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up metrics across multiple requests and try again.");
        batch(run, "\"params\": [" + many(101, "{\"key\": \"p%d\", \"value\": \"1\"}") + "]")
                .isInvalid(
                        "A batch logging request can contain at most 100 params. Got 101 params. Please split up params across multiple requests and try again.");
        batch(
                        run,
                        "\"metrics\": [" + many(1_000, "{\"key\": \"m\", \"value\": 1, \"timestamp\": %d}")
                                + "], \"tags\": [{\"key\": \"t\"}]")
                .isInvalid(
                        "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics, params, and tags. Please split up metrics, params, and tags across multiple requests and try again.");
        mlflow.post("runs/log-batch", "{\"run_id\": \"" + run)
                .isInvalid("Missing value for required parameter 'run_id'." + DOCS);
        mlflow.post("runs/log-batch", "{\"metrics\": []}")
                .isInvalid("Missing value for required parameter 'run_id'." + DOCS);
        assertThat(shown(run).path("data").has("metrics")).isFalse();
        batch(run, "\"metrics\": [" + many(1_000, "{\"key\": \"m\", \"value\": 1, \"timestamp\": %d}") + "]")
                .written();
        batch(run, "\"metrics\": null, \"other\": [[1]]").ok();
        mlflow.post("runs/log-batch", "\"{\\\"run_id\\\": \\\"%s\\\"}\"".formatted(run))
                .ok();
        mlflow.post(
                        "runs/log-batch",
                        "{\"run_id\": \"%s\", \"params\": [{\"key\": \"a\", \"value\": 7}]}".formatted(run))
                .isInvalid("Invalid value 7 for parameter 'params[0].value' supplied:  Hint: Value was of type 'int'."
                        + DOCS);
    }

    private MlflowFixture.Answered batch(String run, String fields) throws Exception {
        return mlflow.post("runs/log-batch", "{%s, \"run_id\": \"%s\"}".formatted(fields, run));
    }

    private static String many(int count, String element) {
        return IntStream.range(0, count).mapToObj(element::formatted).collect(Collectors.joining(","));
    }

    @Test
    void updatesRenamesDeletesAndRestores() throws Exception {
        String run = mlflow.runId(experiment, "first");
        JsonNode info = log("update", run, "\"status\": \"FINISHED\", \"end_time\": 2000, \"run_name\": \"next\"")
                .written()
                .path("run_info");
        assertThat(info.path("status").textValue()).isEqualTo("FINISHED");
        assertThat(info.path("end_time").longValue()).isEqualTo(2_000);
        assertThat(shown(run).at("/data/tags/0/value").textValue()).isEqualTo("next");
        log("update", run, "\"status\": 1, \"run_name\": \"\"").written();
        assertThat(shown(run).at("/info/run_name").textValue()).isEqualTo("next");
        assertThat(shown(run).at("/info/status").textValue()).isEqualTo("RUNNING");
        log("update", run, "\"status\": \"DONE\"")
                .isInvalid("Invalid value \"DONE\" for parameter 'status' supplied:  Hint: Value was of type 'str'."
                        + DOCS);
        log("set-tag", run, "\"key\": \"mlflow.runName\", \"value\": \"by tag\"")
                .written();
        assertThat(shown(run).at("/info/run_name").textValue()).isEqualTo("by tag");
        log("delete-tag", run, "\"key\": \"missing\"").isMissing("No tag with name: missing in run with id " + run);
        log("set-tag", run, "\"key\": \"k\", \"value\": \"v\"").written();
        log("delete-tag", run, "\"key\": \"k\"").written();
        mlflow.post("runs/delete", "{\"run_id\": \"%s\"}".formatted(run)).written();
        mlflow.post("runs/delete", "{\"run_id\": \"%s\"}".formatted(run)).ok();
        String inactive = "The run %s must be in the 'active' state. Current state is deleted.".formatted(run);
        log("log-metric", run, "\"key\": \"m\", \"value\": 1, \"timestamp\": 1").isInvalid(inactive);
        log("update", run, "\"status\": \"FAILED\"").isInvalid(inactive);
        log("delete-tag", run, "\"key\": \"k\"").isInvalid(inactive);
        assertThat(shown(run).at("/info/lifecycle_stage").textValue()).isEqualTo("deleted");
        mlflow.post("runs/restore", "{\"run_id\": \"%s\"}".formatted(run)).written();
        assertThat(shown(run).at("/info/lifecycle_stage").textValue()).isEqualTo("active");
    }

    @Test
    void keepsWhatARunReadAndMade() throws Exception {
        String run = mlflow.runId(experiment, "first");
        String dataset = """
                {"name": "tiny", "digest": "748f2bfa", "source_type": "http", "source": "{\\"url\\": \\"https://example.org/x.csv\\"}",
                 "schema": "{\\"mlflow_colspec\\": []}", "profile": "{\\"num_rows\\": 2}"}""";
        log("log-inputs", run, """
                "datasets": [{"tags": [{"key": "q", "value": "1"}, {"key": "mlflow.data.context", "value": "training"}],
                              "dataset": %s}]""".formatted(dataset)).written();
        assertThat(log("log-inputs", run, "\"datasets\": [{\"dataset\": %s}]".formatted(dataset))
                        .ok()
                        .toString())
                .isEqualTo("{}");
        JsonNode input = shown(run).at("/inputs/dataset_inputs/0");
        assertThat(input.path("tags").toString())
                .isEqualTo(
                        "[{\"key\":\"q\",\"value\":\"1\"},{\"key\":\"mlflow.data.context\",\"value\":\"training\"}]");
        assertThat(input.path("dataset")).isEqualTo(dev.clew.server.common.Json.MAPPER.readTree(dataset));
        assertThat(mlflow.get("/api/clew/v1/datasets/tiny/versions")
                        .ok()
                        .at("/items/0/digest")
                        .textValue())
                .isEqualTo("748f2bfa");
        assertThat(names("datasets.name = 'tiny' AND dataset.context = 'training'"))
                .containsExactly("first");
        assertThat(names("datasets.digest IN ('x', 'y')")).isEmpty();
        log("log-inputs", run, "\"datasets\": [{\"dataset\": {\"digest\": \"1\"}}]")
                .isInvalid("Missing value for required parameter 'datasets[0].dataset.name'." + DOCS);
        log(
                        "log-inputs",
                        run,
                        "\"datasets\": [{\"dataset\": {\"name\": \"a\", \"digest\": \"%s\"}}]"
                                .formatted("1".repeat(37)))
                .isInvalid("'digest' exceeds the maximum length of 36 characters");
        log("outputs", run, "\"models\": [{\"model_id\": \"m-%s\"}]".formatted(NO_RUN))
                .isMissing("Logged model with ID 'm-%s' not found.".formatted(NO_RUN));
        log("outputs", run, "\"x\": 1").isInvalid("Missing value for required parameter 'models'." + DOCS);
    }

    @Test
    void listsModelsOfOldClientsInATag() throws Exception {
        String run = mlflow.runId(experiment, "first");
        var model = MlflowFixture.object();
        model.put("run_id", run)
                .put("artifact_path", "model")
                .put("utc_time_created", "now")
                .put("other", 1);
        model.putObject("flavors")
                .putObject("sklearn")
                .put("pickled_model", "m.pkl")
                .put("config", "x");
        var request = MlflowFixture.object().put("run_id", run).put("model_json", model.toString());
        mlflow.post("runs/log-model", request.toString()).written();
        assertThat(mlflow.post("runs/log-model", request.toString()).header("Clew-Seq"))
                .isEmpty();
        mlflow.post(
                        "runs/log-model",
                        request.put(
                                        "model_json",
                                        model.put("artifact_path", "b").toString())
                                .toString())
                .written();
        JsonNode list = dev.clew.server.common.Json.MAPPER.readTree(
                shown(run).at("/data/tags/0/value").textValue());
        assertThat(list.findValuesAsText("artifact_path")).containsExactly("model", "b");
        assertThat(list.get(0).at("/flavors/sklearn").toString()).isEqualTo("{\"pickled_model\":\"m.pkl\"}");
        assertThat(list.get(0).has("other")).isFalse();
        mlflow.post("runs/log-model", request.put("model_json", "{}").toString())
                .isInvalid(
                        "Model json is missing mandatory fields: {'artifact_path', 'flavors', 'run_id', 'utc_time_created'}");
        mlflow.post("runs/log-model", request.put("model_json", "no").toString())
                .isInvalid("Malformed model info. \n no \n is not a valid JSON.");
    }

    private List<String> names(String filter, String... order) throws Exception {
        var request = MlflowFixture.object().put("filter", filter).put("max_results", 2);
        request.putArray("experiment_ids").add(experiment).add("0");
        var terms = request.putArray("order_by");
        List.of(order).forEach(terms::add);
        var names = new ArrayList<String>();
        while (true) {
            JsonNode page = mlflow.post("runs/search", request.toString()).ok();
            page.path("runs").forEach(run -> names.add(run.at("/info/run_name").textValue()));
            if (!page.has("next_page_token")) {
                return names;
            }
            request.put("page_token", page.path("next_page_token").textValue());
        }
    }

    @Test
    void countsAndShowsPartsOfRunsWhenAsked() throws Exception {
        String experiment = mlflow.experiment("counted");
        for (int i = 0; i < 5; i++) {
            String id = mlflow.runId(experiment, "r" + i);
            mlflow.post("runs/log-batch", """
                            {"run_id": "%s", "metrics": [{"key": "acc", "value": 0.%d, "timestamp": 1}, {"key": "loss", "value": 1, "timestamp": 1}],
                             "params": [{"key": "depth", "value": "%d"}, {"key": "eta", "value": "1"}], "tags": [{"key": "team", "value": "risk"}]}""".formatted(id, i, i % 2)).written();
        }
        String search = "{\"experiment_ids\": [\"%s\"], \"max_results\": 2, \"filter\": \"%s\", %s}";
        JsonNode page = mlflow.post(
                        "runs/search", search.formatted(experiment, "params.depth = '0'", "\"include_total\": true"))
                .ok();
        assertThat(page.path("runs")).hasSize(2);
        assertThat(page.path("total_count").asLong()).isEqualTo(3);
        JsonNode next = mlflow.post(
                        "runs/search",
                        search.formatted(
                                experiment,
                                "params.depth = '0'",
                                "\"include_total\": true, \"page_token\": \"%s\""
                                        .formatted(page.path("next_page_token").asText())))
                .ok();
        assertThat(next.path("runs")).hasSize(1);
        assertThat(next.path("total_count").asLong()).isEqualTo(3);
        for (var counted : Map.of(
                        "", 5L,
                        "metrics.acc > 0.15", 3L,
                        "metrics.acc > 0.15 AND params.depth = '1'", 1L,
                        "params.depth = '0' OR metrics.acc > 0.25", 4L,
                        "tags.team = 'none'", 0L)
                .entrySet()) {
            assertThat(mlflow.post(
                                    "runs/search",
                                    search.formatted(experiment, counted.getKey(), "\"count_only\": true"))
                            .ok()
                            .toString())
                    .as(counted.getKey())
                    .isEqualTo("{\"total_count\":%d}".formatted(counted.getValue()));
        }
        JsonNode run = mlflow.post(
                        "runs/search",
                        search.formatted(
                                experiment,
                                "metrics.acc > 0.35",
                                "\"fields\": [\"metrics\", \"tags\"], \"metric_keys\": [\"acc\", \"never used\"], \"tag_keys\": []"))
                .ok()
                .path("runs")
                .get(0);
        assertThat(run.at("/info/run_name").asText()).isEqualTo("r4");
        assertThat(run.path("data").toString())
                .isEqualTo("{\"metrics\":[{\"key\":\"acc\",\"value\":0.4,\"timestamp\":1,\"step\":0}]}");
        JsonNode params = mlflow.post(
                        "runs/search",
                        search.formatted(experiment, "", "\"fields\": [\"params\"], \"param_keys\": [\"eta\"]"))
                .ok();
        assertThat(params.at("/runs/0/data").toString()).isEqualTo("{\"params\":[{\"key\":\"eta\",\"value\":\"1\"}]}");
        assertThat(mlflow.post("runs/search", search.formatted(experiment, "", "\"fields\": [\"info\"]"))
                        .ok()
                        .at("/runs/0/data")
                        .toString())
                .isEqualTo("{}");
        mlflow.post("runs/search", search.formatted(experiment, "", "\"fields\": [\"all\"]"))
                .isInvalid(
                        "Invalid field 'all' in 'fields'. Valid fields are [data, info, inputs, metrics, outputs, params, tags]");
        String many = java.util.stream.IntStream.range(0, 1_001)
                .mapToObj(i -> "\"k%d\"".formatted(i))
                .collect(java.util.stream.Collectors.joining(", "));
        mlflow.post("runs/search", search.formatted(experiment, "", "\"tag_keys\": [%s]".formatted(many)))
                .isInvalid("'tag_keys' names 1001 keys; at most 1000 are read at once. Ask in several calls.");
    }

    @Test
    void searchesWithTheWholeGrammar() throws Exception {
        for (int i = 0; i < 5; i++) {
            String run = mlflow.post(
                            "runs/create",
                            "{\"experiment_id\": \"1\", \"run_name\": \"r%d\", \"start_time\": %d}".formatted(i, i))
                    .written()
                    .at("/run/info/run_id")
                    .textValue();
            batch(
                            run,
                            "\"metrics\": [{\"key\": \"m.x\", \"value\": %d, \"timestamp\": 1}], \"params\": [{\"key\": \"my key\", \"value\": \"v%d\"}]"
                                    .formatted(i, i % 2))
                    .written();
        }
        assertThat(names("")).containsExactly("r4", "r3", "r2", "r1", "r0");
        assertThat(names("metrics.m.x > -1.5e-3 AND metric.`m.x` < 3", "metrics.m.x ASC"))
                .containsExactly("r0", "r1", "r2");
        assertThat(names("params.`my key` = 'v1'", "start_time")).containsExactly("r1", "r3");
        assertThat(names("tags.\"mlflow.runName\" = 'r2'")).containsExactly("r2");
        assertThat(names("tags.mlflow.runName LIKE 'r%' and created >= 3")).containsExactly("r4", "r3");
        assertThat(names("`Run name` ILIKE 'R1'")).containsExactly("r1");
        assertThat(names("params.absent != 'x'")).isEmpty();
        assertThat(names("params.absent IS NULL AND status = 'RUNNING'", "attributes.start_time ASC"))
                .containsExactly("r0", "r1", "r2", "r3", "r4");
        String id = mlflow.runId(experiment, "one");
        assertThat(names("attributes.run_id IN ('%s', 'nope')".formatted(id))).containsExactly("one");
        invalid(
                "foo.bar = 1",
                "Invalid entity type 'foo'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']");
        invalid("metrics.m = 'x'", "Expected numeric value type for metric. Found 'x'");
        invalid("params.m = 1", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1");
        invalid(
                "params.m = x",
                "Parameter value is either not quoted or unidentified quote types used for string value x. Use either single or double quotes.");
        invalid(
                "metrics.m IS NULL",
                "IS NULL / IS NOT NULL is only supported for tags and params, not for 'metric' 'm'");
        invalid(
                "status IN ('a')",
                "Only ['run_id'] attributes support comparison with a list of quoted string values.");
    }

    @Test
    void findsAndOrdersRunsByHowLongTheyTook() throws Exception {
        for (int[] run : new int[][] {{1, 300}, {2, 100}, {3, 0}, {4, 200}, {5, 100}}) {
            String id = mlflow.post(
                            "runs/create",
                            "{\"experiment_id\": \"1\", \"run_name\": \"r%d\", \"start_time\": %d}"
                                    .formatted(run[0], run[0]))
                    .written()
                    .at("/run/info/run_id")
                    .textValue();
            if (run[1] > 0) {
                mlflow.post(
                                "runs/update",
                                "{\"run_id\": \"%s\", \"status\": \"FINISHED\", \"end_time\": %d}"
                                        .formatted(id, run[0] + run[1]))
                        .written();
            }
        }
        assertThat(names("", "attributes.duration DESC")).containsExactly("r1", "r4", "r5", "r2", "r3");
        assertThat(names("", "attributes.duration ASC")).containsExactly("r5", "r2", "r4", "r1", "r3");
        assertThat(names("attributes.duration >= 200", "attributes.duration ASC"))
                .containsExactly("r4", "r1");
        assertThat(names("attributes.duration = 100")).containsExactly("r5", "r2");
    }

    @Test
    void whatAFilterLacksIsSaidWithItsPlace() throws Exception {
        invalid(
                "(metrics.m > 1 AND params.p = 'x'",
                "Invalid clause(s) in filter string: '(metrics.m > 1 AND params.p = 'x''. At character 34, AND, OR or the ')' that closes the '(' at character 1 was expected, not the end.");
        invalid(
                "tags.a = 'b' AND (metrics.m > 1 params.p = 'x')",
                "Invalid clause(s) in filter string: '(metrics.m > 1 params.p = 'x')'. At character 33, AND, OR or the ')' that closes the '(' at character 18 was expected, not params.");
        invalid(
                "metrics.m > 1)",
                "Invalid clause(s) in filter string: ')'. At character 14, AND, OR or the end, as no '(' is open was expected, not ).");
        invalid(
                "metrics.m > 1 nonsense",
                "Invalid clause(s) in filter string: 'nonsense'. At character 15, AND, OR or the end was expected, not nonsense.");
        invalid(
                "metrics.m",
                "Invalid clause(s) in filter string: 'metrics.m'. At character 10, a comparison: =, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS was expected, not the end.");
        invalid(
                "metrics.m ~ 1",
                "Invalid clause(s) in filter string: 'metrics.m ~ 1'. At character 11, a comparison: =, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS was expected, not ~.");
        invalid(
                "metrics.m > 1 OR ",
                "Invalid clause(s) in filter string: ''. At character 18, a name, such as metrics.loss or params.`a b` was expected, not the end.");
        invalid(
                "params.p NOT 'x'",
                "Invalid clause(s) in filter string: 'params.p NOT 'x''. At character 14, IN after NOT was expected, not 'x'.");
        invalid(
                "params.p IS 'x'",
                "Invalid clause(s) in filter string: 'params.p IS 'x''. At character 13, NULL or NOT NULL after IS was expected, not 'x'.");
        invalid(
                "params.p = 'x",
                "Invalid clause(s) in filter string: ''x'. The ' at character 12 has no other one that closes it.");
        invalid("metrics.m >", "Expected numeric value type for metric. Found the end");
    }

    @Test
    void refusesSearchesBeyondWhatEveryEngineTakes() throws Exception {
        invalid("NOT ".repeat(33) + "params.p = 'a'", "The filter is nested deeper than 32 levels. Flatten it.");
        assertThat(names("NOT ".repeat(32) + "params.absent IS NULL")).isEmpty();
        invalid(
                "params.p LIKE '%s'".formatted("%a".repeat(5_001)),
                "A pattern has at most 10000 characters, this one has 10002. Shorten it.");
        assertThat(names("params.p ILIKE '%s'".formatted("%a".repeat(5_000)))).isEmpty();
        var fields = IntStream.range(0, 17)
                .mapToObj(i -> "\"metrics.m%d\"".formatted(i))
                .toList();
        mlflow.post("runs/search", "{\"experiment_ids\": [1], \"order_by\": %s}".formatted(fields))
                .isInvalid("`order_by` has 17 fields; at most 16 are sorted by. Shorten it.");
    }

    private void invalid(String filter, String message) throws Exception {
        mlflow.post("runs/search", MlflowFixture.object().put("filter", filter).toString())
                .isInvalid(message);
    }

    @Test
    void pagesSearchesToTheirBounds() throws Exception {
        mlflow.runId(experiment, "a");
        mlflow.runId(experiment, "b");
        String search = "{\"experiment_ids\": [1], \"max_results\": %s}";
        assertThat(mlflow.post("runs/search", search.formatted("2")).ok().has("next_page_token"))
                .isFalse();
        mlflow.post("runs/search", search.formatted("60000"))
                .isInvalid("Invalid value 60000 for parameter 'max_results' supplied:  Hint: Value was of type 'int'."
                        + DOCS);
        mlflow.post("runs/search", search.formatted("0"))
                .isInvalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
        mlflow.post("runs/search", search.formatted("1, \"page_token\": \"x\""))
                .isInvalid("Invalid page token, pass the next_page_token of the page before with the same search.");
        mlflow.post("runs/search", search.formatted("1, \"order_by\": [\"start_time\", \"start_time\"]"))
                .isInvalid("`order_by` contains duplicate fields: ['start_time', 'start_time']");
        assertThat(mlflow.post("runs/search", "{}").ok().toString()).isEqualTo("{}");
        assertThat(mlflow.post("runs/search", "{\"experiment_ids\": [\"99\"]}")
                        .ok()
                        .toString())
                .isEqualTo("{}");
        mlflow.post("runs/search", "{\"experiment_ids\": [\"x\"]}")
                .isInvalid("Invalid experiment ID 'x'. Experiment ID must be a valid integer.");
    }

    @Test
    void givesHistoriesInTheOrderOfLogging() throws Exception {
        String run = mlflow.runId(experiment, "first");
        for (int timestamp : new int[] {1_000, 2_000, 3_000, 2_999}) {
            log(
                            "log-metric",
                            run,
                            "\"key\": \"m\", \"value\": %d, \"timestamp\": %1$d, \"step\": %d"
                                    .formatted(timestamp, timestamp / 1_000))
                    .written();
        }
        assertThat(timestamps(mlflow.get("metrics/get-history", "run_id", run, "metric_key", "m")
                        .ok()))
                .containsExactly(1_000L, 2_000L, 3_000L, 2_999L);
        JsonNode page = mlflow.get("metrics/get-history", "run_uuid", run, "metric_key", "m", "max_results", "3")
                .ok();
        assertThat(timestamps(page)).containsExactly(1_000L, 2_000L, 3_000L);
        JsonNode last = mlflow.get(
                        "metrics/get-history",
                        "run_id",
                        run,
                        "metric_key",
                        "m",
                        "max_results",
                        "1",
                        "page_token",
                        page.path("next_page_token").textValue())
                .ok();
        assertThat(timestamps(last)).containsExactly(2_999L);
        assertThat(last.has("next_page_token")).isFalse();
        assertThat(mlflow.get("metrics/get-history", "run_id", run, "metric_key", "none")
                        .ok()
                        .toString())
                .isEqualTo("{}");
        assertThat(mlflow.get("metrics/get-history", "run_id", NO_RUN, "metric_key", "m")
                        .ok()
                        .toString())
                .isEqualTo("{}");
        mlflow.get("metrics/get-history", "run_id", run, "metric_key", "m", "max_results", "0")
                .isInvalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer.");
        JsonNode bulk = mlflow.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", "run_id", run, "metric_key", "m")
                .ok();
        assertThat(timestamps(bulk)).containsExactly(1_000L, 2_000L, 2_999L, 3_000L);
        assertThat(bulk.at("/metrics/0/run_id").textValue()).isEqualTo(run);
        assertThat(mlflow.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", "run_id", NO_RUN, "metric_key", "m")
                        .ok()
                        .toString())
                .isEqualTo("{\"metrics\":[]}");
        mlflow.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk")
                .isInvalid("GetMetricHistoryBulk request must specify at least one run_id.");
        mlflow.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", "run_id", run)
                .isInvalid("GetMetricHistoryBulk request must specify a metric_key.");
    }

    private static List<Long> timestamps(JsonNode page) {
        var all = new ArrayList<Long>();
        page.path("metrics").forEach(point -> all.add(point.path("timestamp").longValue()));
        return all;
    }

    @Test
    void samplesLongHistories() throws Exception {
        String one = mlflow.runId(experiment, "one");
        String two = mlflow.runId(experiment, "two");
        batch(one, "\"metrics\": [" + many(100, "{\"key\": \"m\", \"value\": 1, \"timestamp\": 1, \"step\": %d}") + "]")
                .written();
        batch(
                        two,
                        "\"metrics\": [{\"key\": \"m\", \"value\": 2, \"timestamp\": 1, \"step\": 7}, {\"key\": \"m\", \"value\": 3, \"timestamp\": 1, \"step\": 9}]")
                .written();
        JsonNode found = mlflow.get(
                        "metrics/get-history-bulk-interval",
                        "run_ids",
                        one,
                        "run_ids",
                        two,
                        "metric_key",
                        "m",
                        "max_results",
                        "4")
                .ok();
        var steps = new ArrayList<String>();
        found.path("metrics")
                .forEach(point -> steps.add((point.path("run_id").textValue().equals(one) ? "one " : "two ")
                        + point.path("step").longValue()));
        assertThat(steps).containsExactly("one 0", "one 25", "one 50", "one 75", "one 99", "two 7", "two 9");
        assertThat(mlflow.get(
                                "metrics/get-history-bulk-interval",
                                "run_ids",
                                one,
                                "metric_key",
                                "m",
                                "start_step",
                                "10",
                                "end_step",
                                "12")
                        .ok()
                        .path("metrics")
                        .size())
                .isEqualTo(3);
        mlflow.get("metrics/get-history-bulk-interval", "run_ids", one, "metric_key", "m", "start_step", "10")
                .isInvalid("If either start step or end step are specified, both must be specified.");
        mlflow.get(
                        "metrics/get-history-bulk-interval",
                        "run_ids",
                        one,
                        "metric_key",
                        "m",
                        "start_step",
                        "10",
                        "end_step",
                        "1")
                .isInvalid("end_step must be greater than start_step. Found start_step=10 and end_step=1.");
        mlflow.get("metrics/get-history-bulk-interval", "run_ids", one, "metric_key", "m", "max_results", "2501")
                .isInvalid("max_results must be between 1 and 2500.");
    }

    @Test
    void samplesHistoriesWhoseStepsComeInAnyOrderAndMoreThanOnce() throws Exception {
        String run = mlflow.runId(experiment, "unordered");
        var points = new ArrayList<String>();
        for (int step : new int[] {8, 8, 3, 3, 8, 0, 4, 4, 4, 1, 9, 9, 2, 0}) {
            points.add("{\"key\": \"m\", \"value\": %d, \"timestamp\": %d, \"step\": %d}"
                    .formatted(points.size(), points.size(), step));
        }
        batch(run, "\"metrics\": [" + String.join(", ", points) + "]").written();
        var found = new ArrayList<String>();
        // Of the steps 0, 1, 2, 3, 4, 8 and 9, three are chosen, and the last one.
        mlflow.get("metrics/get-history-bulk-interval", "run_ids", run, "metric_key", "m", "max_results", "3")
                .ok()
                .path("metrics")
                .forEach(point -> found.add("%d:%d"
                        .formatted(
                                point.path("step").longValue(),
                                point.path("value").longValue())));
        assertThat(found).containsExactly("0:5", "0:13", "2:12", "4:6", "4:7", "4:8", "9:10", "9:11");
        batch(
                        run,
                        "\"metrics\": [{\"key\": \"n\", \"value\": 1, \"timestamp\": 1, \"step\": -3}, {\"key\": \"n\", \"value\": 2, \"timestamp\": 1, \"step\": -1}]")
                .written();
        assertThat(mlflow.get("metrics/get-history-bulk-interval", "run_ids", run, "metric_key", "n")
                        .ok()
                        .path("metrics"))
                .hasSize(2);
    }
}
