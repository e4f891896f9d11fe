package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of which a version is registered is not deleted: it says where the model comes from. */
@EveryEngine
class RegisteredRunsTest {
    private static final String MLFLOW = "/api/2.0/mlflow/";

    @TempDir
    Path root;

    private TestServer server;
    private String run = "";

    @BeforeEach
    void open() throws Exception {
        server = TestServer.open(root);
        run = mlflow("runs/create", "{\"experiment_id\": \"0\"}")
                .at("/run/info/run_id")
                .textValue();
        register("credit", "s3://bucket/credit");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode mlflow(String call, String body) throws Exception {
        return expect(200, server.post("", MLFLOW + call, body)).json();
    }

    private void register(String model, String source) throws Exception {
        server.post("", MLFLOW + "registered-models/create", "{\"name\": \"%s\"}".formatted(model));
        mlflow("model-versions/create", """
                {"name": "%s", "source": "%s", "run_id": "%s"}""".formatted(model, source, run));
    }

    private TestServer.Response delete() throws Exception {
        return server.post("", MLFLOW + "runs/delete", "{\"run_id\": \"%s\"}".formatted(run));
    }

    private String stage() throws Exception {
        return expect(200, server.get("", MLFLOW + "runs/get?run_id=" + run))
                .json()
                .at("/run/info/lifecycle_stage")
                .textValue();
    }

    private void refused(String version) throws Exception {
        var answer = delete();
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.field("error_code")).isEqualTo("RESOURCE_CONFLICT");
        assertThat(answer.field("message")).contains(run, "version " + version + " ", "delete the version first");
        assertThat(stage()).isEqualTo("active");
    }

    private void without(String call, String body) throws Exception {
        expect(200, server.send("", "DELETE", MLFLOW + call, body, "application/json"));
    }

    @Test
    void aRunIsDeletedWhenItsVersionsAre() throws Exception {
        register("scores", "s3://bucket/scores");
        assertThat(delete().status()).isEqualTo(409);
        without("model-versions/delete", "{\"name\": \"credit\", \"version\": \"1\"}");
        refused("scores/1");
        // A deleted model takes its versions along.
        without("registered-models/delete", "{\"name\": \"scores\"}");
        expect(200, delete());
        assertThat(stage()).isEqualTo("deleted");
        expect(200, delete());
        // What was registered of a deleted run leaves it as it is, and it can be restored.
        register("credit", "s3://bucket/credit");
        expect(200, delete());
        mlflow("runs/restore", "{\"run_id\": \"%s\"}".formatted(run));
        refused("credit/2");
    }

    @Test
    void theRunThatMadeALoggedModelIsNotDeletedEither() throws Exception {
        without("registered-models/delete", "{\"name\": \"credit\"}");
        String model = mlflow("logged-models", """
                        {"experiment_id": "0", "name": "scorer", "source_run_id": "%s"}""".formatted(run))
                .at("/model/info/model_id")
                .textValue();
        server.post("", MLFLOW + "registered-models/create", "{\"name\": \"scorer\"}");
        mlflow("model-versions/create", """
                {"name": "scorer", "source": "models:/%1$s", "model_id": "%1$s"}""".formatted(model));
        refused("scorer/1");
    }

    @Test
    void aPromptThatNamesARunBindsNothing() throws Exception {
        without("registered-models/delete", "{\"name\": \"credit\"}");
        String tags =
                "\"tags\": [{\"key\": \"mlflow.prompt.is_prompt\", \"value\": \"true\"}, {\"key\": \"mlflow.prompt.text\", \"value\": \"Hi\"}]";
        mlflow("registered-models/create", "{\"name\": \"greeting\", %s}".formatted(tags));
        mlflow("model-versions/create", """
                {"name": "greeting", "source": "dummy-source", "run_id": "%s", %s}""".formatted(run, tags));
        expect(200, delete());
    }

    @Test
    void anExperimentGoesOutOfSightWithItsRunsAndComesBackWithThem() throws Exception {
        String experiment = mlflow("experiments/create", "{\"name\": \"scoring\"}")
                .path("experiment_id")
                .textValue();
        run = mlflow("runs/create", "{\"experiment_id\": \"%s\"}".formatted(experiment))
                .at("/run/info/run_id")
                .textValue();
        register("credit", "s3://bucket/credit");
        mlflow("experiments/delete", "{\"experiment_id\": \"%s\"}".formatted(experiment));
        assertThat(stage()).isEqualTo("deleted");
        assertThat(delete().status()).isEqualTo(409);
        mlflow("experiments/restore", "{\"experiment_id\": \"%s\"}".formatted(experiment));
        refused("credit/2");
    }

    @Test
    void theAttemptIsADenialOnRecord() throws Exception {
        Map<String, String> tokens;
        server.close();
        Path own = Files.createDirectory(root.resolve("own"));
        try (var first = TestServer.open(own).withAdministrator()) {
            first.withUser("dora", "DS").withUser("aud", "AU", "instance");
            tokens = Map.copyOf(first.tokens());
            run = expect(200, first.post("dora", MLFLOW + "runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            expect(200, first.post("dora", MLFLOW + "registered-models/create", "{\"name\": \"credit\"}"));
            expect(200, first.post("dora", MLFLOW + "model-versions/create", """
                    {"name": "credit", "source": "s3://bucket/credit", "run_id": "%s"}""".formatted(run)));
            for (int i = 0; i < 2; i++) {
                expect(409, first.post("dora", MLFLOW + "runs/delete", "{\"run_id\": \"%s\"}".formatted(run)));
            }
        }
        server = TestServer.open(own).as(tokens);
        assertThat(new DenialRecords(server, "aud").of("dora")).hasSize(1);
    }
}
