package dev.clew.server.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.verify.Verifier;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.ThreadTree;
import dev.clew.server.cli.demo.Stage.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Act 7: one denied application, its whole thread, and its proof checked without the server. */
final class Inquiry {
    private static final int SHOWN = 5;

    private Inquiry() {}

    static void play(Stage stage) {
        String application = stage.kept("application");
        stage.act("Why was %s denied, and can it be proven?".formatted(application));
        Connection worker = stage.as(Part.CASE_WORKER)
                .purpose("decision-review")
                .because("request; The applicant asks for the reasons");
        String path = "/api/clew/v1/decisions/" + application;
        JsonNode decision = worker.get(path);
        stage.keep("decision", decision.path("id").textValue());
        stage.say("%s: %s, score %s, threshold %s, entry #%d record %d"
                .formatted(
                        application,
                        decision.path("outcome").asText(),
                        number(decision.path("score")),
                        number(decision.path("threshold")),
                        decision.path("seq").asLong(),
                        decision.path("i").asLong()));
        JsonNode explanation = worker.get(path + "/explanation");
        stage.say("what weighed most (towards denial +, against it −; base %s, margin %s):"
                .formatted(number(explanation.path("base")), number(explanation.path("margin"))));
        int shown = 0;
        for (JsonNode part : explanation.path("attributions")) {
            if (shown++ == SHOWN) {
                break;
            }
            stage.say("  %+.3f  %s = %s"
                    .formatted(
                            part.path("phi").doubleValue(),
                            part.path("feature").asText(),
                            part.path("value").asText()));
        }
        stage.say("reasons to be given to the applicant:");
        for (JsonNode code : explanation.path("reasons").path("codes")) {
            stage.say("  %s  %s"
                    .formatted(
                            code.path("code").asText(),
                            code.path("text").path("en").asText()));
        }
        stage.expect(
                !explanation.path("reasons").path("codes").isEmpty()
                        && explanation.path("additivity_error").doubleValue() < 1e-6,
                "the attributions add up to the score, exactly");

        stage.say("the thread, as the auditor follows it:");
        JsonNode thread = stage.as(Part.AUDITOR)
                .get("/api/clew/v1/trace/decision/%s?direction=up".formatted(stage.kept("decision")));
        stage.say(ThreadTree.lines(thread, true));
        var kinds = thread.path("nodes").findValuesAsText("kind");
        for (String kind : java.util.List.of(
                "explanation",
                "feedback",
                "deployment",
                "approval",
                "model-version",
                "run",
                "dataset-version",
                "environment")) {
            if (!kinds.contains(kind)) {
                stage.expect(false, "the thread reaches kind " + kind);
            }
        }
        stage.expect(true, "one thread from the decision to data, environment, approval and feedback");
        prove(stage);
    }

    private static void prove(Stage stage) {
        Path bundle = stage.data().resolveSibling("clew-demo.tlog-proof");
        Path policy = stage.data().resolveSibling("clew-demo.policy");
        try {
            Files.write(bundle, proof(stage));
            Files.writeString(policy, stage.server().text("/ledger/policy"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        stage.keep("bundle", bundle.toString());
        stage.keep("policy", policy.toString());
        verify(stage, "the proof of the decision verifies offline");
        stage.say("  check it yourself: ./clew verify %s --policy %s".formatted(bundle, policy));
    }

    /** Checks the bundle of act 7 without the server. */
    static void verify(Stage stage, String what) {
        var report = Verifier.verifyFile(
                Path.of(stage.kept("bundle")),
                Optional.of(Path.of(stage.kept("policy"))),
                Optional.of(stage.kept("decision")));
        stage.expect(report.exitCode() == 0, what);
    }

    /** A fresh batch is signed within a second; the route says so with 202. */
    private static byte[] proof(Stage stage) {
        for (int attempt = 0; attempt < 10; attempt++) {
            HttpResponse<byte[]> answer = stage.as(Part.AUDITOR)
                    .send("GET", "/api/clew/v1/decisions/%s/proof".formatted(stage.kept("decision")), null, "");
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            if (answer.statusCode() != 202) {
                throw new IllegalStateException(new String(answer.body(), StandardCharsets.UTF_8));
            }
        }
        throw new IllegalStateException("the batch was not signed in time");
    }

    private static String number(JsonNode value) {
        return String.format(Locale.ROOT, "%.4f", value.doubleValue());
    }
}
