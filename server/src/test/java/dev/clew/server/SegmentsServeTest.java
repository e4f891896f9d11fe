package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.ledger.proof.TlogProof;
import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.Json;
import dev.clew.server.config.Sources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wired server: what is asked over HTTP is answered the same from chunks, from segments, and after a restart. */
class SegmentsServeTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void answersTheSameFromChunksFromSegmentsAndAfterARestart() throws Exception {
        var ids = new ArrayList<String>();
        List<String> before;
        String deployment;
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config("segments.after=24h"), data)) {
            deployment = deployed(server);
            for (int i = 0; i < 12; i++) {
                var created = send(server, "POST", "/api/clew/v1/decisions", """
                        {"client_id": "c-%d", "features": {"age": %d}, "outcome": "%s", "score": 0.%d,
                         "event_time": "2026-03-0%dT10:00:00Z", "subject": {"namespace": "customer", "id": "%d"}%s}""".formatted(
                                i,
                                20 + i,
                                i % 3 == 0 ? "denied" : "approved",
                                i,
                                1 + i % 4,
                                i % 5,
                                switch (i % 3) {
                                    case 0 -> ", \"deployment\": \"%s\"".formatted(deployment);
                                    case 1 -> ", \"model\": \"scoring\", \"version\": 2";
                                    default -> "";
                                }));
                assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
                ids.add(Json.MAPPER.readTree(created.body()).path("id").textValue());
            }
            assertThat(send(
                                    server,
                                    "POST",
                                    "/api/clew/v1/decisions/" + ids.getFirst() + "/feedback",
                                    "{\"kind\": \"label\", \"value\": \"good\"}")
                            .statusCode())
                    .isLessThan(300);
            before = answers(server, ids, deployment);
            assertThat(evidence()).isEmpty();
        }
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config("segments.max_chunks=1"), data)) {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (evidence().isEmpty()) {
                assertThat(System.nanoTime()).as("within 60 s").isLessThan(deadline);
                send(server, "GET", "/health", "");
            }
            assertThat(answers(server, ids, deployment)).isEqualTo(before);
        }
        try (var data = DataDirectory.take(directory.resolve("data"));
                var server = new Wiring(config("segments.after=24h"), data)) {
            assertThat(answers(server, ids, deployment)).isEqualTo(before);
            var again = send(
                    server,
                    "POST",
                    "/api/clew/v1/decisions",
                    "{\"client_id\": \"c-1\", \"features\": {\"age\": 99}, \"outcome\": \"approved\"}");
            assertThat(again.statusCode()).isEqualTo(409);
        }
        for (String form : List.of("--state", "--json")) {
            assertThat(fsck(form)).as("fsck " + form).isZero();
        }
        try (var files = Files.list(directory.resolve("data/decisions"))) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                byte[] damaged = bytes.clone();
                damaged[bytes.length / 2] ^= 1;
                Files.write(file, damaged);
                assertThat(fsck("--json")).as("a flipped bit of " + file).isOne();
                Files.write(file, bytes);
            }
        }
    }

    private int fsck(String form) {
        return ClewCommand.run(
                "fsck",
                directory.resolve("data").toString(),
                form,
                "--set",
                "ledger.anchor_file=" + directory.resolve("anchor"));
    }

    private List<Path> evidence() throws IOException {
        try (var files = Files.list(directory.resolve("data/decisions"))) {
            return files.filter(file -> file.toString().endsWith(".evd")).toList();
        }
    }

    private List<String> answers(Wiring server, List<String> ids, String deployment) throws Exception {
        var answers = new ArrayList<String>();
        String page = send(server, "GET", "/api/clew/v1/decisions?limit=5", "").body();
        answers.add(page);
        String cursor = Json.MAPPER.readTree(page).path("cursor").asText();
        answers.add(send(server, "GET", "/api/clew/v1/decisions?limit=50&cursor=" + cursor, "")
                .body());
        answers.add(send(server, "GET", "/api/clew/v1/decisions?outcome=denied&from=2026-03-02T00:00:00Z", "")
                .body());
        var counts = send(server, "GET", "/api/clew/v1/decisions/counts?bucket=1d", "");
        assertThat(Json.MAPPER.readTree(counts.body()).path("buckets")).hasSize(4);
        answers.add(counts.body());
        assertThat(send(server, "GET", "/api/clew/v1/decisions/counts?bucket=1s", "")
                        .statusCode())
                .isEqualTo(400);
        answers.add(listed(server, "deployment=" + deployment, 4));
        answers.add(listed(server, "model=scoring&version=1", 4));
        answers.add(listed(server, "model=scoring&version=2", 4));
        answers.add(listed(server, "model=scoring&version=2&to=2026-03-03T00:00:00Z", 2));
        var ofModel = send(server, "GET", "/api/clew/v1/decisions/counts?model=scoring&version=1&bucket=400d", "");
        assertThat(Json.MAPPER
                        .readTree(ofModel.body())
                        .path("buckets")
                        .path(0)
                        .path("outcomes")
                        .path("denied")
                        .intValue())
                .isEqualTo(4);
        answers.add(ofModel.body());
        answers.add(send(server, "GET", "/api/clew/v1/decision-counts", "").body());
        for (String version : List.of("scoring%2F1", "scoring%2F2")) {
            answers.add(effects(server, "model-version/" + version));
        }
        answers.add(effects(server, "deployment/" + deployment));
        for (int i = 0; i < ids.size(); i++) {
            String path = "/api/clew/v1/decisions/" + ids.get(i);
            answers.add(withoutBatch(send(server, "GET", path, "").body()));
            answers.add(withoutBatch(
                    send(server, "GET", "/api/clew/v1/decisions/c-" + i, "").body()));
            answers.add(withoutBatch(send(server, "GET", path + "/feedback", "").body()));
            answers.add(inner(server, path + "/proof"));
        }
        return answers;
    }

    /** Two versions of a model, the first of them live. */
    private String deployed(Wiring server) throws Exception {
        String mlflow = "/api/2.0/mlflow/";
        assertThat(send(server, "POST", mlflow + "registered-models/create", "{\"name\": \"scoring\"}")
                        .statusCode())
                .isEqualTo(200);
        for (int version = 0; version < 2; version++) {
            assertThat(send(
                                    server,
                                    "POST",
                                    mlflow + "model-versions/create",
                                    "{\"name\": \"scoring\", \"source\": \"s3://bucket/scoring\"}")
                            .statusCode())
                    .isEqualTo(200);
        }
        var started = send(server, "POST", "/api/clew/v1/deployments", """
                {"endpoint": "scoring", "model": "scoring", "version": 1, "tier": "staging",
                 "reason": {"code": "promotion", "text": "better on the holdout"}}""");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(201);
        return Json.MAPPER
                .readTree(started.body())
                .path("deployment")
                .path("id")
                .textValue();
    }

    private String listed(Wiring server, String query, int expected) throws Exception {
        String body = send(server, "GET", "/api/clew/v1/decisions?" + query, "").body();
        assertThat(Json.MAPPER.readTree(body).path("items")).as(body).hasSize(expected);
        return body;
    }

    /** Decisions that the thread reaches downwards. */
    private String effects(Wiring server, String node) throws Exception {
        String body = send(server, "GET", "/api/clew/v1/trace/" + node + "?direction=down&depth=3", "")
                .body();
        var decisions = new java.util.TreeSet<String>();
        for (var each : Json.MAPPER.readTree(body).path("nodes")) {
            if (each.path("kind").textValue().equals("decision")) {
                decisions.add(each.path("id").textValue());
            }
        }
        assertThat(decisions).as(body).hasSize(4);
        return decisions.toString();
    }

    /** A record may be read before its batch is closed. */
    private static String withoutBatch(String json) {
        return json.replaceAll("\"(seq|index|i)\":\\d+,|,\"(seq|index|i)\":\\d+", "");
    }

    /** What the bundle says below the tree of the log, which grows with every read that is recorded. */
    private String inner(Wiring server, String path) throws Exception {
        for (int attempt = 0; attempt < 20; attempt++) {
            var answer = send(server, "GET", path, "");
            if (answer.statusCode() == 200) {
                var bundle = TlogProof.parse(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(java.util.Objects.requireNonNull(bundle.extra()));
            }
            assertThat(answer.statusCode()).isEqualTo(202);
        }
        throw new AssertionError("the batch was not signed after 20 requests that wait a second each");
    }

    private Config config(String setting) {
        return Config.read(new Sources()
                        .set(List.of("http.port=0", "ledger.anchor_file=" + directory.resolve("anchor"), setting)))
                .values();
    }

    private HttpResponse<String> send(Wiring server, String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
