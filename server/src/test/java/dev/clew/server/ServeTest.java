package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.verify.Verifier;
import dev.clew.server.common.Json;
import dev.clew.server.storage.EveryEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wired server, over HTTP: a decision is recorded, read, proven offline, and all of it survives a restart. */
@EveryEngine
class ServeTest {
    private static final String DECISION = """
            {"client_id": "a-1", "features": {"age": 33, "job": "skilled"}, "outcome": "denied", "score": 0.7,
             "subject": {"namespace": "customer", "id": "42"}, "protected": {"sex": "f"}}""";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void recordsADecisionThatIsProvenOfflineAndSurvivesARestart() throws Exception {
        String id;
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            var created = post(server, "/api/clew/v1/decisions", DECISION);
            assertThat(created.statusCode()).isEqualTo(201);
            id = json(created).path("id").textValue();

            var again = post(server, "/api/clew/v1/decisions", DECISION);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(json(again).path("status").textValue()).isEqualTo("duplicate");
            assertThat(json(again).path("id").textValue()).isEqualTo(id);

            var other = post(server, "/api/clew/v1/decisions", DECISION.replace("0.7", "0.8"));
            assertThat(other.statusCode()).isEqualTo(409);
            assertThat(json(other).path("status").textValue()).isEqualTo("conflict");

            JsonNode read = json(get(server, "/api/clew/v1/decisions/" + id + "?reveal=true"));
            assertThat(read.path("features").path("job").textValue()).isEqualTo("skilled");
            assertThat(read.path("protected_attributes").path("sex").textValue())
                    .isEqualTo("f");

            var label =
                    post(server, "/api/clew/v1/decisions/a-1/feedback", "{\"kind\": \"label\", \"value\": \"good\"}");
            assertThat(label.statusCode()).isEqualTo(201);
            assertThat(json(label).path("decision").textValue()).isEqualTo(id);

            Path bundle = directory.resolve("decision.tlog-proof");
            Files.writeString(bundle, proof(server, id).body());
            Path policy = directory.resolve("trust");
            Files.writeString(policy, get(server, "/ledger/policy").body());
            assertThat(Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id))
                            .exitCode())
                    .isZero();
            Files.writeString(bundle, Files.readString(bundle).replaceFirst("(?m)^index \\d+$", "index 0"));
            assertThat(Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id))
                            .exitCode())
                    .isEqualTo(1);
        }
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            JsonNode read = json(get(server, "/api/clew/v1/decisions/" + id));
            assertThat(read.path("outcome").textValue()).isEqualTo("denied");
            assertThat(json(post(server, "/api/clew/v1/decisions", DECISION))
                            .path("status")
                            .textValue())
                    .isEqualTo("duplicate");
            assertThat(json(get(server, "/api/clew/v1/decisions/" + id + "/feedback"))
                            .path("items")
                            .size())
                    .isEqualTo(1);
        }
    }

    @Test
    void answersWithBatchAndPlaceWhenAskedToWaitForTheCheckpoint() throws Exception {
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            JsonNode status = json(post(server, "/api/clew/v1/decisions?ack=integrated", DECISION));
            assertThat(status.path("status").textValue()).isEqualTo("created");
            JsonNode read = json(get(server, "/api/clew/v1/decisions/a-1"));
            assertThat(status.path("seq").longValue())
                    .isEqualTo(read.path("seq").longValue())
                    .isPositive();
            assertThat(status.path("i").intValue()).isEqualTo(read.path("i").intValue());
            assertThat(post(server, "/api/clew/v1/decisions?ack=later", DECISION)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void saysWhatIsTooMuchInsteadOfDroppingIt() throws Exception {
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            String rules = java.util.stream.IntStream.range(0, 257)
                    .mapToObj(i -> "\"r" + i + "\"")
                    .collect(java.util.stream.Collectors.joining(","));
            var answer = post(server, "/api/clew/v1/decisions", "{\"features\": {}, \"rules\": [" + rules + "]}");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("rules has more than 256 ids");
        }
    }

    @Test
    void refusesWhatAUserMayNotDoOnceThereIsOne() throws Exception {
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            String bootstrap = server.bootstrapToken().orElseThrow();
            var first = post(
                    server,
                    "/api/clew/v1/users",
                    "{\"name\": \"ada\", \"role\": \"SA\"}",
                    "Authorization",
                    "Bearer " + bootstrap);
            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(get(server, "/api/clew/v1/users").statusCode()).isEqualTo(401);

            String admin =
                    Files.readString(directory.resolve("data/keys/admin.token")).strip();
            assertThat(post(server, "/api/clew/v1/users", """
                    {"name": "scorer", "service": true, "owner": "ada", "role": "Ss"}""", "Authorization", "Bearer " + admin)
                            .statusCode())
                    .isEqualTo(201);
            String token = json(post(
                            server,
                            "/api/clew/v1/tokens",
                            "{\"user\": \"scorer\"}",
                            "Authorization",
                            "Bearer " + admin))
                    .path("token")
                    .textValue();
            assertThat(post(server, "/api/clew/v1/decisions", DECISION, "Authorization", "Bearer " + token)
                            .statusCode())
                    .isEqualTo(201);
            assertThat(get(server, "/api/clew/v1/decisions/a-1", "Authorization", "Bearer " + token)
                            .statusCode())
                    .isIn(403, 404);
            assertThat(post(server, "/api/clew/v1/decisions", DECISION, "Authorization", "Bearer " + admin)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(post(server, "/api/clew/v1/decisions", DECISION).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void followsTheThreadAndTellsEachEntry() throws Exception {
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            assertThat(post(server, "/api/clew/v1/decisions?ack=integrated", DECISION)
                            .statusCode())
                    .isEqualTo(201);
            post(server, "/api/clew/v1/decisions/a-1/feedback", "{\"kind\": \"label\", \"value\": \"good\"}");

            JsonNode thread = json(get(server, "/api/clew/v1/trace/decision/a-1"));
            assertThat(thread.path("nodes").findValuesAsText("kind")).contains("decision", "feedback");
            assertThat(thread.path("nodes").path(0).path("title").textValue()).isEqualTo("decided: denied");
            assertThat(get(server, "/api/clew/v1/trace/decision/nobody").statusCode())
                    .isEqualTo(404);

            JsonNode policies = json(get(server, "/api/clew/v1/ledger/entries?action=policy.set"))
                    .path("items");
            assertThat(policies).hasSize(2);
            long seq = policies.path(0).path("seq").longValue();
            JsonNode entry = json(get(server, "/api/clew/v1/ledger/entries/" + seq));
            assertThat(entry.path("act").textValue()).isEqualTo("policy.set");
            assertThat(entry.path("changes").findValuesAsText("table")).containsExactly("node", "policy");
            assertThat(json(get(
                                    server,
                                    "/api/clew/v1/ledger/entries?action=policy.set&after="
                                            + policies.path(1).path("seq")))
                            .path("items"))
                    .hasSize(1);
            assertThat(get(server, "/api/clew/v1/ledger/entries/999999").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void anEntryTellsWhatWasAndWhatIs() throws Exception {
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config(), data)) {
            String api = "/api/2.0/mlflow/experiments/";
            String id = json(post(server, api + "create", "{\"name\": \"loans\"}"))
                    .path("experiment_id")
                    .textValue();
            post(server, api + "update", "{\"experiment_id\": \"%s\", \"new_name\": \"credits\"}".formatted(id));
            post(server, api + "update", "{\"experiment_id\": \"%s\", \"new_name\": \"loans again\"}".formatted(id));
            JsonNode entries = json(get(server, "/api/clew/v1/ledger/entries?action=experiment.update"))
                    .path("items");
            assertThat(entries).hasSize(2);
            JsonNode first = experimentRow(server, entries.path(1).path("seq").longValue());
            assertThat(first.path("from").path("name").textValue()).isEqualTo("loans");
            assertThat(first.path("to").path("name").textValue()).isEqualTo("credits");
            JsonNode second = experimentRow(server, entries.path(0).path("seq").longValue());
            assertThat(second.path("from").path("name").textValue()).isEqualTo("credits");
            assertThat(second.path("to").path("name").textValue()).isEqualTo("loans again");
            JsonNode checkpoints =
                    json(get(server, "/api/clew/v1/ledger/checkpoints?limit=3")).path("items");
            assertThat(checkpoints.path(0).path("root").textValue()).hasSize(44);
        }
    }

    private JsonNode experimentRow(Wiring server, long seq) throws Exception {
        for (JsonNode row :
                json(get(server, "/api/clew/v1/ledger/entries/" + seq)).path("changes")) {
            if (row.path("table").textValue().equals("experiment")) {
                return row;
            }
        }
        throw new AssertionError("entry %d changed no experiment".formatted(seq));
    }

    private Config config() {
        return TestServer.config(directory, List.of());
    }

    /** 202 while the batch is being signed. */
    private HttpResponse<String> proof(Wiring server, String id) throws Exception {
        for (int attempt = 0; attempt < 10; attempt++) {
            var answer = get(server, "/api/clew/v1/decisions/" + id + "/proof");
            if (answer.statusCode() != 202) {
                assertThat(answer.statusCode()).isEqualTo(200);
                return answer;
            }
        }
        throw new AssertionError("the batch was not signed after 10 requests that wait a second each");
    }

    private HttpResponse<String> get(Wiring server, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Wiring server, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }
}
