package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that speak to a server, or to a data directory that none holds, each in a process of its own as users run it. */
@Timeout(300)
class ServerCommandsTest {
    private static final String DECISIONS = "/api/clew/v1/decisions";

    @TempDir
    Path root;

    /** What a command said and its exit code. */
    private record Said(int code, String out, String err) {
        Said ended(int expected) {
            assertThat(code).as("%s%n%s", out, err).isEqualTo(expected);
            return this;
        }

        JsonNode json() throws Exception {
            return Json.MAPPER.readTree(out);
        }

        /** Ended by a sentence for people: no stack, no path of a class. */
        void refused(String... words) {
            ended(1);
            assertThat(out).isEmpty();
            assertThat(err)
                    .startsWith("clew: ")
                    .contains(words)
                    .doesNotContain("\tat ")
                    .doesNotContain("Exception");
        }
    }

    private Said clew(Optional<String> token, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.clew.server.Main"));
        command.addAll(List.of(arguments));
        Path err = root.resolve("err");
        var builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CLEW_"));
        builder.environment()
                .put("CLEW_LEDGER_ANCHOR_FILE", root.resolve("anchor").toString());
        token.ifPresent(text -> builder.environment().put("CLEW_TOKEN", text));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out, Files.readString(err));
    }

    private Said clew(String... arguments) throws Exception {
        return clew(Optional.empty(), arguments);
    }

    private String data() {
        return root.resolve("data").toString();
    }

    /** A model of a run that serves and decided about somebody. */
    private record Thread(String run, String deployment, String decision) {}

    private static Thread thread(TestServer server) throws Exception {
        String run = expect(200, server.post("", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .at("/run/info/run_id")
                .textValue();
        expect(
                200,
                server.put(
                        "",
                        "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/model/model.json".formatted(run),
                        "{\"trees\": 1}"));
        expect(200, server.post("", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
        expect(200, server.post("", "/api/2.0/mlflow/model-versions/create", """
                {"name": "credit", "source": "runs:/%1$s/model", "run_id": "%1$s"}""".formatted(run)));
        String deployment = expect(201, server.post("", "/api/clew/v1/deployments", """
                        {"endpoint": "scoring", "model": "credit", "version": 1,
                         "reason": {"code": "promotion", "text": "better on the newest quarter"}}"""))
                .json()
                .at("/deployment/id")
                .textValue();
        String decision =
                expect(201, server.post("", DECISIONS + "?ack=integrated", """
                        {"client_id": "a/1 ü", "features": {"age": 33}, "outcome": "denied", "endpoint": "scoring"}""")).field("id");
        return new Thread(run, deployment, decision);
    }

    private static List<String> refs(JsonNode thread) {
        return StreamSupport.stream(thread.path("nodes").spliterator(), false)
                .map(node -> node.path("ref").textValue())
                .toList();
    }

    @Test
    void traceDrawsTheThreadAndSaysEachHopsEntry() throws Exception {
        try (var server = TestServer.open(root)) {
            Thread made = thread(server);
            String text = clew("trace", "decision:" + made.decision(), "--server", server.url())
                    .ended(0)
                    .out();
            assertThat(text.lines().findFirst().orElseThrow()).startsWith("decision ");
            assertThat(text)
                    .containsPattern("—by→ #\\d+ deployment credit/1 at scoring")
                    .containsPattern("—of→ #\\d+ model-version credit/1")
                    .containsPattern("—from→ #\\d+ run ")
                    .containsPattern(
                            "#\\d+ deploy\\.request by usr:local \\(promotion\\): “better on the newest quarter”");
            // A client's own id serves as well, whatever stands in it; the directory tells where its server is.
            Said json =
                    clew("trace", "decision:a/1 ü", "--json", "--data", data()).ended(0);
            assertThat(json.err()).isEmpty();
            JsonNode thread = json.json();
            assertThat(refs(thread))
                    .contains("decision:" + made.decision(), "deployment:" + made.deployment(), "run:" + made.run());
            assertThat(thread.path("truncated").booleanValue()).isFalse();
            assertThat(thread.path("links"))
                    .isNotEmpty()
                    .allSatisfy(link ->
                            assertThat(link.path("seq").isIntegralNumber()).isTrue());
        }
    }

    @Test
    void traceGoesUpOrDownOrBothAsFarAsItIsAsked() throws Exception {
        try (var server = TestServer.open(root)) {
            Thread made = thread(server);
            String deployment = "deployment:" + made.deployment();
            String decision = "decision:" + made.decision();
            String run = "run:" + made.run();
            JsonNode up = traced(server, deployment, "--up");
            assertThat(refs(up)).contains(run).doesNotContain(decision);
            assertThat(refs(traced(server, deployment))).isEqualTo(refs(up));
            assertThat(refs(traced(server, deployment, "--down")))
                    .contains(decision)
                    .doesNotContain(run);
            assertThat(refs(traced(server, deployment, "--up", "--down"))).contains(run, decision);
            JsonNode near = traced(server, decision, "--depth", "1");
            assertThat(refs(near)).contains(deployment).doesNotContain(run);
            assertThat(near.path("truncated").booleanValue()).isTrue();
            assertThat(clew("trace", decision, "--depth", "1", "--server", server.url())
                            .ended(0)
                            .out())
                    .contains("cut short: depth");
            assertThat(refs(traced(server, "model-version:credit/1", "--down"))).contains(deployment, decision);
        }
    }

    private JsonNode traced(TestServer server, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("trace", "--json", "--server", server.url()));
        all.addAll(List.of(arguments));
        return clew(all.toArray(String[]::new)).ended(0).json();
    }

    @Test
    void traceSaysWhatIsNotThereAndWhatCannotBeReached() throws Exception {
        try (var server = TestServer.open(root).withAdministrator().withUser("vera", "VW")) {
            String url = server.url();
            Optional<String> vera = Optional.of(server.tokens().get("vera"));
            clew(vera, "trace", "run:" + "0".repeat(32), "--server", url).refused("There is no run " + "0".repeat(32));
            clew(vera, "trace", "model-version:credit/9", "--server", url).refused("credit/9");
            clew(vera, "trace", "decision:a-1", "--server", url).refused("decision.list");
            clew("trace", "run:" + "0".repeat(32), "--server", url).refused("asks who you are", "CLEW_TOKEN");
        }
        clew("trace", "run:" + "0".repeat(32), "--server", "http://127.0.0.1:1")
                .refused("http://127.0.0.1:1", "No server answers at");
        clew("trace", "animal:1").ended(3);
        clew("trace", "decision:1", "--depth", "65537").ended(3);
    }

    @Test
    void usersAndTokensOfAStoppedDirectoryAreEntriesThatHold() throws Exception {
        Files.createDirectory(root.resolve("data"));
        assertThat(clew("user", "list", "--data", data()).ended(0).out()).contains("No user yet");
        clew("user", "add", "dora", "--role", "DS", "--data", data()).refused("role SA");
        assertThat(clew("user", "add", "ada", "--role", "SA", "--data", data(), "--reason", "request; the first one")
                        .ended(0)
                        .out())
                .containsPattern("ada is usr:[a-z2-7]{26} with role SA");
        clew("user", "add", "ada", "--role", "SA", "--data", data()).refused("\"ada\" is taken");
        clew("user", "add", "scorer", "--service", "--owner", "ada", "--role", "Ss", "--data", data())
                .ended(0);
        clew("user", "add", "dora", "--role", "XX", "--data", data()).refused("\"XX\" is unknown");
        JsonNode users =
                clew("user", "list", "--json", "--data", data()).ended(0).json();
        assertThat(users.findValuesAsText("name")).containsExactly("ada", "scorer");
        assertThat(users.path(0).path("roles").findValuesAsText("role")).containsExactlyInAnyOrder("SA", "PA");
        assertThat(clew("user", "list", "--data", data()).ended(0).out())
                .containsPattern("scorer +svc:[a-z2-7]{26} +active +Ss in ");

        Said issued = clew("token", "create", "--user", "ada", "--name", "laptop", "--expires", "30d", "--data", data())
                .ended(0);
        String token = issued.out().strip();
        assertThat(token).matches("clwp_[A-Za-z0-9]{35}");
        assertThat(issued.err()).contains("not shown again").doesNotContain(token);
        JsonNode more = clew("token", "create", "--user", "scorer", "--json", "--data", data())
                .ended(0)
                .json();
        assertThat(more.path("token").textValue()).matches("clws_[A-Za-z0-9]{35}");
        clew("token", "create", "--user", "nobody", "--data", data()).refused("\"nobody\"");
        clew("token", "create", "--user", "ada", "--expires", "2020-01-01", "--data", data())
                .refused("365 days");

        assertThat(clew("fsck", data(), "--state", "--json")
                        .ended(0)
                        .json()
                        .path("clean")
                        .booleanValue())
                .isTrue();
        try (var server = TestServer.open(root).as(Map.of("ada", token))) {
            assertThat(acts(server, "principal.create")).hasSize(2);
            assertThat(acts(server, "role.grant")).hasSize(3);
            JsonNode tokens = acts(server, "token.create");
            assertThat(tokens).hasSize(2);
            assertThat(tokens.findValuesAsText("who")).containsOnly("sys:operator");
            JsonNode first = expect(
                            200,
                            server.get(
                                    "ada",
                                    "/api/clew/v1/ledger/entries/"
                                            + acts(server, "principal.create")
                                                    .path(1)
                                                    .path("seq")))
                    .json();
            assertThat(first.path("why").textValue()).isEqualTo("request");
            assertThat(first.path("reason").textValue()).isEqualTo("the first one");
            // What is served is found by its directory; the command takes the same road then.
            clew("user", "add", "bert", "--role", "SA", "--data", data()).ended(0);
            clew(Optional.of(token), "user", "add", "abel", "--role", "PO", "--server", server.url())
                    .refused("a second person");
            clew(Optional.of(token), "user", "add", "dora", "--role", "DS", "--server", server.url())
                    .ended(0);
        }
        assertThat(clew("fsck", data(), "--state", "--json")
                        .ended(0)
                        .json()
                        .path("clean")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void rolesEndWhereTheyDoByThemselvesOrWhereItIsSaid() throws Exception {
        try (var _ = TestServer.open(root).withAdministrator()) {
            String usual = "until " + day(90);
            assertThat(clew("user", "add", "abel", "--role", "AP", "--data", data())
                            .ended(0)
                            .out())
                    .contains("with role AP " + usual);
            assertThat(clew("user", "add", "dirk", "--role", "DP", "--expires", "never", "--data", data())
                            .ended(0)
                            .out())
                    .contains("with role DP\n");
            clew("user", "add", "emil", "--expires", "30d", "--data", data()).refused("give a role with it");
            clew("user", "add", "emil", "--role", "VW", "--expires", "soon", "--data", data())
                    .ended(3);
            clew("user", "add", "emil", "--role", "VW", "--expires", "2020-01-01", "--data", data())
                    .refused("lies in the past");
            assertThat(clew("user", "list", "--data", data()).ended(0).out())
                    .containsPattern("abel .* AP in default/default " + usual)
                    .containsPattern("dirk .* DP in default/default\n")
                    .doesNotContain("emil");
            assertThat(clew("user", "grant", "abel", "--role", "AP", "--expires", "200d", "--data", data())
                            .ended(0)
                            .out())
                    .startsWith("abel has role AP in default/default until " + day(200));
            JsonNode abel = clew("user", "list", "--json", "--data", data())
                    .ended(0)
                    .json()
                    .path(0);
            assertThat(abel.path("name").textValue()).isEqualTo("abel");
            assertThat(abel.path("roles")).hasSize(1);
            assertThat(abel.at("/roles/0/expires_at").textValue()).startsWith(day(200));
            assertThat(abel.at("/roles/0/ended").booleanValue()).isFalse();
            clew("user", "grant", "nobody", "--role", "AP", "--data", data()).refused("\"nobody\"");
        }
    }

    @Test
    void theOperatorOfTheMachineReachesAServerThatOthersReach() throws Exception {
        for (List<String> settings : List.of(
                List.of("http.host=0.0.0.0", "http.tls=generated"),
                List.of("http.tls=generated"),
                List.of("http.trusted_proxies=127.0.0.1"))) {
            Path own = Files.createDirectory(root.resolve("s" + settings.hashCode()));
            String data = own.resolve("data").toString();
            try (var server = TestServer.open(own, settings.toArray(String[]::new))) {
                assertThat(server.localUrl()).startsWith("http://127.0.0.1:");
                // Open mode is of a server that others do not reach; here nobody is let in without a token.
                String users = "/api/clew/v1/users";
                String admin =
                        Files.readString(own.resolve("data/keys/admin.token")).strip();
                assertThat(status(server.localUrl() + users, null)).isEqualTo(401);
                assertThat(status(server.localUrl() + users, admin)).isEqualTo(200);
                if (!server.url().startsWith("https")) {
                    assertThat(status(server.url() + users, admin))
                            .as("where others call, the operator's token does not count")
                            .isEqualTo(401);
                }
                assertThat(clew("user", "add", "ada", "--role", "SA", "--data", data)
                                .ended(0)
                                .out())
                        .contains("ada is usr:");
                String token = clew("token", "create", "--user", "ada", "--data", data)
                        .ended(0)
                        .out()
                        .strip();
                assertThat(clew("user", "list", "--data", data).ended(0).out()).contains("ada");
                clew("user", "list", "--server", server.localUrl()).refused("asks who you are", "CLEW_TOKEN");
                clew(Optional.of("clwp_wrong"), "user", "list", "--data", data)
                        .refused("The token in CLEW_TOKEN does not hold");
                clew(Optional.of(token), "user", "list", "--data", data).ended(0);
                try (var socket =
                        new Socket("127.0.0.1", URI.create(server.localUrl()).getPort())) {
                    socket.getOutputStream()
                            .write("GET /health HTTP/1.1\r\nHost: clew.example\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                            .startsWith("HTTP/1.1 403");
                }
            }
        }
    }

    private static int status(String url, @Nullable String token) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static String day(int from) {
        return LocalDate.now(ZoneOffset.UTC).plusDays(from).toString();
    }

    private static JsonNode acts(TestServer server, String act) throws Exception {
        return expect(200, server.get("ada", "/api/clew/v1/ledger/entries?action=" + act))
                .json()
                .path("items");
    }

    @Test
    void exportOfAServerIsVerifiedWithoutIt() throws Exception {
        String out = root.resolve("export").toString();
        try (var server = TestServer.open(root).withAdministrator().withUser("eve", "AU", "instance")) {
            server.withUser("scorer", "Ss");
            expect(201, server.post("scorer", DECISIONS + "?ack=integrated", """
                    {"client_id": "a-1", "features": {"age": 33}, "outcome": "denied"}"""));
            clew("export", "--server", server.url(), out).refused("wants a token", "CLEW_TOKEN");
            assertThat(Path.of(out)).doesNotExist();
            clew(Optional.of(server.tokens().get("eve")), "export", "--server", server.url(), out)
                    .ended(0);
            clew(Optional.of(server.tokens().get("eve")), "export", "--server", server.url(), out)
                    .ended(3);
        }
        Said verified = clew("verify", out, "--json").ended(0);
        assertThat(verified.json().path("verdict").textValue()).isEqualTo("valid");
        assertThat(verified.json().at("/counts/records_verified").asInt()).isEqualTo(1);
        Path entries;
        try (var files = Files.walk(root.resolve("export/tile/entries"))) {
            entries = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(entries);
        bytes[bytes.length / 2] ^= 1;
        Files.write(entries, bytes);
        clew("verify", out).ended(1);
    }

    @Test
    void configTellsEachSettingsValueOriginAndMeaning() throws Exception {
        Path file = Files.writeString(root.resolve("clew.properties"), "http.port=7191\n");
        String text = clew("config", "--config", file.toString(), "--set", "ledger.public=hashes")
                .ended(0)
                .out();
        assertThat(text)
                .containsPattern(
                        "# Port to listen on.*Default: 7070\\.\\s+http\\.port=7191\\s+# from .*clew\\.properties")
                .containsPattern("ledger\\.public=hashes\\s+# from --set")
                .containsPattern("ledger\\.anchor_file=.*anchor\\s+# from .*CLEW_LEDGER_ANCHOR_FILE")
                .containsPattern("sod\\.mode=strict\\s+# from ");
        JsonNode json =
                clew("config", "--json", "--set", "http.port=7192").ended(0).json();
        assertThat(json.findValuesAsText("key")).contains("http.port", "ledger.public", "sod.mode");
    }
}
