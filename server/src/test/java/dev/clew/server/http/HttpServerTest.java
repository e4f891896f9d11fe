package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.api.ServiceApi;
import dev.clew.server.common.Permission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpFixture server;

    @BeforeEach
    void start() {
        List<Route> own = List.of(Route.post("/things/{name}/parts/{path...}")
                .permission(Permission.RUN_WRITE)
                .limit(4_096)
                .handle(exchange -> Answer.json(
                        Map.of("at", exchange.path("name") + "|" + exchange.path("path"), "body", exchange.json()))));
        var all = new ArrayList<>(own);
        all.addAll(new ServiceApi(() -> own, "test", java.util.Optional::empty, true).routes());
        server = HttpFixture.start(dir, all);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersHealthAndVersionToAnybody() throws Exception {
        assertThat(get("/health").body()).isEqualTo("OK");
        assertThat(get("/version").body()).isEqualTo("3.17.2");
        assertThat(get("/health").headers().firstValue("X-Content-Type-Options"))
                .contains("nosniff");
        assertThat(get("/api/clew/v1/openapi.json").body()).contains("\"openapi\":\"3.1.0\"");
    }

    @Test
    void decodesEachSegmentOnceAndRefusesTricks() throws Exception {
        assertThat(post("/things/a%2Fb/parts/c/d%252e", "{}", "writer").body()).contains("a/b|c/d%2e");
        for (String trick : List.of(
                "/things/%2e%2e/parts/x",
                "/things/a/parts/%2e%2e%2fx",
                "/things/a/parts/x%00",
                "/things/a/parts/..%5cx",
                "/things/%zz/parts/x")) {
            assertThat(raw("POST " + trick
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void asksTheGateBeforeTheHandler() throws Exception {
        assertThat(post("/things/a/parts/b", "{}", "nobody").statusCode()).isEqualTo(403);
        var anonymous = client.send(
                HttpRequest.newBuilder(uri("/things/a/parts/b"))
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.body()).contains("UNAUTHENTICATED");
    }

    @Test
    void refusesBadBodies() throws Exception {
        assertThat(post("/things/a/parts/b", "{\"a\":1,\"a\":2}", "writer").body())
                .contains("MALFORMED_BODY");
        assertThat(post("/things/a/parts/b", "{", "writer").statusCode()).isEqualTo(400);
        assertThat(post("/things/a/parts/b", "[".repeat(1_000) + "]".repeat(1_000), "writer")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/things/a/parts/b", "\"" + "x".repeat(5_000) + "\"", "writer")
                        .statusCode())
                .isEqualTo(413);
        var bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[1 << 20]);
        }
        var answer = client.send(
                server.request("/things/a/parts/b", "writer")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(bomb.toByteArray()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void answersOtherMethodsWithWhatIsAllowed() throws Exception {
        var answer = client.send(
                server.request("/things/a/parts/b", "writer").DELETE().build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("OPTIONS, POST");
        assertThat(raw("GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /health HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(10_000) + "\r\n"))
                .startsWith("HTTP/1.1 431");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<String> post(String path, String body, String token) throws Exception {
        return client.send(
                server.request(path, token).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
        }
    }
}
