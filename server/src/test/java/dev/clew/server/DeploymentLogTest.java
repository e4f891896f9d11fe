package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deployment log says why each deployment was made, in the words of who made it. */
class DeploymentLogTest {
    private static final String DEPLOYMENTS = "/api/clew/v1/deployments";

    @TempDir
    Path root;

    @Test
    void everyDeploymentKeepsTheReasonItWasMadeFor() throws Exception {
        try (var server = TestServer.open(root)) {
            server.post("", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}");
            for (int i = 0; i < 2; i++) {
                server.post("", "/api/2.0/mlflow/model-versions/create", """
                        {"name": "credit", "source": "s3://bucket/credit"}""");
            }
            String first = deploy(server, 1, "The first model for the new product");
            deploy(server, 2, "Better on the newest quarter");
            var back = server.post(
                    "", DEPLOYMENTS + "/" + live(server).path("id").textValue() + "/rollback", """
                    {"to": "%s", "reason": {"code": "rollback", "text": "Twice as many complaints"}}""".formatted(first));
            assertThat(back.status()).as(back.text()).isEqualTo(201);
            // A later change of it leaves the reason it was made for.
            var ended = server.post(
                    "",
                    DEPLOYMENTS + "/" + back.json().at("/deployment/id").textValue() + "/end",
                    "{\"reason\": {\"code\": \"policy\", \"text\": \"The product is withdrawn\"}}");
            assertThat(ended.status()).as(ended.text()).isEqualTo(200);

            JsonNode log = server.get("", DEPLOYMENTS).json().path("items");
            assertThat(StreamSupport.stream(log.spliterator(), false)
                            .map(each -> "%s: %s"
                                    .formatted(
                                            each.path("why").textValue(),
                                            each.path("reason").textValue())))
                    .containsExactly(
                            "rollback: Twice as many complaints",
                            "promotion: Better on the newest quarter",
                            "promotion: The first model for the new product");
            assertThat(server.get("", DEPLOYMENTS + "/" + first).field("reason"))
                    .isEqualTo("The first model for the new product");
        }
    }

    private static String deploy(TestServer server, int version, String reason) throws Exception {
        var answer = server.post("", DEPLOYMENTS, """
                {"endpoint": "scoring", "model": "credit", "version": %d, "reason": {"code": "promotion", "text": "%s"}}""".formatted(version, reason));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().at("/deployment/id").textValue();
    }

    private static JsonNode live(TestServer server) throws Exception {
        return server.get("", DEPLOYMENTS + "?state=live").json().path("items").path(0);
    }
}
