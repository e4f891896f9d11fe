package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.config.Sources;
import dev.clew.server.storage.EveryEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Browsers: signing in and out, and what pages of other sites may not do with that. */
@EveryEngine
class SessionTest {
    private static final String SESSION = "/api/clew/v1/session";
    private static final String SESSIONS = "/api/clew/v1/sessions";
    private static final String TOKENS = "/api/clew/v1/tokens";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private DataDirectory data;
    private Wiring server;

    @BeforeEach
    void start() {
        open();
    }

    private void open(String... settings) {
        var all = new ArrayList<>(List.of("http.port=0", "ledger.anchor_file=" + directory.resolve("anchor")));
        all.addAll(List.of(settings));
        data = DataDirectory.take(directory.resolve("data"));
        server = new Wiring(Config.read(new Sources().set(all)).values(), data);
    }

    @AfterEach
    void stop() {
        server.close();
        data.close();
    }

    @Test
    void openModeServesOwnPagesAndNoOthers() throws Exception {
        assertThat(json(send("GET", SESSION, null)).path("state").textValue()).isEqualTo("open");
        String decision = "{\"client_id\": \"a-1\", \"features\": {}, \"outcome\": \"denied\"}";
        String path = "/api/clew/v1/decisions";
        assertThat(send("POST", path, decision, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(send("POST", path, decision, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("POST", path, decision, "Origin", server.url()).statusCode())
                .isEqualTo(201);
    }

    @Test
    void aSessionActsWithItsTokenAndOnlyFromOwnPages() throws Exception {
        String token = firstUser();
        assertThat(json(send("GET", SESSION, null)).path("state").textValue()).isEqualTo("anonymous");
        var signedIn = send("POST", SESSION, "{\"token\": \"%s\"}".formatted(token));
        assertThat(signedIn.statusCode()).isEqualTo(200);
        JsonNode who = json(signedIn);
        assertThat(who.path("name").textValue()).isEqualTo("ada");
        assertThat(who.path("roles").toString()).contains("SA");
        String set = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly").contains("SameSite=Lax");
        String cookie = set.substring(0, set.indexOf(';'));
        String csrf = who.path("csrf").textValue();

        assertThat(send("GET", "/api/clew/v1/users", null, "Cookie", cookie).statusCode())
                .isEqualTo(200);
        assertThat(send("GET", "/api/clew/v1/users", null, "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("POST", TOKENS, "{}", "Cookie", cookie).statusCode()).isEqualTo(403);
        assertThat(send("POST", TOKENS, "{}", "Cookie", cookie, "X-Clew-Csrf", "guess")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("POST", TOKENS, "{}", "Cookie", cookie, "X-Clew-Csrf", csrf)
                        .statusCode())
                .isEqualTo(201);

        assertThat(send("DELETE", SESSION, null, "Cookie", cookie).statusCode()).isEqualTo(204);
        assertThat(send("GET", "/api/clew/v1/users", null, "Cookie", cookie).statusCode())
                .isEqualTo(401);
    }

    @Test
    void behindADeclaredProxyTheCookieIsThatOfATlsServer() throws Exception {
        String token = "{\"token\": \"%s\"}".formatted(firstUser());
        stop();
        open("http.trusted_proxies=127.0.0.1");
        String page = server.url().replace("http:", "https:");
        var signedIn = send("POST", SESSION, token, "X-Forwarded-Proto", "https", "Origin", page);
        assertThat(signedIn.statusCode()).isEqualTo(200);
        String set = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).startsWith("__Host-clew=").contains("; Secure;");
        String cookie = set.substring(0, set.indexOf(';'));
        String users = "/api/clew/v1/users";
        assertThat(send("GET", users, null, "Cookie", cookie, "X-Forwarded-Proto", "https", "Origin", page)
                        .statusCode())
                .isEqualTo(200);
        // What came to the proxy in the clear is another origin, and has no such cookie.
        assertThat(send("GET", users, null, "Cookie", cookie, "X-Forwarded-Proto", "https", "Origin", server.url())
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("GET", users, null, "Cookie", cookie, "X-Forwarded-Proto", "http")
                        .statusCode())
                .isEqualTo(401);

        stop();
        open("http.trusted_proxies=10.0.0.0/8");
        page = server.url().replace("http:", "https:");
        assertThat(send("POST", SESSION, token, "X-Forwarded-Proto", "https", "Origin", page)
                        .statusCode())
                .as("nobody but a declared proxy says that it is TLS")
                .isEqualTo(403);
        assertThat(send("POST", SESSION, token, "X-Forwarded-Proto", "https")
                        .headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow())
                .startsWith("clew=")
                .doesNotContain("Secure");
    }

    @Test
    void wrongCredentialsAndOtherSitesDoNotSignIn() throws Exception {
        String token = firstUser();
        assertThat(send("POST", SESSION, "{\"token\": \"clwp_wrong\"}").statusCode())
                .isEqualTo(401);
        assertThat(send("POST", SESSION, "{\"user\": \"ada\", \"password\": \"guess\"}")
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("POST", SESSION, "{}").statusCode()).isEqualTo(400);
        assertThat(send("POST", SESSION, "{\"token\": \"%s\"}".formatted(token), "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aPageLearnsWhatTakesAReasonAndThePeoplesNames() throws Exception {
        firstUser();
        String admin = operator();
        JsonNode worker = json(send("GET", SESSION, null, "Authorization", "Bearer " + user("kay", "CW", admin)));
        assertThat(worker.path("justified").toString())
                .contains("decision.list")
                .contains("decision.read");
        assertThat(worker.path("justified").toString()).doesNotContain("feedback.write");
        assertThat(worker.path("permissions").toString()).contains("feedback.write");

        String scientist = "Bearer " + user("lin", "DS", admin);
        JsonNode made =
                json(send("POST", "/api/clew/v1/datasets", "{\"name\": \"loans\"}", "Authorization", scientist));
        assertThat(made.path("created_by").textValue()).startsWith("usr:");
        assertThat(made.path("created_by_name").textValue()).isEqualTo("lin");
    }

    @Test
    void sessionsAreListedAndEndedByTheirOwnersAndTheAdministrator() throws Exception {
        String ada = "Bearer " + firstUser();
        String lin = user("lin", "DS", operator());
        var first = send("POST", SESSION, "{\"token\": \"%s\"}".formatted(lin));
        String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
        cookie = cookie.substring(0, cookie.indexOf(';'));
        assertThat(send("POST", SESSION, "{\"token\": \"%s\"}".formatted(lin)).statusCode())
                .isEqualTo(200);

        JsonNode own = json(send("GET", SESSIONS, null, "Cookie", cookie)).path("items");
        assertThat(own).hasSize(2);
        assertThat(own.findValuesAsText("name")).containsOnly("lin");
        assertThat(send("GET", SESSIONS + "?all=true", null, "Cookie", cookie).statusCode())
                .isEqualTo(403);
        String older = own.get(1).path("id").textValue();
        String kay = "Bearer " + user("kay", "DS", operator());
        assertThat(send("DELETE", SESSIONS + "/" + older, null, "Authorization", kay)
                        .statusCode())
                .isEqualTo(403);
        assertThat(json(send("GET", SESSIONS + "?all=true", null, "Authorization", ada))
                        .path("items"))
                .hasSize(2);
        assertThat(send("DELETE", SESSIONS + "/" + older, null, "Authorization", ada)
                        .statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", SESSIONS + "/" + older, null, "Authorization", ada)
                        .statusCode())
                .isEqualTo(404);
        assertThat(send("GET", SESSIONS, null, "Cookie", cookie).statusCode()).isEqualTo(401);
        JsonNode entries =
                json(send("GET", "/api/clew/v1/ledger/entries?action=session.revoke", null, "Authorization", ada));
        assertThat(entries.path("items")).hasSize(1);
    }

    @Test
    void tokensAreListedWithoutTheirTextAndRightsAreExplained() throws Exception {
        String ada = "Bearer " + firstUser();
        String lin = user("lin", "DS", operator());
        var listed = send("GET", TOKENS, null, "Authorization", "Bearer " + lin);
        assertThat(json(listed).path("items")).hasSize(1);
        assertThat(listed.body()).doesNotContain(lin);
        assertThat(send("GET", TOKENS + "?user=ada", null, "Authorization", "Bearer " + lin)
                        .statusCode())
                .isEqualTo(403);
        assertThat(json(send("GET", TOKENS + "?user=lin", null, "Authorization", ada))
                        .path("items"))
                .hasSize(1);

        String rights = "/api/clew/v1/rights?user=lin&permission=";
        JsonNode deletes = json(send("GET", rights + "run.delete", null, "Authorization", ada));
        assertThat(deletes.path("may").booleanValue()).isTrue();
        assertThat(deletes.at("/grants/0/grant/role").textValue()).isEqualTo("DS");
        assertThat(deletes.at("/grants/0/how/0").textValue()).isEqualTo("own");
        JsonNode deploys = json(send("GET", rights + "deployment.execute", null, "Authorization", ada));
        assertThat(deploys.path("may").booleanValue()).isFalse();
        assertThat(deploys.path("roles").toString()).contains("DP").doesNotContain("DS");
        assertThat(send("GET", rights + "run.sing", null, "Authorization", ada).statusCode())
                .isEqualTo(400);
        assertThat(send("GET", rights + "run.read", null, "Authorization", "Bearer " + lin)
                        .statusCode())
                .isEqualTo(403);
    }

    /** Makes the security administrator and a token for her. */
    @Test
    void noOtherSiteSignsAPersonOut() throws Exception {
        String token = firstUser();
        String set = send("POST", SESSION, "{\"token\": \"%s\"}".formatted(token))
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        String cookie = set.substring(0, set.indexOf(';'));
        assertThat(send("DELETE", SESSION, null, "Cookie", cookie, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(json(send("GET", SESSION, null, "Cookie", cookie))
                        .path("state")
                        .textValue())
                .isEqualTo("signed-in");
        assertThat(send("DELETE", SESSION, null, "Cookie", cookie).statusCode()).isEqualTo(204);
        assertThat(send("DELETE", SESSION, null, "Cookie", cookie).statusCode())
                .as("a session that ended")
                .isEqualTo(204);
        assertThat(json(send("GET", SESSION, null, "Cookie", cookie))
                        .path("state")
                        .textValue())
                .isEqualTo("anonymous");
    }

    private String firstUser() throws Exception {
        return user("ada", "SA", operator());
    }

    /** The token of whoever works on the server's machine. */
    private String operator() throws Exception {
        return "Bearer "
                + Files.readString(directory.resolve("data/keys/admin.token")).strip();
    }

    /** Makes somebody with a role and a token. */
    private String user(String name, String role, String admin) throws Exception {
        String body = "{\"name\": \"%s\", \"role\": \"%s\"}".formatted(name, role);
        assertThat(send("POST", "/api/clew/v1/users", body, "Authorization", admin)
                        .statusCode())
                .isEqualTo(201);
        return json(send("POST", TOKENS, "{\"user\": \"%s\"}".formatted(name), "Authorization", admin))
                .path("token")
                .textValue();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        var all = new ArrayList<>(List.of(headers));
        if (body != null) {
            all.addAll(List.of("Content-Type", "application/json"));
        }
        if (!all.isEmpty()) {
            request.headers(all.toArray(String[]::new));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }
}
