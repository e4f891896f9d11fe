package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that people stored: shown under a name of their own, to whom a URL was given, and nothing else there. */
class StoredPagesTest {
    private static final String PAGE = "<!doctype html><script>document.title = 'ran'</script><p>Report</p>";
    private static final String DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>";
    private static final String SANDBOX = "usercontent.localhost";

    @TempDir
    Path root;

    private TestServer server;
    private String run;

    /** An answer as it came over one connection of its own. */
    private record Reply(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    @BeforeEach
    void start() throws Exception {
        serve();
    }

    private void serve(String... settings) throws Exception {
        server = TestServer.open(Files.createTempDirectory(root, "server"), settings)
                .withAdministrator();
        for (String role : List.of("DS", "CW")) {
            server.withUser(role, role, "instance");
        }
        run = created("DS", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}")
                .at("/run/info/run_id")
                .textValue();
        store("reports/of the week.html", PAGE);
        store("drawing.SVG", DRAWING);
        store("notes.txt", "plain");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStoredPageIsShownUnderTheNameOfTheSandboxAndOnlyThere() throws Exception {
        String url = preview("DS", "reports/of the week.html").path("url").textValue();
        assertThat(url).startsWith("//" + SANDBOX + ":" + port() + "/usercontent/html/");
        String path = pathOf(url);
        Reply shown = get(SANDBOX, path);
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.body()).isEqualTo(PAGE);
        assertThat(shown.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(shown.header("Content-Security-Policy"))
                .startsWith(
                        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; "
                                + "style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'")
                .doesNotContain("allow-same-origin");
        assertThat(shown.header("Cross-Origin-Resource-Policy")).isEqualTo("same-site");
        assertThat(shown.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(shown.header("Cache-Control")).isEqualTo("no-store");
        assertThat(shown.headers()).doesNotContainKeys("Set-Cookie", "Content-Disposition");
        for (String name : List.of("127.0.0.1", "localhost", "[::1]")) {
            assertThat(get(name, path).status()).as(name).isEqualTo(404);
        }
        Reply drawing =
                get(SANDBOX, pathOf(preview("DS", "drawing.SVG").path("url").textValue()));
        assertThat(drawing.header("Content-Type")).isEqualTo("image/svg+xml");
        assertThat(drawing.body()).isEqualTo(DRAWING);
    }

    @Test
    void whatIsForgedOrMadeForAnotherFileIsRefused() throws Exception {
        String page =
                pathOf(preview("DS", "reports/of the week.html").path("url").textValue());
        String drawing = pathOf(preview("DS", "drawing.SVG").path("url").textValue());
        String[] ofPage = page.split("/", -1);
        String[] ofDrawing = drawing.split("/", -1);
        for (int part = 2; part < ofPage.length; part++) {
            String[] mixed = ofPage.clone();
            mixed[part] = ofDrawing[part].equals(ofPage[part]) ? ofPage[part] + "0" : ofDrawing[part];
            assertThat(get(SANDBOX, String.join("/", mixed)).status())
                    .as("part %d of the other", part)
                    .isEqualTo(403);
        }
        assertThat(get(SANDBOX, page).status()).isEqualTo(200);
        assertThat(get(SANDBOX, drawing).status()).isEqualTo(200);
    }

    @Test
    void nothingElseIsServedUnderTheNameOfTheSandbox() throws Exception {
        String who = "Authorization: Bearer "
                + Objects.requireNonNull(server.tokens().get("DS"));
        int walked = 0;
        for (Route route : server.routes()) {
            if (route.isSandboxed()) {
                continue;
            }
            String path = route.template().replaceAll("\\{[a-z_0-9]+(\\.\\.\\.)?}", "1");
            Reply reply = send(route.method(), SANDBOX, path, who);
            assertThat(reply.status())
                    .as("%s %s: %s", route.method(), path, reply.body())
                    .isEqualTo(404);
            assertThat(reply.headers()).doesNotContainKey("Set-Cookie");
            walked++;
        }
        assertThat(walked).isGreaterThan(150);
        for (String name : List.of("USERCONTENT.LocalHost", SANDBOX + ".")) {
            assertThat(get(name, "/health", who).status()).as(name).isEqualTo(404);
        }
        assertThat(server.routes().stream().filter(Route::isSandboxed).map(Route::template))
                .containsExactly("/usercontent/{type}/{until}/{digest}/{signature}");
    }

    @Test
    void aSessionIsNothingUnderTheNameOfTheSandbox() throws Exception {
        String token = Objects.requireNonNull(server.tokens().get("DS"));
        Reply signedIn = send(
                Method.POST,
                "127.0.0.1",
                "/api/clew/v1/session",
                "Content-Type: application/json",
                "{\"token\": \"%s\"}".formatted(token));
        String cookie = "Cookie: " + signedIn.header("Set-Cookie").split(";", 2)[0];
        String preview = "/api/clew/v1/runs/%s/preview?path=drawing.SVG".formatted(run);
        assertThat(get("127.0.0.1", preview, cookie).status()).isEqualTo(200);
        assertThat(get("127.0.0.1", preview).status()).isEqualTo(401);
        assertThat(get(SANDBOX, preview, cookie).status()).isEqualTo(404);
        assertThat(get(SANDBOX, "/get-artifact?run_uuid=%s&path=drawing.SVG".formatted(run), cookie)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whoMayNotReadTheFileGetsNoAddressOfIt() throws Exception {
        assertThat(ask("CW", "drawing.SVG").status()).isEqualTo(403);
        assertThat(ask("nobody", "drawing.SVG").status()).isEqualTo(401);
        assertThat(ask("DS", "missing.html").status()).isEqualTo(404);
        assertThat(ask("DS", "reports").status()).isEqualTo(400);
        assertThat(ask("DS", "notes.txt").status()).isEqualTo(400);
        assertThat(ask("DS", "").status()).isEqualTo(400);
        assertThat(server.get("DS", "/api/clew/v1/runs/%s/preview?path=drawing.SVG".formatted("0".repeat(32)))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theApplicationAnswersStoredPagesAsDownloadsAndNeverAsPages() throws Exception {
        String who = "Authorization: Bearer "
                + Objects.requireNonNull(server.tokens().get("DS"));
        for (String file : List.of("reports/of the week.html", "drawing.SVG")) {
            for (String path : List.of(
                    "/get-artifact?run_uuid=%s&path=%s".formatted(run, encoded(file)),
                    "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/%s".formatted(run, file.replace(" ", "%20")))) {
                Reply reply = get("127.0.0.1", path, who);
                assertThat(reply.status()).as(path).isEqualTo(200);
                assertThat(reply.header("Content-Disposition")).startsWith("attachment");
                assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
                assertThat(reply.header("Content-Type")).doesNotContain("html").doesNotContain("svg");
            }
        }
    }

    @Test
    void aDeclaredNameIsTheSandboxOfTheOtherNames() throws Exception {
        server.close();
        serve("http.hosts=clew.example", "http.sandbox_name=pages.clew.example");
        String who = "Authorization: Bearer "
                + Objects.requireNonNull(server.tokens().get("DS"));
        String preview = "/api/clew/v1/runs/%s/preview?path=drawing.SVG".formatted(run);
        String url = Json.MAPPER
                .readTree(get("clew.example", preview, who).body())
                .path("url")
                .textValue();
        assertThat(url).startsWith("//pages.clew.example:" + port() + "/usercontent/svg/");
        assertThat(get("pages.clew.example", pathOf(url)).status()).isEqualTo(200);
        assertThat(get("clew.example", pathOf(url)).status()).isEqualTo(404);
        assertThat(get("pages.clew.example", "/health").status()).isEqualTo(404);
        assertThat(get("clew.example", "/health").status()).isEqualTo(200);
        assertThat(preview("DS", "drawing.SVG").path("url").textValue()).startsWith("//" + SANDBOX);
    }

    @Test
    void withoutASecondNameThereIsNoAddress() throws Exception {
        server.close();
        serve("http.hosts=clew.example");
        String who = "Authorization: Bearer "
                + Objects.requireNonNull(server.tokens().get("DS"));
        Reply reply = get("clew.example", "/api/clew/v1/runs/%s/preview?path=drawing.SVG".formatted(run), who);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(Json.MAPPER.readTree(reply.body()).path("url").isTextual()).isFalse();
        assertThat(get("pages.clew.example", "/health").status()).isEqualTo(403);
    }

    private void store(String path, String content) throws Exception {
        TestServer.expect(
                200,
                server.put(
                        "DS",
                        "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/%s"
                                .formatted(run, path.replace(" ", "%20")),
                        content));
    }

    private JsonNode created(String who, String path, String body) throws Exception {
        return TestServer.expect(200, server.post(who, path, body)).json();
    }

    private TestServer.Response ask(String who, String file) throws Exception {
        return server.get(who, "/api/clew/v1/runs/%s/preview?path=%s".formatted(run, encoded(file)));
    }

    private JsonNode preview(String who, String file) throws Exception {
        return TestServer.expect(200, ask(who, file)).json();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String pathOf(String url) {
        return url.substring(url.indexOf('/', 2));
    }

    private int port() {
        return URI.create(server.url()).getPort();
    }

    private Reply get(String name, String path, String... headers) throws IOException {
        return send(Method.GET, name, path, String.join("\r\n", headers));
    }

    private Reply send(Method method, String name, String path, String headers) throws IOException {
        return send(method, name, path, headers, "");
    }

    /** Java's own client sends no other name than it connects to. */
    private Reply send(Method method, String name, String path, String headers, String body) throws IOException {
        try (var socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(20_000);
            String head = "%s %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s"
                    .formatted(
                            method, path, name, port(), body.length(), headers.isEmpty() ? "" : headers + "\r\n", body);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            var found = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            String[] lines = text.substring(0, end).split("\r\n");
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                found.put(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip());
            }
            return new Reply(Integer.parseInt(lines[0].substring(9, 12)), found, text.substring(end + 4));
        }
    }
}
