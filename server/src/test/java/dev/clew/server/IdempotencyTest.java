package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.storage.SqliteDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request under a key of its own is carried out once, whatever happens to its answer. */
class IdempotencyTest {
    private static final String DATASETS = "/api/clew/v1/schemas";
    private static final String FEEDBACK = "/api/clew/v1/feedback";
    private static final String DECISIONS = "/api/clew/v1/decisions";

    @TempDir
    Path directory;

    private static String decision(int number) {
        return "{\"features\": {\"n\": %d}, \"outcome\": \"denied\"}".formatted(number);
    }

    private static TestServer.Response post(TestServer server, String path, String body, String key) throws Exception {
        return server.post("", path, body, "Idempotency-Key", key);
    }

    private static long records(TestServer server) throws Exception {
        return server.get("", DECISIONS + "?limit=1000").json().path("items").size();
    }

    @Test
    void answersTheSameAgainAndWritesOnce() throws Exception {
        String key = UUID.randomUUID().toString();
        try (var server = TestServer.open(directory)) {
            var first = TestServer.expect(201, post(server, DECISIONS, decision(1), key));
            var again = TestServer.expect(201, post(server, DECISIONS, decision(1), key));
            assertThat(again.text()).isEqualTo(first.text());
            assertThat(records(server)).isEqualTo(1);
            // Without a key, or under another one, it is another decision.
            TestServer.expect(
                    201, post(server, DECISIONS, decision(1), UUID.randomUUID().toString()));
            TestServer.expect(201, server.post("", DECISIONS, decision(1)));
            assertThat(records(server)).isEqualTo(3);
        }
        try (var server = TestServer.open(directory)) {
            var later = TestServer.expect(201, post(server, DECISIONS, decision(1), key));
            assertThat(later.json().path("status").asText()).isEqualTo("created");
            assertThat(records(server)).isEqualTo(3);
        }
    }

    @Test
    void refusesAnotherRequestUnderAUsedKey() throws Exception {
        String key = UUID.randomUUID().toString();
        try (var server = TestServer.open(directory)) {
            TestServer.expect(201, post(server, DECISIONS, decision(1), key));
            var other = TestServer.expect(409, post(server, DECISIONS, decision(2), key));
            assertThat(other.field("code")).isEqualTo("IDEMPOTENCY_KEY_REUSED");
            TestServer.expect(409, post(server, DECISIONS + "?ack=integrated", decision(1), key));
            TestServer.expect(409, post(server, FEEDBACK, decision(1), key));
            assertThat(records(server)).isEqualTo(1);
            var unfit = TestServer.expect(400, post(server, DECISIONS, decision(3), "tuesday"));
            assertThat(unfit.field("detail")).contains("Idempotency-Key must be a UUID");
        }
    }

    @Test
    void appliesToWhatMlflowsInterfaceCreates() throws Exception {
        String key = UUID.randomUUID().toString();
        String runs = "/api/2.0/mlflow/runs/create";
        String body = "{\"experiment_id\": \"0\", \"start_time\": 1}";
        try (var server = TestServer.open(directory)) {
            var first = TestServer.expect(200, post(server, runs, body, key));
            assertThat(TestServer.expect(200, post(server, runs, body, key)).text())
                    .isEqualTo(first.text());
            assertThat(TestServer.expect(200, server.post("", runs, body)).text())
                    .isNotEqualTo(first.text());
            var other = post(server, runs, body.replace("1}", "2}"), key);
            assertThat(other.status()).isEqualTo(409);
            assertThat(other.text()).contains("RESOURCE_CONFLICT", "Idempotency-Key");
        }
    }

    @Test
    void keepsNoRefusal() throws Exception {
        String key = UUID.randomUUID().toString();
        String unknown = "{\"model\": \"none\", \"version\": 1, \"features\": []}";
        try (var server = TestServer.open(directory)) {
            TestServer.expect(404, post(server, DATASETS, unknown, key));
            TestServer.expect(404, post(server, DATASETS, unknown, key));
            TestServer.expect(201, post(server, DECISIONS, decision(1), key));
        }
    }

    @Test
    void carriesOutOneOfManyAtOnce() throws Exception {
        String key = UUID.randomUUID().toString();
        try (var server = TestServer.open(directory);
                var threads = Executors.newFixedThreadPool(16)) {
            var calls = new ArrayList<Callable<TestServer.Response>>();
            for (int i = 0; i < 16; i++) {
                calls.add(() -> post(server, DECISIONS, decision(1), key));
            }
            var texts = new ArrayList<String>();
            for (var each : threads.invokeAll(calls)) {
                texts.add(TestServer.expect(201, each.get()).text());
            }
            assertThat(texts).hasSize(16).containsOnly(texts.getFirst());
            assertThat(records(server)).isEqualTo(1);
        }
    }

    @Test
    void namesItsEntryByTheKeyAndTellsPrincipalsApart() throws Exception {
        String key = UUID.randomUUID().toString();
        try (var server = TestServer.open(directory).withAdministrator()) {
            String ada = "{\"name\": \"bob\", \"role\": \"DS\"}";
            var made = TestServer.expect(201, server.post("admin", "/api/clew/v1/users", ada, "Idempotency-Key", key));
            var again = TestServer.expect(201, server.post("admin", "/api/clew/v1/users", ada, "Idempotency-Key", key));
            assertThat(again.text()).isEqualTo(made.text());
            server.withToken("bob");
            // Another principal's equal key is another key.
            TestServer.expect(201, server.post("bob", "/api/clew/v1/tokens", "{}", "Idempotency-Key", key));
        }
        try (var database = SqliteDatabase.open(directory.resolve("data/clew.db"))) {
            var entries = new dev.clew.server.journal.Entries(database);
            var requests = entries.range(0, entries.size()).stream()
                    .map(entry -> dev.clew.ledger.encoding.Leaf.decode(entry.leaf())
                            .decodeSubmission()
                            .request())
                    .filter(request ->
                            java.util.HexFormat.of().formatHex(request).equals(key.replace("-", "")))
                    .toList();
            assertThat(requests).isNotEmpty();
        }
    }

    @Test
    void keepsNoSecretAndSaysThatTheAnswerIsShownOnce() throws Exception {
        String key = UUID.randomUUID().toString();
        try (var server = TestServer.open(directory).withAdministrator()) {
            String body = "{\"user\": \"ada\"}";
            var made =
                    TestServer.expect(201, server.post("admin", "/api/clew/v1/tokens", body, "Idempotency-Key", key));
            String token = made.field("token");
            var again =
                    TestServer.expect(409, server.post("admin", "/api/clew/v1/tokens", body, "Idempotency-Key", key));
            assertThat(again.field("code")).isEqualTo("IDEMPOTENCY_KEY_TAKEN");
            assertThat(again.field("detail")).contains("see entry ");
            assertThat(dev.clew.server.journal.TestFiles.holding(
                            directory, token.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .isEmpty();
        }
    }
}
