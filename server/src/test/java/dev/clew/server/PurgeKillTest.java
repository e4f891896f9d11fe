package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while it purges: every run is there whole or gone, and the next purge takes the rest. */
@Timeout(180)
class PurgeKillTest {
    private static final int RUNS = 400;

    @TempDir
    Path root;

    private final HttpClient client = HttpClient.newHttpClient();

    private JsonNode call(ServerProcess server, String token, String method, String path, String body)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isBetween(200, 299);
        return Json.MAPPER.readTree(answer.body());
    }

    private JsonNode runs(ServerProcess server) throws Exception {
        return call(server, "", "POST", "/api/2.0/mlflow/runs/search", """
                {"experiment_ids": ["0"], "run_view_type": "DELETED_ONLY", "max_results": 1000}""").path("runs");
    }

    @Test
    void aKillInTheMiddleLeavesNothingHalfGone() throws Exception {
        String admin;
        try (var server = ServerProcess.start(root, List.of())) {
            admin = Files.readString(root.resolve("data/keys/admin.token")).strip();
            for (int i = 0; i < RUNS; i++) {
                String run = call(server, "", "POST", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}")
                        .path("run")
                        .path("info")
                        .path("run_id")
                        .asText();
                call(server, "", "POST", "/api/2.0/mlflow/runs/log-batch", """
                        {"run_id": "%s", "params": [{"key": "p", "value": "1"}],
                         "metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": 0}]}""".formatted(run));
                call(server, "", "POST", "/api/2.0/mlflow/runs/delete", "{\"run_id\": \"%s\"}".formatted(run));
            }
        }
        var left = new ArrayList<Integer>();
        left.add(RUNS);
        for (int kill = 0; kill < 3 && left.getLast() > 0; kill++) {
            var server = ServerProcess.start(root, List.of());
            JsonNode purge = call(server, admin, "POST", "/api/clew/v1/purges", "{\"older_than_seconds\": 0}");
            String path = "/api/clew/v1/purges/" + purge.path("purge").asText();
            long before = purge.path("purged").path("runs").asLong();
            while (purge.path("state").asText().equals("running")
                    && purge.path("purged").path("runs").asLong() < before + 20) {
                purge = call(server, admin, "GET", path, "");
            }
            server.kill();
            var checked = ServerProcess.run(
                    root, "fsck", List.of(), root.resolve("data").toString(), "--state");
            assertThat(checked.exit()).as(checked.said()).isZero();
            try (var again = ServerProcess.start(root, List.of())) {
                JsonNode runs = runs(again);
                for (JsonNode run : runs) {
                    assertThat(run.path("data").path("metrics")).hasSize(1);
                    assertThat(run.path("data").path("params")).hasSize(1);
                }
                left.add(runs.size());
            }
        }
        assertThat(left.get(1)).as("the first kill came in the middle").isBetween(1, RUNS - 1);
        try (var server = ServerProcess.start(root, List.of())) {
            JsonNode purge = call(server, admin, "POST", "/api/clew/v1/purges", "{\"older_than_seconds\": 0}");
            String path = "/api/clew/v1/purges/" + purge.path("purge").asText();
            while (purge.path("state").asText().equals("running")) {
                purge = call(server, admin, "GET", path, "");
            }
            assertThat(purge.path("purged").path("runs").asInt()).isEqualTo(left.getLast());
            assertThat(runs(server)).isEmpty();
        }
    }
}
