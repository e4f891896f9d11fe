package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An import that is killed while it runs, and a server that is killed under one: the next import goes on, and nothing is there twice. */
@Timeout(300)
class MlflowImportKillTest {
    private static final int RUNS = 6_000;

    /** What the store has before more is put into it: {@code e2e/mlflow/move/fill.py}. */
    private static final int FIRST = 5;

    @TempDir
    Path root;

    private final HttpClient client = HttpClient.newHttpClient();

    /** A store of MLflow with many runs of five points, two parameters and three tags each. */
    private Path store() throws Exception {
        Path file = root.resolve("store.db");
        try (var in = new GZIPInputStream(
                Objects.requireNonNull(MlflowImportKillTest.class.getResourceAsStream("/mlflow/store-3.17.2.db.gz")))) {
            Files.copy(in, file);
        }
        String numbers =
                "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) ".formatted(RUNS);
        String id = "printf('%032x', n + 4096)";
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.executeUpdate(numbers + """
                    INSERT INTO runs (run_uuid, name, source_type, user_id, status, start_time, end_time, lifecycle_stage,
                        artifact_uri, experiment_id)
                    SELECT %1$s, 'run ' || n, 'LOCAL', 'ann', 'FINISHED', 1700000000000 + n, 1700000000500 + n, 'active',
                        'mlflow-artifacts:/1/' || %1$s || '/artifacts', 1 FROM s""".formatted(id));
            for (int i = 0; i < 5; i++) {
                statement.executeUpdate(numbers + """
                        INSERT INTO metrics (key, value, timestamp, run_uuid, step)
                        SELECT 'm%2$d', n * 0.5, 1700000000000 + n, %1$s, %2$d FROM s""".formatted(id, i));
            }
            for (int i = 0; i < 2; i++) {
                statement.executeUpdate(numbers
                        + "INSERT INTO params (key, value, run_uuid) SELECT 'p%2$d', n, %1$s FROM s".formatted(id, i));
            }
            for (int i = 0; i < 3; i++) {
                statement.executeUpdate(numbers
                        + "INSERT INTO tags (key, value, run_uuid) SELECT 't%2$d', n, %1$s FROM s".formatted(id, i));
            }
        }
        return file;
    }

    private Process importing(ServerProcess server, Path store) throws IOException {
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.clew.server.Main",
                "import",
                "mlflow",
                "--from",
                "sqlite:///" + store,
                "--server",
                server.url(),
                "--json"));
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private JsonNode call(ServerProcess server, String method, String path, String body) throws Exception {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private long runs(ServerProcess server) throws Exception {
        return call(server, "POST", "/api/2.0/mlflow/runs/search", """
                {"experiment_ids": ["0", "1", "2"], "run_view_type": "ALL", "count_only": true}""")
                .path("total_count")
                .asLong();
    }

    /** Waits until so many runs are here, or the import has ended. */
    private long await(ServerProcess server, Process process, long runs) throws Exception {
        long here = runs(server);
        while (here < runs && process.isAlive()) {
            LockSupport.parkNanos(5_000_000);
            here = runs(server);
        }
        return here;
    }

    private static JsonNode ended(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Json.MAPPER.readTree(said);
    }

    /** How often each run was created, by the log. */
    private List<String> created(ServerProcess server) throws Exception {
        var created = new ArrayList<String>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = call(
                    server,
                    "GET",
                    "/api/clew/v1/ledger/entries?limit=1000&action=run.create"
                            + (cursor.isEmpty() ? "" : "&cursor=" + cursor),
                    "");
            created.addAll(page.path("items").findValuesAsText("resource"));
            cursor = page.path("cursor").textValue();
        }
        return created;
    }

    @Test
    void killedInTheMiddleItGoesOnAndNothingIsThereTwice() throws Exception {
        Path store = store();
        var first = ServerProcess.start(root, List.of());
        Process killed = importing(first, store);
        await(first, killed, RUNS / 10);
        killed.destroyForcibly().waitFor();
        long here = runs(first);
        assertThat(here).as("the import was killed in its middle").isBetween(1L, RUNS - 1L);

        Process orphan = importing(first, store);
        long more = await(first, orphan, here + RUNS / 10);
        first.kill();
        assertThat(more).as("the server was killed in the middle").isBetween(here + 1, RUNS - 1L);
        orphan.destroyForcibly().waitFor();

        try (var second = ServerProcess.start(root, List.of())) {
            long kept = runs(second);
            assertThat(kept).as("what was acknowledged stays").isGreaterThanOrEqualTo(more);
            JsonNode report = ended(importing(second, store));
            assertThat(report.path("complete").asBoolean())
                    .as(report.toString())
                    .isTrue();
            assertThat(report.path("runs").path("unchanged").asLong()).isGreaterThanOrEqualTo(kept - FIRST);
            assertThat(report.path("runs").path("created").asLong()).isEqualTo(RUNS + FIRST - kept);
            for (var count : report.path("counts").properties()) {
                if (!count.getKey().startsWith("file")) {
                    assertThat(count.getValue().path("here").asLong())
                            .as(count.getKey())
                            .isEqualTo(count.getValue().path("source").asLong());
                }
            }
            assertThat(runs(second)).isEqualTo(RUNS + FIRST);
            assertThat(created(second)).hasSize(RUNS + FIRST).doesNotHaveDuplicates();
            for (int n = 1; n <= RUNS; n += RUNS / 50) {
                String run = "%032x".formatted(n + 4096);
                JsonNode points =
                        call(second, "GET", "/api/2.0/mlflow/metrics/get-history?metric_key=m3&run_id=" + run, "");
                assertThat(points.path("metrics")).as(run).hasSize(1);
                assertThat(points.at("/metrics/0/value").asDouble()).isEqualTo(n * 0.5);
            }
            JsonNode again = ended(importing(second, store));
            assertThat(again.path("runs").path("unchanged").asLong()).isEqualTo(RUNS + FIRST);
            assertThat(again.path("runs").path("created").asLong()).isZero();
        }
        var checked =
                ServerProcess.run(root, "fsck", List.of(), root.resolve("data").toString(), "--state");
        assertThat(checked.exit()).as(checked.said()).isZero();
    }
}
