package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.config.Sources;
import dev.clew.server.http.Answer;
import dev.clew.server.http.HttpFixture;
import dev.clew.server.http.Route;
import dev.clew.server.storage.SqliteDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queries that run for seconds, on the real database behind the real server: nobody else waits for them. */
@Timeout(60)
class SlowQueriesTest {
    private static final String NEVER_DONE = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)
            SELECT COUNT(*) AS c FROM n""";

    @TempDir
    Path dir;

    @Test
    void healthAndWritesGoOnWhileTwoQueriesAreHeld() throws Exception {
        var config = Config.read(
                        new Sources().set(List.of("ledger.anchor_file=" + dir.resolve("anchor"), "data.dir=" + dir)))
                .values();
        var database = SqliteDatabase.open(dir.resolve("clew.db"));
        var running = new CountDownLatch(2);
        try (var instance = new SampleInstance(database, dir, config)) {
            List<Route> routes = List.of(
                    Route.get("/health").open("a probe").handle(_ -> Answer.text(200, "OK")),
                    Route.get("/slow")
                            .open("a test")
                            .handle(_ -> Answer.json(database.read(sql -> {
                                running.countDown();
                                return sql.query(NEVER_DONE)
                                        .first(row -> row.integer("c"))
                                        .orElseThrow();
                            }))),
                    Route.post("/write/{name}")
                            .open("a test")
                            .handle(exchange -> Answer.json(instance.tracking()
                                    .createExperiment(
                                            Permit.system(Permission.EXPERIMENT_WRITE, Scopes.DEFAULT_PROJECT),
                                            Scopes.DEFAULT_PROJECT,
                                            exchange.path("name"),
                                            null,
                                            Map.of())
                                    .answer()
                                    .id())));
            try (var server = HttpFixture.start(dir, routes);
                    var client = HttpClient.newHttpClient()) {
                for (int i = 0; i < 20; i++) { // warm: the first calls of a process are its own slowness
                    send(client, server, "GET", "/health").join();
                    send(client, server, "POST", "/write/w" + i).join();
                }
                var slow = List.of(send(client, server, "GET", "/slow"), send(client, server, "GET", "/slow"));
                assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
                int rounds = 0;
                while (slow.stream().noneMatch(CompletableFuture::isDone)) {
                    assertThat(send(client, server, "GET", "/health").join().body())
                            .isEqualTo("OK");
                    assertThat(send(client, server, "POST", "/write/e" + rounds)
                                    .join()
                                    .statusCode())
                            .isEqualTo(200);
                    if (slow.stream().noneMatch(CompletableFuture::isDone)) {
                        rounds++;
                    }
                }
                assertThat(rounds).isGreaterThanOrEqualTo(2);
                for (var held : slow) {
                    assertThat(held.join().statusCode()).isEqualTo(408);
                    assertThat(held.join().body())
                            .contains("took longer than 2 s")
                            .doesNotContain("SELECT");
                }
            }
        }
    }

    private static CompletableFuture<HttpResponse<String>> send(
            HttpClient client, HttpFixture server, String method, String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }
}
