package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The classes of holes that MLflow's server was known for, each in several shapes: every answer is a refusal in MLflow's own form that
 * shows neither a path of the server nor SQL, and leaves nothing behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MlflowSecurityTest {
    private static final List<String> TRAVERSALS = List.of(
            "../secret",
            "a/../../secret",
            "..%2fsecret",
            "%2e%2e/secret",
            "%252e%252e%252fsecret",
            "%25252e%25252e%25252fsecret",
            "..%5csecret",
            "..%255csecret",
            "%2fetc/passwd",
            "%252fetc/passwd",
            "C:%5cWindows",
            "file:%2f%2f%2fetc/passwd",
            "a%00b",
            "a%23b");

    @TempDir
    static Path root;

    private TestServer server;
    private String run = "";

    @BeforeAll
    void open() throws Exception {
        Files.writeString(root.resolve("secret"), "the secret");
        server = TestServer.open(root).withAdministrator();
        server.withUser("dee", "DS").withUser("val", "VW").withUser("new", null);
        run = TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
    }

    @AfterAll
    void close() {
        server.close();
    }

    private TestServer.Response refused(String what, TestServer.Response answer) {
        assertThat(answer.status()).as(what + ": " + answer.text()).isBetween(400, 499);
        JsonNode body = answer.json();
        // What the HTTP parser itself refuses, such as U+0000 in a path, never reaches a protocol.
        assertThat(body.path("error_code").asText(body.path("code").asText()))
                .as(what + answer.text())
                .isNotEmpty();
        assertThat(answer.text().toLowerCase(java.util.Locale.ROOT))
                .as(what)
                .doesNotContain(root.toString().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("jdbc")
                .doesNotContain("sqlite")
                .doesNotContain("exception")
                .doesNotContain("the secret");
        return answer;
    }

    @Test
    void noPathLeadsOutOfAnArtifactRoot() throws Exception {
        String files = "/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/";
        for (String path : TRAVERSALS) {
            String query = path.contains("%") ? path.replace("%", "%25") : path;
            for (String shape : List.of(path, query)) {
                refused("list " + shape, server.get("dee", "/api/2.0/mlflow-artifacts/artifacts?path=" + shape));
                refused(
                        "run list " + shape,
                        server.get("dee", "/api/2.0/mlflow/artifacts/list?run_id=%s&path=%s".formatted(run, shape)));
                refused(
                        "get-artifact " + shape,
                        server.get("dee", "/get-artifact?run_id=%s&path=%s".formatted(run, shape)));
                refused(
                        "version's file " + shape,
                        server.get("dee", "/model-versions/get-artifact?name=m&version=1&path=" + shape));
            }
            for (String call : List.of("GET ", "PUT ", "DELETE ")) {
                refusedAsItIs(call + files + path);
            }
            for (String step : List.of("create", "complete", "abort", "parts")) {
                refusedAsItIs("POST /api/2.0/mlflow-artifacts/mpu/%s/0/%s/artifacts/%s".formatted(step, run, path));
            }
        }
        assertThat(TestServer.expect(200, server.get("dee", "/api/2.0/mlflow/artifacts/list?run_id=" + run))
                        .json()
                        .has("files"))
                .isFalse();
        assertThat(root.resolve("secret")).hasContent("the secret");
    }

    /** Sent byte by byte: a client's library would resolve dot segments before it sends them. */
    private void refusedAsItIs(String call) throws Exception {
        URI uri = URI.create(server.url());
        String body =
                "{\"path\": \"x\", \"num_parts\": 1, \"upload_id\": \"%s\", \"parts\": []}".formatted("0".repeat(32));
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                                    .formatted(call, server.tokens().get("dee"), body.length(), body)
                                    .getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).as(call).startsWith("HTTP/1.1 4");
            assertThat(answer).as(call).doesNotContain("the secret").doesNotContain(root.toString());
        }
    }

    @Test
    void noSourceOrLocationNamesThisMachineOrAnotherHost() throws Exception {
        TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"m\"}"));
        for (String source : List.of(
                "file:///etc/passwd",
                "/etc/passwd",
                "C:/Windows",
                "FILE:///etc",
                "http://169.254.169.254/latest/meta-data",
                "https://internal/x",
                "ftp://host/x",
                "mlflow-artifacts://evil:80/0/x",
                "mlflow-artifacts:/0/../../etc",
                "s3://bucket/%2e%2e/x",
                "s3://bucket/%252e%252e/x",
                "runs:/%s/model".formatted("0".repeat(32)),
                "models:/m-" + "0".repeat(32))) {
            refused(source, server.post("dee", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "m", "source": "%s"}""".formatted(source)));
        }
        for (String location : List.of(
                "file:///etc",
                "/etc",
                "C:/Windows",
                "\\\\\\\\host\\\\share",
                "http://169.254.169.254/",
                "gopher://x",
                "jar:file:/x",
                "mlflow-artifacts:/../x",
                "s3://b#x",
                "s3://b;x",
                "s3://b?x=..",
                "runs:/x")) {
            refused(location, server.post("dee", "/api/2.0/mlflow/experiments/create", """
                    {"name": "at %s", "artifact_location": "%s"}""".formatted(
                            location, location)));
        }
        for (String prompt : List.of("file:///etc/passwd", "s3://b/x", "http://h/x")) {
            refused(prompt, server.post("dee", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "m", "source": "%s", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]}""".formatted(prompt)));
        }
        assertThat(server.get("dee", "/api/2.0/mlflow/model-versions/search")
                        .json()
                        .has("model_versions"))
                .isFalse();
        for (String address : List.of(
                "http://hooks.example/x",
                "https://127.0.0.1/x",
                "https://2130706433/x",
                "https://0x7f.1/x",
                "https://[::1]/x",
                "https://[::ffff:7f00:1]/x",
                "https://169.254.169.254/latest/meta-data",
                "https://10.0.0.8/x",
                "https://user@1.1.1.1/x",
                "https://1.1.1.1:22/x",
                "file:///etc/passwd",
                "gopher://1.1.1.1/x")) {
            refused(address, server.post("dee", "/api/2.0/mlflow/webhooks", """
                    {"name": "hook", "url": "%s", "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]}""".formatted(address)));
        }
        assertThat(server.get("dee", "/api/2.0/mlflow/webhooks").text()).doesNotContain("webhook_id");
    }

    @Test
    void everyRouteOfTheProtocolRefusesWhoIsUnknown() throws Exception {
        int asked = 0;
        for (Route route : server.routes()) {
            if (route.isPublic() || !isOfTheProtocol(route)) {
                continue;
            }
            for (String who : List.of("", "nobody")) {
                var answer = ask(who, route);
                refused(route.method() + " " + route.template(), answer);
                assertThat(answer.status()).as(route.template()).isEqualTo(401);
            }
            asked++;
        }
        assertThat(asked).isGreaterThan(60);
        for (String password : List.of("admin:password1234", "admin:password", "admin:admin", "mlflow:mlflow", ":")) {
            refused(
                    password,
                    server.get(
                            "",
                            "/api/2.0/mlflow/experiments/get?experiment_id=0",
                            "Authorization",
                            "Basic "
                                    + java.util.Base64.getEncoder()
                                            .encodeToString(password.getBytes(StandardCharsets.UTF_8))));
        }
    }

    /** MLflow's own, and those of it that do not lie under its name. */
    private static boolean isOfTheProtocol(Route route) {
        return route.template().contains("mlflow")
                || List.of("/get-artifact", "/model-versions/get-artifact", "/v1/traces")
                        .contains(route.template());
    }

    private TestServer.Response ask(String who, Route route) throws Exception {
        String path = route.template().replaceAll("\\{[^}]*\\}", "x");
        return switch (route.method()) {
            case GET -> server.get(who, path);
            case DELETE -> server.delete(who, path);
            default -> server.send(who, route.method().name(), path, "{}", "application/json");
        };
    }

    @Test
    void whoHasNoRoleGetsNothing() throws Exception {
        int asked = 0;
        for (Route route : server.routes()) {
            if (!isOfTheProtocol(route) || route.permission() == null) {
                continue;
            }
            var answer = refused(route.method() + " " + route.template(), ask("new", route));
            assertThat(answer.status())
                    .as(route.method() + " " + route.template() + answer.text())
                    .isIn(403, 404);
            asked++;
        }
        assertThat(asked).isGreaterThan(90);
    }

    @Test
    void whoMayReadMayNotWriteOrDelete() throws Exception {
        int asked = 0;
        for (Route route : server.routes()) {
            if (route.permission() == null
                    || route.method() == Method.GET
                    || !isOfTheProtocol(route)
                    || route.template().matches(".*(search|get-latest-versions|batchGet.*)$")) {
                continue;
            }
            var answer = refused(route.method() + " " + route.template(), ask("val", route));
            assertThat(answer.status())
                    .as(route.method() + " " + route.template() + answer.text())
                    .isEqualTo(403);
            asked++;
        }
        assertThat(asked).isGreaterThan(60);
        assertThat(TestServer.expect(200, server.get("dee", "/api/2.0/mlflow/runs/get?run_id=" + run))
                        .json()
                        .path("run")
                        .path("info")
                        .path("lifecycle_stage")
                        .asText())
                .isEqualTo("active");
    }

    @Test
    void whatIsNotServedIsNotThere() throws Exception {
        for (String path : List.of(
                "/graphql",
                "/ajax-api/3.0/jobs/search",
                "/ajax-api/3.0/jobs/1",
                "/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=http://169.254.169.254",
                "/gateway/chat",
                "/api/3.0/mlflow/gateway/secrets/list",
                "/ajax-api/2.0/mlflow/runs/create-promptlab-run")) {
            for (var answer : List.of(
                    server.get("dee", path), server.post("dee", path, "{\"query\": \"{__schema{types{name}}}\"}"))) {
                assertThat(answer.status()).as(path).isEqualTo(404);
                assertThat(answer.json().path("error_code").asText()).as(path).isEqualTo("ENDPOINT_NOT_FOUND");
            }
        }
    }

    @Test
    void aFormOfAnotherSiteReachesNothing() throws Exception {
        for (String type : List.of(
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data; boundary=x",
                "text/plain;application/json")) {
            refused(
                    type,
                    server.send("dee", "POST", "/api/2.0/mlflow/experiments/create", "{\"name\": \"forged\"}", type));
        }
        assertThat(server.get("dee", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=forged")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anotherHostsNameIsRefused() throws Exception {
        URI uri = URI.create(server.url());
        for (String host :
                List.of("evil.example", "evil.example:" + uri.getPort(), "169.254.169.254", "localhost.evil.example")) {
            try (var socket = new Socket(uri.getHost(), uri.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write(
                                "GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                        .formatted(host)
                                        .getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .as(host)
                        .startsWith("HTTP/1.1 4");
            }
        }
    }

    @Test
    void markupInNamesIsSentAsText() throws Exception {
        String script = "<img src=x onerror=alert(1)>";
        TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/experiments/create", """
                {"name": "%s"}""".formatted(script)));
        TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/registered-models/create", """
                {"name": "%s", "description": "%s"}""".formatted(
                        "<svg onload=alert(1)>", script)));
        TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/runs/update", """
                {"run_id": "%s", "run_name": "%s"}""".formatted(run, script)));
        var client = java.net.http.HttpClient.newHttpClient();
        for (String path : List.of(
                "/api/2.0/mlflow/experiments/search?max_results=10",
                "/api/2.0/mlflow/registered-models/search",
                "/api/2.0/mlflow/runs/get?run_id=" + run,
                "/ajax-api/2.0/mlflow/runs/get?run_id=" + run,
                "/api/2.0/mlflow/experiments/get-by-name?experiment_name=%3Cscript%3Ealert(1)%3C/script%3E")) {
            var answer = client.send(
                    java.net.http.HttpRequest.newBuilder(URI.create(server.url() + path))
                            .header("Authorization", "Bearer " + server.tokens().get("dee"))
                            .header("Accept", "text/html")
                            .build(),
                    java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .as(path)
                    .startsWith("application/json");
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .hasValue("nosniff");
        }
    }

    @Test
    void whatNoHonestClientSendsIsCountedInTheLedger(@TempDir Path own) throws Exception {
        java.util.Map<String, String> tokens;
        try (var first = TestServer.open(own).withAdministrator()) {
            first.withUser("aud", "AU", "instance");
            for (String attack : List.of("path", "source", "location", "hook", "site", "deep", "honest")) {
                first.withUser(attack, "DS");
            }
            tokens = java.util.Map.copyOf(first.tokens());
            String mlflow = "/api/2.0/mlflow/";
            refused("path", first.get("path", "/api/2.0/mlflow-artifacts/artifacts?path=../secret"));
            TestServer.expect(200, first.post("source", mlflow + "registered-models/create", "{\"name\": \"m\"}"));
            refused("source", first.post("source", mlflow + "model-versions/create", """
                    {"name": "m", "source": "file:///etc/passwd"}"""));
            refused("location", first.post("location", mlflow + "experiments/create", """
                    {"name": "e", "artifact_location": "http://169.254.169.254/"}"""));
            refused("hook", first.post("hook", mlflow + "webhooks", """
                    {"name": "h", "url": "https://127.0.0.1/", "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]}"""));
            refused(
                    "site",
                    first.send("site", "POST", mlflow + "experiments/create", "{\"name\": \"x\"}", "text/plain"));
            refused("deep", first.post("deep", mlflow + "experiments/create", "[".repeat(100_000)));
            refused("nobody", first.get("nobody", mlflow + "experiments/get?experiment_id=0"));
            refused("honest", first.post("honest", mlflow + "experiments/create", "{\"name\": 1}"));
            refused("honest", first.get("honest", mlflow + "runs/get?run_id=" + "0".repeat(32)));
        }
        try (var again = TestServer.open(own).as(tokens)) {
            var records = new DenialRecords(again, "aud");
            for (String attack : List.of("path", "source", "location", "hook", "site", "deep")) {
                assertThat(records.of(attack)).as(attack).hasSize(1);
            }
            assertThat(records.ofId("sys:anonymous")).hasSize(1);
            assertThat(records.of("honest")).as("a mistake is no attack").isEmpty();
        }
    }

    @Test
    void markupIsTextAndFilesAreAttachments() throws Exception {
        String script = "<script>alert(1)</script>";
        TestServer.expect(200, server.post("dee", "/api/2.0/mlflow/runs/set-tag", """
                {"run_id": "%s", "key": "x", "value": "%s"}""".formatted(run, script)));
        var client = java.net.http.HttpClient.newHttpClient();
        String other = TestServer.expect(
                        200, server.post("dee", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
        for (String name : List.of("page.html", "image.svg", "data.xml", "x.js")) {
            TestServer.expect(
                    200,
                    server.send(
                            "dee",
                            "PUT",
                            "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/%s".formatted(other, name),
                            script,
                            "text/html"));
            var answer = client.send(
                    java.net.http.HttpRequest.newBuilder(
                                    URI.create(server.url() + "/get-artifact?run_id=%s&path=%s".formatted(other, name)))
                            .header("Authorization", "Bearer " + server.tokens().get("dee"))
                            .build(),
                    java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Content-Disposition"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .doesNotContain("html")
                    .doesNotContain("svg")
                    .doesNotContain("javascript");
        }
    }

    @Test
    void bombsAreRefusedInSmall() throws Exception {
        String search = "/api/2.0/mlflow/experiments/create";
        refused("deep", server.post("dee", search, "[".repeat(100_000)));
        refused("deep object", server.post("dee", search, "{\"a\":".repeat(50_000)));
        refused("long number", server.post("dee", "/api/2.0/mlflow/runs/log-metric", """
                {"run_id": "%s", "key": "m", "timestamp": 1, "value": 1%s}""".formatted(
                        run, "0".repeat(5_000))));
        var packed = new java.io.ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                zip.write(zeros);
            }
        }
        var answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(URI.create(server.url() + search))
                                .header(
                                        "Authorization",
                                        "Bearer " + server.tokens().get("dee"))
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isBetween(400, 499);
    }

    @Test
    void filtersAreGrammarNeverSqlAndNeverSlow() throws Exception {
        var filters = new ArrayList<>(List.of(
                "name = 'x'; DROP TABLE run",
                "params.p = 'a' UNION SELECT token FROM token",
                "metrics.m > 1) OR (1=1",
                "tags.`a` = 'x' --",
                "params.p = 'x' /* */ OR 1=1",
                "attributes.run_id IN (SELECT run FROM run)"));
        filters.add("(".repeat(5_000) + "params.p = 'a'" + ")".repeat(5_000));
        filters.add("NOT ".repeat(10_000) + "params.p = 'a'");
        for (String filter : filters) {
            refused(
                    filter.substring(0, Math.min(40, filter.length())),
                    server.post("dee", "/api/2.0/mlflow/runs/search", """
                    {"experiment_ids": ["0"], "filter": "%s"}""".formatted(filter)));
        }
        for (String search : List.of(
                "experiments/search", "registered-models/search", "model-versions/search", "logged-models/search")) {
            for (String filter : List.of(
                    "name = 'x'; DROP TABLE run", "name = 'x' UNION SELECT token FROM token", "name = 'x' --")) {
                refused(
                        search + filter,
                        search.startsWith("logged") || search.startsWith("exp")
                                ? server.post("dee", "/api/2.0/mlflow/" + search, """
                                        {"experiment_ids": ["0"], "max_results": 5, "filter": "%s"}""".formatted(filter))
                                : server.get(
                                        "dee",
                                        "/api/2.0/mlflow/" + search + "?filter="
                                                + java.net.URLEncoder.encode(filter, StandardCharsets.UTF_8)));
            }
        }
        for (String order : List.of("metrics.m; DROP TABLE run", "(SELECT 1)", "params.p ASC, (SELECT 1)", "1")) {
            refused(order, server.post("dee", "/api/2.0/mlflow/runs/search", """
                    {"experiment_ids": ["0"], "order_by": ["%s"]}""".formatted(order)));
        }
        for (String filter :
                List.of("name = 'x'; DROP TABLE run", "span.name = 'x' UNION SELECT 1", "tags.a = 'x' --")) {
            refused(filter, server.post("dee", "/api/3.0/mlflow/traces/search", """
                    {"locations": [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}], "filter": "%s"}""".formatted(filter)));
            refused(filter, server.post("dee", "/api/3.0/mlflow/datasets/search", """
                    {"experiment_ids": ["0"], "filter_string": "%s"}""".formatted(filter)));
        }
        long began = System.nanoTime();
        TestServer.expect(
                200, server.post("dee", "/v1/traces", """
                {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "5eed0000000000000000000000000009",
                  "spanId": "8d7ec6252d4ed4f5", "name": "%s", "startTimeUnixNano": "1795439569777103269",
                  "endTimeUnixNano": "1795439569787103269", "status": {"code": 1}}]}]}]}""".formatted("a".repeat(400)), "x-mlflow-experiment-id", "0"));
        for (String pattern : List.of("(a+)+$", "(a|aa)+b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}b")) {
            assertThat(server.post("dee", "/api/3.0/mlflow/traces/search", """
                            {"locations": [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}],
                             "filter": "span.name RLIKE '%s'"}""".formatted(pattern))
                            .status())
                    .as(pattern)
                    .isIn(200, 400);
        }
        server.post("dee", "/api/2.0/mlflow/runs/search", """
                {"experiment_ids": ["0"], "filter": "tags.x LIKE '%s'"}""".formatted("%a".repeat(500) + "b"));
        server.post("dee", "/api/2.0/mlflow/runs/search", """
                {"experiment_ids": ["0"], "filter": "tags.x ILIKE '%s'"}""".formatted("%a".repeat(100) + "b"));
        assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
        TestServer.expect(200, server.get("dee", "/api/2.0/mlflow/runs/get?run_id=" + run));
    }

    @Test
    void noHeaderOpensAnotherWorkspace() throws Exception {
        for (String workspace : List.of("other", "../default", "default/other", "x' OR '1'='1")) {
            var answer = server.get("dee", "/api/2.0/mlflow/runs/get?run_id=" + run, "X-MLFLOW-WORKSPACE", workspace);
            assertThat(answer.status()).as(workspace + answer.text()).isIn(200, 400, 403, 404);
            assertThat(server.get("", "/api/2.0/mlflow/runs/get?run_id=" + run, "X-MLFLOW-WORKSPACE", workspace)
                            .status())
                    .isEqualTo(401);
        }
    }
}
