package dev.clew.server.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.demo.Stage.Part;
import java.util.Map;

/** Act 8: one person's data is erased by two others; what was proven before stays proven. */
final class Forgetting {
    private Forgetting() {}

    static void play(Stage stage) {
        String application = stage.kept("application");
        stage.act("The person behind %s asks to be forgotten".formatted(application));
        Connection worker = stage.as(Part.CASE_WORKER)
                .purpose("subject-request")
                .because("request; The applicant withdrew and asks for erasure");
        String customer = "customer-" + application.substring(application.indexOf('-') + 1);
        String handle = worker.post("/api/clew/v1/subjects/lookup", Map.of("namespace", "customer", "id", customer))
                .path("handle")
                .textValue();
        int held = worker.get("/api/clew/v1/subjects/%s/access".formatted(handle))
                .path("items")
                .size();
        stage.say("the case worker finds her by a handle that lives for minutes: %d records are held".formatted(held));
        String erasure = worker.post("/api/clew/v1/subjects/%s/erase".formatted(handle), Map.of())
                .path("erasure")
                .textValue();
        String path = "/api/clew/v1/erasures/" + erasure;
        stage.refused(worker, path + "/execute", Map.of(), "who asked for it cannot execute it");
        Connection officer = stage.as(Part.PRIVACY)
                .purpose("subject-request")
                .because("request; Identity checked, nothing obliges us to keep the data");
        officer.post(path + "/execute", Map.of());
        stage.expect(
                isVerified(officer, path),
                "the privacy officer executes it: the key is destroyed, no file holds her any more");

        JsonNode decision = stage.as(Part.CASE_WORKER)
                .purpose("decision-review")
                .because("request; What is left of it?")
                .get("/api/clew/v1/decisions/" + stage.kept("decision"));
        stage.expect(
                decision.path("erased").asBoolean() && decision.path("features").isMissingNode(),
                "the decision answers “erased”");
        Inquiry.verify(stage, "the proof that was issued before still verifies");
    }

    /** Files are rewritten within moments; the route says how far it is. */
    private static boolean isVerified(Connection officer, String path) {
        for (int attempt = 0; attempt < 100; attempt++) {
            if (officer.get(path).path("state").asText().equals("verified")) {
                return true;
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }
}
