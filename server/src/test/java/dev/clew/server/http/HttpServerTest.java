package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.api.ServiceApi;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.config.Settings;
import dev.clew.server.config.Sources;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.Principals;
import dev.clew.server.ports.Right;
import dev.clew.server.ports.ScopeTree;
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
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
    record Sections(HttpConfig http) {}

    private static final ScopeTree TREE = new ScopeTree(List.of(
            new ScopeTree.Scope(0, 0, ScopeTree.Level.INSTANCE, "instance"),
            new ScopeTree.Scope(1, 0, ScopeTree.Level.ORGANISATION, "default"),
            new ScopeTree.Scope(2, 1, ScopeTree.Level.WORKSPACE, "default"),
            new ScopeTree.Scope(3, 2, ScopeTree.Level.PROJECT, "default")));

    /** One person who may write runs, one who may nothing. */
    private static final class Two implements Principals {
        @Override
        public Caller authenticate(Credentials credentials) {
            if (credentials.scheme() != Credentials.Scheme.BEARER) {
                throw new ClewException(ErrorCode.UNAUTHENTICATED, "Send a token.");
            }
            return caller("usr:" + credentials.secret());
        }

        @Override
        public Caller caller(String who) {
            int[] rights = new int[Permission.values().length];
            if (who.equals("usr:writer")) {
                rights[Permission.RUN_WRITE.ordinal()] = Right.ALLOWED.bit();
            }
            return new Caller(who, 0, 3, 2, List.of(new Caller.Held("DS", 2, rights)), TREE, null, Long.MAX_VALUE);
        }

        @Override
        public long accessEpoch() {
            return 0;
        }
    }

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() {
        var config = Settings.read(
                        Sections.class, new Sources().set(List.of("http.port=0", "http.access_log=none")), Map.of())
                .values()
                .http();
        List<Route> own = List.of(Route.post("/things/{name}/parts/{path...}")
                .permission(Permission.RUN_WRITE)
                .limit(4_096)
                .handle(exchange -> Answer.json(
                        Map.of("at", exchange.path("name") + "|" + exchange.path("path"), "body", exchange.json()))));
        var service = new ServiceApi(() -> own, "test", java.util.Optional::empty, true).routes();
        server = new HttpServer(
                        config,
                        dir,
                        new Gate(new Two(), (who, permission, code, resource) -> {}),
                        List.of(own, service))
                .start();
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
                request("/things/a/parts/b", "writer")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(bomb.toByteArray()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void answersOtherMethodsWithWhatIsAllowed() throws Exception {
        var answer = client.send(request("/things/a/parts/b", "writer").DELETE().build(), BodyHandlers.ofString());
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

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> post(String path, String body, String token) throws Exception {
        return client.send(
                request(path, token).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
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
