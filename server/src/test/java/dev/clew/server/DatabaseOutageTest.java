package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.storage.OwnPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A served process whose database goes away, or is locked by somebody else, and comes back. */
class DatabaseOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WRITERS = 4;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** Ids of decisions by the id their client gave, as acknowledged. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final ConcurrentSkipListSet<Integer> steps = new ConcurrentSkipListSet<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<String> wrong = new AtomicReference<>("");

    @TempDir
    Path root;

    private String url = "";
    private volatile boolean stopping;

    @Test
    void losesAndDoublesNothingWhenPostgresIsRestartedUnderLoad() throws Exception {
        try (var postgres = OwnPostgres.start(root.resolve("postgres"))) {
            List<String> settings = List.of("data.database_url=" + postgres.url());
            try (var server = ServerProcess.start(root, settings)) {
                url = server.url();
                String run = run();
                try (var writers = Executors.newFixedThreadPool(WRITERS + 1)) {
                    var work = new ArrayList<Future<?>>();
                    for (int i = 0; i < WRITERS; i++) {
                        int writer = i;
                        work.add(writers.submit(() -> decide(writer)));
                    }
                    work.add(writers.submit(() -> measure(run)));

                    awaitMore(100);
                    postgres.stop();
                    awaitIll("does not answer");
                    int before = refused.get();
                    await("a refusal", () -> refused.get() > before);
                    assertThat(get("/api/2.0/mlflow/runs/get?run_id=" + run).statusCode())
                            .isEqualTo(503);
                    postgres.startAgain();
                    awaitWell();
                    awaitMore(100);

                    postgres.kill();
                    awaitIll("does not answer");
                    postgres.startAgain();
                    awaitWell();
                    awaitMore(100);

                    stopping = true;
                    for (Future<?> each : work) {
                        each.get();
                    }
                }
                assertThat(wrong.get()).isEmpty();
                assertThat(server.isAlive()).isTrue();
                assertThat(get("/api/2.0/mlflow/runs/get?run_id=" + run).statusCode())
                        .isEqualTo(200);
                everyDecisionIsThereOnce();
                everyPointIsThereOnce(run);
            }
            var checked = ServerProcess.run(
                    root, "fsck", settings, root.resolve("data").toString(), "--state");
            assertThat(checked.exit()).as(checked.said()).isZero();
        }
    }

    @Test
    void saysThatSomebodyLocksTheFileAndGoesOnAfterwards() throws Exception {
        try (var server = ServerProcess.start(root, List.of())) {
            url = server.url();
            assertThat(post("/api/clew/v1/decisions", decision("a-1")).statusCode())
                    .isEqualTo(201);
            try (var other = DriverManager.getConnection("jdbc:sqlite:" + root.resolve("data/clew.db"));
                    var statement = other.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 10000");
                statement.execute("BEGIN IMMEDIATE");
                var refusedNow = post("/api/clew/v1/decisions", decision("a-2"));
                assertThat(refusedNow.statusCode()).isEqualTo(503);
                assertThat(refusedNow.headers().firstValue("Retry-After")).isPresent();
                assertThat(refusedNow.body())
                        .contains("Another process keeps the database locked, so the change was not stored")
                        .doesNotContain("clew.db");
                awaitIll("Another process keeps the database locked");
                assertThat(get("/api/2.0/mlflow/experiments/get?experiment_id=0")
                                .statusCode())
                        .isEqualTo(200);
                // Who reads what a decision holds is written down first.
                assertThat(get("/api/clew/v1/decisions/a-1").statusCode()).isEqualTo(503);
                statement.execute("COMMIT");
            }
            awaitWell();
            assertThat(post("/api/clew/v1/decisions", decision("a-2")).statusCode())
                    .isEqualTo(201);
        }
    }

    private Void decide(int writer) throws Exception {
        for (int i = 0; !stopping; i++) {
            String id = "w" + writer + "-" + i;
            for (boolean done = false; !done; ) {
                var answer = post("/api/clew/v1/decisions", decision(id));
                done = switch (answer.statusCode()) {
                    case 200, 201 -> {
                        acknowledged.put(
                                id,
                                Json.MAPPER.readTree(answer.body()).path("id").textValue());
                        yield true;
                    }
                    default -> isToldToTryAgain(answer);
                };
            }
        }
        return null;
    }

    private Void measure(String run) throws Exception {
        for (int step = 0; !stopping; step++) {
            String point = """
                    {"run_id": "%s", "key": "loss", "value": %d.5, "timestamp": 1000, "step": %d}""".formatted(run, step, step);
            while (true) {
                var answer = post("/api/2.0/mlflow/runs/log-metric", point);
                if (answer.statusCode() == 200) {
                    steps.add(step);
                    break;
                }
                if (isToldToTryAgain(answer)) {
                    break;
                }
            }
        }
        return null;
    }

    /** Notes anything but a refusal for the moment; true ends the caller's tries. */
    private boolean isToldToTryAgain(HttpResponse<String> answer) throws InterruptedException {
        if (answer.statusCode() == 503
                && answer.headers().firstValue("Retry-After").isPresent()) {
            refused.incrementAndGet();
            Thread.sleep(20); // As a client that was told to come back; nothing is awaited here.
            return stopping;
        }
        wrong.set(answer.statusCode() + " " + answer.body());
        return true;
    }

    private void everyDecisionIsThereOnce() throws Exception {
        var found = new HashSet<String>();
        String cursor = "";
        do {
            var page = get("/api/clew/v1/decisions?limit=500" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            JsonNode json = Json.MAPPER.readTree(page.body());
            for (JsonNode item : json.path("items")) {
                assertThat(found.add(item.path("id").textValue())).isTrue();
            }
            cursor = json.path("cursor").asText("");
        } while (!cursor.isEmpty());
        assertThat(found).containsExactlyInAnyOrderElementsOf(new HashSet<>(acknowledged.values()));
        for (var each : acknowledged.entrySet()) {
            var read = get("/api/clew/v1/decisions/" + each.getKey());
            assertThat(Json.MAPPER.readTree(read.body()).path("id").textValue()).isEqualTo(each.getValue());
        }
    }

    private void everyPointIsThereOnce(String run) throws Exception {
        var history = get("/api/2.0/mlflow/metrics/get-history?run_id=" + run + "&metric_key=loss&max_results=25000");
        var found = new ArrayList<Integer>();
        for (JsonNode point : Json.MAPPER.readTree(history.body()).path("metrics")) {
            found.add(point.path("step").asInt());
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(steps);
    }

    private String run() throws Exception {
        var made = post("/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\", \"start_time\": 1}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return Json.MAPPER
                .readTree(made.body())
                .path("run")
                .path("info")
                .path("run_id")
                .textValue();
    }

    private static String decision(String clientId) {
        return """
                {"client_id": "%s", "features": {"age": 33}, "outcome": "denied", "score": 0.7}""".formatted(clientId);
    }

    private void awaitMore(int count) throws Exception {
        int enough = acknowledged.size() + count;
        int more = steps.size() + count / 10;
        await(
                "more acknowledgements",
                () -> !wrong.get().isEmpty() || (acknowledged.size() >= enough && steps.size() >= more));
    }

    private void awaitIll(String why) throws Exception {
        await("an ill server", () -> {
            var health = get("/health");
            return health.statusCode() == 503 && health.body().contains(why);
        });
    }

    private void awaitWell() throws Exception {
        await("a healthy server", () -> get("/health").body().equals("OK"));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(until);
            Thread.sleep(20);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
