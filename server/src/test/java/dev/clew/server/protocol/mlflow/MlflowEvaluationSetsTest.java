package dev.clew.server.protocol.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MlflowEvaluationSetsTest {
    private static final String BASE = "/api/3.0/mlflow/datasets";

    private MlflowFixture mlflow;
    private String experiment;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        mlflow = new MlflowFixture(directory);
        experiment = mlflow.experiment("evaluated");
    }

    @AfterEach
    void close() {
        mlflow.close();
    }

    private String create(String name, String tags) throws Exception {
        var body = MlflowFixture.object().put("name", name).put("tags", tags);
        body.putArray("experiment_ids").add(experiment);
        return mlflow.post(BASE + "/create", body.toString())
                .written()
                .at("/dataset/dataset_id")
                .textValue();
    }

    private JsonNode upsert(String id, String records) throws Exception {
        return mlflow.post(
                        BASE + "/" + id + "/records",
                        MlflowFixture.object().put("records", records).toString())
                .written();
    }

    private JsonNode records(String id) throws Exception {
        return Json.MAPPER.readTree(
                mlflow.get(BASE + "/" + id + "/records").ok().path("records").textValue());
    }

    private List<String> search(String filter, String... order) throws Exception {
        var body = MlflowFixture.object().put("filter_string", filter);
        body.putArray("experiment_ids").add(experiment);
        List.of(order).forEach(body.putArray("order_by")::add);
        var names = new ArrayList<String>();
        mlflow.post(BASE + "/search", body.toString())
                .ok()
                .path("datasets")
                .forEach(set -> names.add(set.path("name").textValue()));
        return names;
    }

    @Test
    void keepsOneRecordForTheSameInputs() throws Exception {
        String id = create("ev", "{\"a\": \"b\", \"mlflow.user\": \"root\"}");
        assertThat(id).matches("d-[0-9a-f]{32}");
        assertThat(upsert(id, """
            [{"inputs": {"q": "1", "z": 2}, "expectations": {"a": "2"}, "source": {"source_type": "HUMAN", "source_data": {}},
              "tags": {"mlflow.user": "root"}},
             {"inputs": {"q": "2"}, "source": {"source_type": "CODE", "source_data": {}}}]\
            """).toString()).isEqualTo("{\"inserted_count\":2,\"updated_count\":0}");
        assertThat(upsert(id, """
            [{"inputs": {"z": 2, "q": "1"}, "expectations": {"b": 3}, "source": {"source_type": "CODE"}}]\
            """).toString()).isEqualTo("{\"inserted_count\":0,\"updated_count\":1}");
        String twice = create("twice", "{}");
        assertThat(upsert(twice, """
            [{"inputs": {"q": 1}, "expectations": {"a": 1}}, {"inputs": {"q": 1}, "expectations": {"b": 2}, "outputs": "o"}, {"inputs": {"q": 2}}]\
            """).toString()).isEqualTo("{\"inserted_count\":2,\"updated_count\":1}");
        assertThat(records(twice).toString()).contains("\"expectations\":{\"a\":1,\"b\":2},\"outputs\":\"o\"");
        JsonNode set = mlflow.get(BASE + "/" + id).ok().path("dataset");
        assertThat(set.path("schema").textValue())
                .isEqualTo(
                        "{\"expectations\":{\"a\":\"string\",\"b\":\"integer\"},\"inputs\":{\"q\":\"string\",\"z\":\"integer\"},\"outputs\":{},\"version\":\"1.0\"}");
        assertThat(set.path("profile").textValue()).isEqualTo("{\"num_records\": 2}");
        assertThat(set.path("digest").textValue()).matches("[0-9a-f]{8}");
        assertThat(set.path("created_by").textValue()).isEqualTo("root");
        JsonNode records = records(id);
        assertThat(records).hasSize(2);
        JsonNode first = records.get(0).at("/inputs/q").asText().equals("1") ? records.get(0) : records.get(1);
        assertThat(first.path("expectations").toString()).isEqualTo("{\"a\":\"2\",\"b\":3}");
        assertThat(first.path("source_type").textValue()).isEqualTo("HUMAN");
        String record = first.path("dataset_record_id").textValue();
        assertThat(mlflow.send(
                                "DELETE",
                                BASE + "/" + id + "/records",
                                "{\"dataset_record_ids\": [\"%s\", \"dr-%032x\"]}".formatted(record, 1))
                        .written()
                        .toString())
                .isEqualTo("{\"deleted_count\":1}");
        assertThat(records(id)).hasSize(1);
        mlflow.send("DELETE", BASE + "/" + id, null).written();
        mlflow.get(BASE + "/" + id).isMissing("Evaluation dataset with id '%s' not found".formatted(id));
        assertThat(mlflow.send("DELETE", BASE + "/" + id, null).ok().toString()).isEqualTo("{}");
    }

    @Test
    void saysTheTypesOfWhatRecordsHoldInTheWordsOfTheReference() throws Exception {
        String id = create("types", "{}");
        upsert(id, """
            [{"inputs": {"none": null, "list": [1], "whole": 1, "half": 0.5, "yes": true, "map": {}}, "outputs": "plain"}]\
            """);
        assertThat(schema(id))
                .isEqualTo(
                        "{\"expectations\":{},\"inputs\":{\"half\":\"float\",\"list\":\"array\",\"map\":\"object\",\"none\":\"null\",\"whole\":\"integer\",\"yes\":\"boolean\"},\"outputs\":\"string\",\"version\":\"1.0\"}");
        upsert(id, "[{\"inputs\": {\"whole\": 2}, \"outputs\": 3}]");
        assertThat(schema(id)).contains("\"outputs\":\"string\"");
        upsert(id, "[{\"inputs\": {\"whole\": 3}, \"outputs\": {\"o\": 1}}]");
        assertThat(schema(id)).contains("\"outputs\":{\"o\":\"integer\"}");
    }

    private String schema(String id) throws Exception {
        return mlflow.get(BASE + "/" + id).ok().at("/dataset/schema").textValue();
    }

    @Test
    void pagesThroughRecords() throws Exception {
        String id = create("many", "{}");
        var records = Json.MAPPER.createArrayNode();
        for (int i = 0; i < 25; i++) {
            records.addObject().putObject("inputs").put("n", i);
        }
        upsert(id, records.toString());
        var seen = new ArrayList<Integer>();
        String token = "";
        do {
            JsonNode page = mlflow.get(BASE + "/" + id + "/records", "max_results", "10", "page_token", token)
                    .ok();
            Json.MAPPER
                    .readTree(page.path("records").textValue())
                    .forEach(record -> seen.add(record.at("/inputs/n").intValue()));
            token = page.path("next_page_token").asText();
        } while (!token.isEmpty());
        assertThat(seen).hasSize(25).doesNotHaveDuplicates();
        mlflow.post(
                        BASE + "/" + id + "/records",
                        MlflowFixture.object()
                                .put("records", "[{\"outputs\": {}}]")
                                .toString())
                .isInvalid("Invalid value for parameter 'records[0]' supplied: It needs an object 'inputs'.");
    }

    @Test
    void findsByNameTagAndExperiment() throws Exception {
        create("first", "{\"team\": \"risk\"}");
        String second = create("second", "{}");
        assertThat(search("", "name ASC")).containsExactly("first", "second");
        assertThat(search("name = 'first'")).containsExactly("first");
        assertThat(search("name LIKE '%st' OR name IN ('second')", "name DESC")).containsExactly("second", "first");
        assertThat(search("tags.team = 'risk'")).containsExactly("first");
        assertThat(search("NOT tags.team = 'risk'")).isEmpty();
        assertThat(search("tags.team IS NULL")).containsExactly("second");
        assertThat(search("created_time > 0 AND created_by LIKE '%'")).hasSize(2);
        mlflow.send("PATCH", BASE + "/" + second + "/tags", "{\"tags\": \"{\\\"team\\\": \\\"x\\\"}\"}")
                .written();
        assertThat(search("tags.team = 'x'")).containsExactly("second");
        mlflow.send("DELETE", BASE + "/" + second + "/tags/team", null).written();
        mlflow.post(BASE + "/" + second + "/add-experiments", "{\"experiment_ids\": [\"0\"]}")
                .written();
        assertThat(mlflow.get(BASE + "/" + second + "/experiment-ids").ok().toString())
                .isEqualTo("{\"experiment_ids\":[\"0\",\"%s\"]}".formatted(experiment));
        mlflow.post(BASE + "/" + second + "/remove-experiments", "{\"experiment_ids\": [\"%s\"]}".formatted(experiment))
                .written();
        assertThat(search("")).containsExactly("first");
        mlflow.post(BASE + "/create", "{\"name\": \"x\", \"experiment_ids\": [\"99\"]}")
                .isMissing("No Experiment with id=99 exists");
        mlflow.post(BASE + "/create", "{\"name\": \"x\", \"tags\": \"no json\"}")
                .isInvalid("Invalid value for parameter 'tags' supplied: It must be a text that holds JSON.");
    }
}
