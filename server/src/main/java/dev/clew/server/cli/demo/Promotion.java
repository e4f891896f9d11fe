package dev.clew.server.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.demo.Stage.Part;
import java.util.Map;

/** Act 4: registered, approved by somebody else, deployed by a third; the shortcuts are refused. */
final class Promotion {
    private static final String CHAMPION = "registered-models/alias";

    private Promotion() {}

    static void play(Stage stage) {
        stage.act("The model is registered, approved and deployed, each by another hand");
        Connection scientist = stage.as(Part.SCIENTIST);
        stage.mlflow(scientist, "registered-models/create", Map.of("name", Stage.MODEL));
        String version = stage.mlflow(
                        scientist,
                        "model-versions/create",
                        Map.of(
                                "name",
                                Stage.MODEL,
                                "source",
                                "models:/" + stage.kept("model"),
                                "model_id",
                                stage.kept("model"),
                                "run_id",
                                stage.kept("run")))
                .path("model_version")
                .path("version")
                .asText();
        stage.keep("version", version);
        stage.say("%s/%s is registered by the data scientist".formatted(Stage.MODEL, version));

        var alias = Map.of("name", Stage.MODEL, "alias", "champion", "version", version);
        stage.refused(
                scientist,
                "/api/2.0/mlflow/" + CHAMPION,
                alias,
                "the alias champion cannot be moved without an approval");
        var order = Map.of(
                "endpoint",
                Stage.ENDPOINT,
                "model",
                Stage.MODEL,
                "version",
                version,
                "tier",
                "production",
                "reason",
                reason("promotion", "First model for the new credit product"));
        stage.refused(
                stage.as(Part.DEPLOYER),
                "/api/clew/v1/deployments",
                order,
                "nor can the deployer put it into production");

        String approval = scientist
                .post(
                        "/api/clew/v1/approvals",
                        Map.of(
                                "model",
                                Stage.MODEL,
                                "version",
                                version,
                                "reason",
                                reason("promotion", "Validation AUC is stable over five folds")))
                .path("approval")
                .path("id")
                .textValue();
        var vote = Map.of(
                "vote",
                "grant",
                "reason",
                reason("promotion", "Reviewed data, metrics and reason codes; fit for decisions up to 15 000"));
        String votes = "/api/clew/v1/approvals/%s/votes".formatted(approval);
        stage.refused(scientist, votes, vote, "the data scientist asked for approval and cannot grant it himself");
        JsonNode granted = stage.as(Part.APPROVER).post(votes, vote).path("approval");
        stage.expect(
                "granted".equalsIgnoreCase(granted.path("state").asText()), "the approver grants it, with a reason");

        JsonNode deployment =
                stage.as(Part.DEPLOYER).post("/api/clew/v1/deployments", order).path("deployment");
        stage.keep("deployment", deployment.path("id").textValue());
        stage.expect(
                "live".equalsIgnoreCase(deployment.path("state").asText()),
                "the deployer deploys it to %s, with a reason".formatted(Stage.ENDPOINT));
        stage.mlflow(
                stage.as(Part.DEPLOYER).because("promotion; It serves the credit product since today"),
                CHAMPION,
                alias);
        stage.expect(true, "now the alias champion moves");
    }

    static Map<String, String> reason(String code, String text) {
        return Map.of("code", code, "text", text);
    }
}
