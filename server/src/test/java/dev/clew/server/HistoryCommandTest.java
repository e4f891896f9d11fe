package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.verify.Verifier;
import dev.clew.server.common.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    @TempDir
    Path root;

    /** In a process of its own: the token comes from its environment. */
    private static String run(TestServer server, String who, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.clew.server.Main",
                "history",
                "--server",
                server.url()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        builder.environment().put("CLEW_TOKEN", server.tokens().get(who));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void tellsWhoChangedWhatWhenFromWhatToWhatWhyAndByWhichEntry() throws Exception {
        try (var server = TestServer.open(root).withAdministrator()) {
            server.withUser("dee", "DS").withUser("joe", "DS").withUser("cas", "CW");
            String run = TestServer.expect(
                            200, server.post("dee", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            String tag = "{\"run_id\": \"%s\", \"key\": \"team\", \"value\": \"%s\"}";
            TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/runs/set-tag", tag.formatted(run, "risk")));
            TestServer.expect(
                    200,
                    server.post(
                            "joe",
                            "/api/2.0/mlflow/runs/set-tag",
                            tag.formatted(run, "credit"),
                            "X-Clew-Reason",
                            "fix; wrong team"));
            String text = run(server, "joe", "run:" + run, "--key", "team");
            assertThat(text.lines()).hasSize(2);
            assertThat(text.lines().findFirst().orElseThrow())
                    .matches("2.*Z  joe +tag team: \"risk\" → \"credit\"  \\(wrong team\\)  #[0-9]+");
            assertThat(text).contains("dee ").contains("tag team: – → \"risk\"");
            JsonNode json = Json.MAPPER.readTree(run(server, "dee", "run:" + run, "--json", "--limit", "1"));
            assertThat(json).hasSize(1);
            assertThat(json.get(0).path("who_name").asText()).isEqualTo("joe");
            assertThat(json.get(0).path("why").asText()).isEqualTo("fix");
            assertThat(json.get(0).path("reason").asText()).isEqualTo("wrong team");
            assertThat(json.get(0).path("seq").isIntegralNumber()).isTrue();
            assertThat(run(server, "dee", "run:" + run, "--key", "none")).contains("Nothing changed of \"none\".");

            Path proofs = root.resolve("proofs");
            JsonNode proven = Json.MAPPER.readTree(
                    run(server, "joe", "run:" + run, "--key", "team", "--json", "--proofs", proofs.toString()));
            assertThat(proven).hasSize(2);
            for (JsonNode change : proven) {
                Path bundle = proofs.resolve(
                        "entry-%d.tlog-proof".formatted(change.path("seq").asLong()));
                var verdict = Verifier.verifyFile(bundle, Optional.empty(), Optional.empty());
                assertThat(verdict.exitCode()).as(verdict.text()).isZero();
                assertThat(verdict.text()).contains("run.update");
            }
            try (var written = Files.list(proofs)) {
                assertThat(written).hasSize(3);
            }
            assertThat(server.get("cas", "/api/clew/v1/runs/" + run + "/history")
                            .status())
                    .isEqualTo(403);
        }
    }
}
