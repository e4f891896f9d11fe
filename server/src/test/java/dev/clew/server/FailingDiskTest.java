package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A served process on a disk that does not keep what it is made to force: fsync fails with EIO, as the kernel tells a program once and
 * never again. What waits is told 503, nothing that was acknowledged is lost, the process ends where it can be trusted no more, and the
 * next one goes on. The fault comes from a small library loaded before the C library; without a C compiler none of this can be tested.
 */
class FailingDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WRITERS = 4;
    private static final String DECISIONS = "/api/clew/v1/decisions";
    private static final String MLFLOW = "/api/2.0/mlflow/";

    /** Ids of decisions by the id their client gave, as acknowledged. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final Queue<HttpResponse<String>> refused = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile boolean stopping;

    @TempDir
    Path root;

    private Path switched;
    private Map<String, String> environment;

    @BeforeEach
    void build() throws Exception {
        Path library = root.resolve("failing_fsync.so");
        Path source = Path.of("src/test/resources/failing_fsync.c").toAbsolutePath();
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler (cc) is installed: a failing fsync is not tested");
            return;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor()).as(said).isZero();
        switched = root.resolve("failing");
        environment = Map.of("LD_PRELOAD", library.toString(), "FAILING_FSYNC", switched.toString());
    }

    @Test
    void endsWhenACommitCannotBeForcedAndLosesNothing() throws Exception {
        try (var server = ServerProcess.start(root, List.of(), environment)) {
            loadUntilItEnds(server, "clew.db-wal");
            assertThat(refused).isNotEmpty();
            assertThat(refused).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("UNAVAILABLE").doesNotContain(root.toString(), "SQL");
            });
        }
        everythingAcknowledgedIsThere();
    }

    @Test
    void endsWhenATileCannotBeForcedAndLosesNothing() throws Exception {
        try (var server = ServerProcess.start(root, List.of(), environment)) {
            loadUntilItEnds(server, "/ledger/tile/");
        }
        everythingAcknowledgedIsThere();
    }

    @Test
    void takesNoKeysAndNoFilesAfterTheirDiskFailedAndTheRestGoesOn() throws Exception {
        try (var server = ServerProcess.start(root, List.of(), environment)) {
            String run = json(post(server, MLFLOW + "runs/create", "{\"experiment_id\": \"0\"}"))
                    .at("/run/info/run_id")
                    .textValue();
            String file = "/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/large.bin";
            decide(server, "before");
            String known = DECISIONS + "/" + acknowledged.get("before");
            assertThat(get(server, known).statusCode()).isEqualTo(200);
            Files.writeString(switched, "/blobs/");
            assertThat(put(server, file).statusCode()).isEqualTo(503);
            Files.writeString(switched, "vault.db-wal");
            assertThat(decide(server, "with-a-new-person").statusCode()).isEqualTo(503);
            Files.delete(switched);
            // The kernel reports it once: what looks well again is not believed.
            assertThat(decide(server, "with-another-one").statusCode()).isEqualTo(503);
            assertThat(put(server, file).statusCode()).isEqualTo(503);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
            // Who reads what is held of a person is written down first, in the vault too; the rest goes on.
            assertThat(get(server, known).statusCode()).isEqualTo(503);
            assertThat(get(server, MLFLOW + "runs/get?run_id=" + run).statusCode())
                    .isEqualTo(200);
            assertThat(post(server, MLFLOW + "runs/set-tag", """
                {"run_id": "%s", "key": "k", "value": "v"}\
                """.formatted(run)).statusCode())
                    .isEqualTo(200);
            assertThat(refused).allSatisfy(answer -> assertThat(answer.body()).doesNotContain(root.toString()));
        }
        everythingAcknowledgedIsThere();
    }

    /** Decisions about new persons, and runs, until the process has ended by itself. */
    private void loadUntilItEnds(ServerProcess server, String failing) throws Exception {
        var writers = new ArrayList<Thread>();
        for (int i = 0; i < WRITERS; i++) {
            String name = "w" + i + "-";
            writers.add(Thread.ofPlatform().start(() -> {
                for (int number = 0; !stopping; number++) {
                    try {
                        decide(server, name + number);
                        // An entry of its own, so that a tile is full soon.
                        post(server, MLFLOW + "runs/create", "{\"experiment_id\": \"0\"}");
                    } catch (IOException | InterruptedException e) {
                        // It ended: what was asked last was not acknowledged.
                        return;
                    }
                }
            }));
        }
        await("decisions before the disk fails", () -> acknowledged.size() > 50);
        Files.writeString(switched, failing);
        int exit = server.awaitEnd(PATIENCE);
        stopping = true;
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(exit).as(String.join("\n", server.said())).isEqualTo(70);
        Files.delete(switched);
    }

    private HttpResponse<String> decide(ServerProcess server, String clientId)
            throws IOException, InterruptedException {
        var answer = post(server, DECISIONS, """
            {"client_id": "%s", "features": {"age": 33}, "outcome": "denied",
             "subject": {"namespace": "customer", "id": "%s"}}\
            """.formatted(clientId, clientId));
        if (answer.statusCode() == 201) {
            acknowledged.put(clientId, json(answer).path("id").textValue());
        } else {
            refused.add(answer);
        }
        return answer;
    }

    private void everythingAcknowledgedIsThere() throws Exception {
        try (var server = ServerProcess.start(root, List.of())) {
            for (var each : acknowledged.entrySet()) {
                var read = get(server, DECISIONS + "/" + each.getKey());
                assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
                assertThat(json(read).path("id").textValue()).isEqualTo(each.getValue());
            }
            assertThat(decide(server, "afterwards").statusCode()).isEqualTo(201);
        }
        var checked =
                ServerProcess.run(root, "fsck", List.of(), root.resolve("data").toString(), "--state");
        assertThat(checked.exit()).as(checked.said()).isZero();
    }

    private static void await(String what, BooleanSupplier there) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > until) {
                fail("%s did not come within %s", what, PATIENCE);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    private HttpResponse<String> post(ServerProcess server, String path, String body)
            throws IOException, InterruptedException {
        return send(server, path, "POST", HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpResponse<String> put(ServerProcess server, String path) throws IOException, InterruptedException {
        // Too large to be a row.
        return send(server, path, "PUT", HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 18]));
    }

    private HttpResponse<String> get(ServerProcess server, String path) throws IOException, InterruptedException {
        return send(server, path, "GET", HttpRequest.BodyPublishers.noBody());
    }

    private HttpResponse<String> send(ServerProcess server, String path, String method, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .method(method, body)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return Json.MAPPER.readTree(answer.body());
    }
}
