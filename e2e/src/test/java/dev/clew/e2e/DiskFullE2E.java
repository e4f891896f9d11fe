package dev.clew.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged server on a small disk of its own that others fill: it refuses changes with what to do, goes on reading and proving, and
 * takes changes again by itself when there is room; nothing that was acknowledged is lost.
 */
class DiskFullE2E {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final int WRITERS = 4;

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<HttpResponse<String>> refusal = new AtomicReference<>();
    private volatile boolean stopped;

    @Test
    void refusesChangesAndRecoversByItself() throws Exception {
        try (var server = PackagedServer.onSmallDisk(
                folder, 64, "data.min_free=64KiB", "artifacts.reserve=64KiB", "ledger.public=all")) {
            String run = json(post(server, MLFLOW + "runs/create", "{\"experiment_id\": \"0\", \"start_time\": 1}"))
                    .path("run")
                    .path("info")
                    .path("run_id")
                    .textValue();
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String name = "w" + i;
                writers.add(Thread.ofPlatform().start(() -> write(server, run, name)));
            }
            try {
                await("changes before", () -> acknowledged.size() > 500);
                fill(server.seen(folder).resolve("filler"));
                await("a refusal", () -> refusal.get() != null);
                var refused = refusal.get();
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(refused.body()).contains("no room");
                // Reads and proofs go on.
                assertThat(get(server, "/health").statusCode()).isEqualTo(200);
                assertThat(get(server, MLFLOW + "runs/get?run_id=" + run).statusCode())
                        .isEqualTo(200);
                assertThat(get(server, "/ledger/checkpoint").statusCode()).isEqualTo(200);
                assertThat(get(server, "/api/clew/v1/ledger/proof?index=1").statusCode())
                        .isEqualTo(200);
                Files.delete(server.seen(folder).resolve("filler"));
                int before = acknowledged.size();
                await("changes afterwards", () -> acknowledged.size() > before + 100);
            } finally {
                stopped = true;
                for (Thread writer : writers) {
                    writer.join();
                }
            }
            JsonNode tags = json(get(server, MLFLOW + "runs/get?run_id=" + run))
                    .path("run")
                    .path("data")
                    .path("tags");
            var names = new ArrayList<String>();
            tags.forEach(tag -> names.add(tag.path("key").asText()));
            assertThat(names).containsAll(acknowledged.values());
            // The check opens the database by a path of this namespace, so it gets a copy; nobody writes any more.
            Path copy = Files.createDirectories(copies.resolve("copy"));
            copy(server.seen(folder), copy);
            assertThat(ClewCommand.run(
                            "fsck",
                            copy.resolve("data").toString(),
                            "--state",
                            "--set",
                            "ledger.anchor_file=" + copy.resolve("anchor")))
                    .isZero();
        }
    }

    private void write(PackagedServer server, String run, String writer) {
        for (int number = 0; !stopped; number++) {
            String name = writer + "-" + number;
            try {
                var answer = post(
                        server,
                        MLFLOW + "runs/set-tag",
                        "{\"run_id\": \"%s\", \"key\": \"%s\", \"value\": \"%s\"}"
                                .formatted(run, name, "v".repeat(200)));
                if (answer.statusCode() == 200) {
                    long seq = Long.parseLong(
                            answer.headers().firstValue("Clew-Seq").orElseThrow());
                    acknowledged.put(seq, name);
                } else {
                    refusal.compareAndSet(null, answer);
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.toString().endsWith("-shm")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Takes what is left, to the last block. */
    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4_096];
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static void await(String what, BooleanSupplier there) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > until) {
                fail("%s did not come within %s", what, PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private HttpResponse<String> post(PackagedServer server, String path, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(PackagedServer server, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return Json.MAPPER.readTree(answer.body());
    }
}
