package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.TestServer.Response;
import dev.clew.server.common.Json;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations over HTTP: the real credit model, with numbers that XGBoost itself gave, by the eyes of each role. */
@EveryEngine
class ExplanationsServeTest {
    private static final Path EXAMPLE = Path.of("../examples/credit");
    private static final String DECISIONS = "/api/clew/v1/decisions/";
    private static final String[] WHY = {
        "X-Clew-Reason", "request; the applicant asks why", "X-Clew-Purpose", "decision-review"
    };

    @TempDir
    Path root;

    private TestServer open() throws Exception {
        return TestServer.open(root)
                .withAdministrator()
                .withUser("dora", "DS")
                .withUser("dirk", "DP")
                .withUser("scorer", "Ss")
                .withUser("cora", "CW")
                .withUser("otto", "PO")
                .withUser("vera", "VW");
    }

    /** The model of the example as a version that serves. */
    private static void serve(TestServer server) throws Exception {
        expect(200, server.post("dora", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
        String run = expect(200, server.post("dora", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .at("/run/info/run_id")
                .textValue();
        for (String file : new String[] {"model.json", "reason-codes.json"}) {
            expect(
                    200,
                    server.put(
                            "dora",
                            "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/model/%s".formatted(run, file),
                            Files.readString(EXAMPLE.resolve(file))));
        }
        expect(200, server.post("dora", "/api/2.0/mlflow/model-versions/create", """
                {"name": "credit", "source": "runs:/%1$s/model", "run_id": "%1$s"}""".formatted(run)));
        expect(201, server.post("dirk", "/api/clew/v1/deployments", """
                {"endpoint": "scoring", "model": "credit", "version": 1, "reason": {"text": "the first one to serve"}}"""));
    }

    /** A decision on one application of the example, about the person {@code customer/7}. */
    private static String decide(TestServer server, JsonNode application) throws Exception {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("client_id", "application-" + application.path("application").asText());
        body.put("endpoint", "scoring").put("outcome", "denied");
        body.set("features", application.path("features"));
        body.set("score", application.path("probability"));
        body.putObject("subject").put("namespace", "customer").put("id", "7");
        return expect(201, server.post("scorer", "/api/clew/v1/decisions", body.toString()))
                .field("id");
    }

    private static Response explanation(TestServer server, String who, String decision, String... why)
            throws Exception {
        return server.get(who, DECISIONS + decision + "/explanation", why);
    }

    @Test
    void tellsWhatWeighedHowMuchAndByWhichModelAndEngine() throws Exception {
        JsonNode application =
                Json.MAPPER.readTree(EXAMPLE.resolve("expected.json").toFile()).path(0);
        try (var server = open()) {
            serve(server);
            String id = decide(server, application);
            JsonNode told = expect(200, explanation(server, "cora", id, WHY)).json();
            assertThat(told.path("decision").textValue()).isEqualTo(id);
            assertThat(told.path("base").doubleValue())
                    .isCloseTo(application.path("base").doubleValue(), within(1e-5));
            assertThat(told.path("margin").doubleValue())
                    .isCloseTo(application.path("margin").doubleValue(), within(1e-5));
            assertThat(told.path("prediction").doubleValue())
                    .isCloseTo(application.path("probability").doubleValue(), within(1e-6));
            assertThat(told.path("additivity_error").doubleValue()).isLessThan(1e-6);
            double largest = Double.MAX_VALUE;
            assertThat(told.path("attributions"))
                    .hasSize(application.path("contributions").size());
            for (JsonNode part : told.path("attributions")) {
                String feature = part.path("feature").textValue();
                double phi = part.path("phi").doubleValue();
                assertThat(phi)
                        .as(feature)
                        .isCloseTo(
                                application.path("contributions").path(feature).doubleValue(), within(1e-5));
                assertThat(part.path("direction").textValue()).isEqualTo(phi > 0 ? "up" : phi < 0 ? "down" : "none");
                JsonNode given = application.path("features").path(feature);
                if (given.isNumber()) {
                    assertThat(part.path("value").doubleValue()).as(feature).isEqualTo(given.doubleValue());
                } else {
                    assertThat(part.path("value")).as(feature).isEqualTo(given);
                }
                assertThat(Math.abs(phi)).isLessThanOrEqualTo(largest);
                largest = Math.abs(phi);
            }
            assertThat(told.path("reasons").path("policy").textValue()).isEqualTo("credit-reasons-1");
            assertThat(told.at("/reasons/codes/0/text/en").textValue()).isNotBlank();
            JsonNode provenance = told.path("provenance");
            assertThat(provenance.path("model_digest").textValue())
                    .isEqualTo(HexFormat.of()
                            .formatHex(dev.clew.ledger.tree.Hashing.sha256(
                                    Files.readAllBytes(EXAMPLE.resolve("model.json")))));
            for (String field : new String[] {
                "engine_version", "engine_digest", "config_digest", "adapter", "cover_rule", "input_precision"
            }) {
                assertThat(provenance.path(field).asText()).as(field).isNotBlank();
            }
            // Asked again it is the same result and the same record.
            JsonNode again = expect(200, explanation(server, "cora", "application-2", WHY))
                    .json();
            assertThat(again.path("id")).isEqualTo(told.path("id"));
            assertThat(again.path("result_digest")).isEqualTo(told.path("result_digest"));
        }
    }

    @Test
    void isShownToEachRoleAsTheMatrixSays() throws Exception {
        JsonNode application =
                Json.MAPPER.readTree(EXAMPLE.resolve("expected.json").toFile()).path(0);
        try (var server = open()) {
            serve(server);
            String id = decide(server, application);
            // A case worker says why, and for what; each look is on record.
            assertThat(explanation(server, "cora", id).field("code")).isEqualTo("JUSTIFICATION_REQUIRED");
            assertThat(explanation(server, "cora", id, "X-Clew-Reason", "asked").field("code"))
                    .isEqualTo("JUSTIFICATION_REQUIRED");
            expect(200, explanation(server, "cora", id, WHY));
            String handle = expect(200, server.post("otto", "/api/clew/v1/subjects/lookup", """
                    {"namespace": "customer", "id": "7"}""", WHY))
                    .field("handle");
            assertThat(expect(200, server.get("otto", "/api/clew/v1/subjects/" + handle + "/reads", WHY))
                            .json()
                            .path("items")
                            .findValuesAsText("who"))
                    .contains(expect(200, server.get("cora", "/api/clew/v1/session"))
                            .field("who"));
            // Masked: what weighed how much, not what it was.
            JsonNode masked = expect(200, explanation(server, "dora", id)).json();
            assertThat(masked.path("attributions")).isNotEmpty();
            assertThat(masked.path("attributions").findValues("value")).isEmpty();
            assertThat(masked.at("/reasons/codes/0/text")).isEmpty();
            assertThat(masked.toString()).doesNotContain("skilled employee");
            for (String denied : new String[] {"vera", "dirk", "scorer", "admin"}) {
                assertThat(explanation(server, denied, id, WHY).status())
                        .as(denied)
                        .isIn(403, 404);
            }
            assertThat(explanation(server, "", id, WHY).status()).isEqualTo(401);
            assertThat(explanation(server, "cora", "0".repeat(32), WHY).status())
                    .isEqualTo(404);
        }
    }

    @Test
    void saysSoWhenThePersonIsErasedAndWhenThereIsNothingToExplainBy() throws Exception {
        JsonNode application =
                Json.MAPPER.readTree(EXAMPLE.resolve("expected.json").toFile()).path(0);
        try (var server = open()) {
            serve(server);
            String id = decide(server, application);
            expect(200, explanation(server, "cora", id, WHY));
            String unlinked = expect(201, server.post("scorer", "/api/clew/v1/decisions", """
                    {"client_id": "by-hand", "features": {"age": 33}, "outcome": "denied"}"""))
                    .field("id");
            Response none = expect(400, explanation(server, "cora", unlinked, WHY));
            assertThat(none.field("detail")).contains("names no model version");
            String handle = expect(200, server.post("cora", "/api/clew/v1/subjects/lookup", """
                    {"namespace": "customer", "id": "7"}""", WHY))
                    .field("handle");
            String erasure = expect(202, server.post("cora", "/api/clew/v1/subjects/" + handle + "/erase", "{}", WHY))
                    .field("erasure");
            assertThat(server.post("otto", "/api/clew/v1/erasures/" + erasure + "/execute", "", WHY)
                            .status())
                    .isIn(200, 202);
            Response erased = expect(410, explanation(server, "cora", id, WHY));
            assertThat(erased.field("code")).isEqualTo("ERASED");
            assertThat(erased.text()).doesNotContain("skilled employee").doesNotContain("customer");
        }
    }
}
