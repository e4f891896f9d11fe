package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.TestServer.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords over HTTP: how often they may be guessed, and what is on record of it. */
class SignInTest {
    private static final String ME = "/api/clew/v1/session";
    private static final String MODELS = "/api/2.0/mlflow/registered-models/search";
    private static final String RIGHT = "correct horse battery staple";

    @TempDir
    Path root;

    private static String[] basic(String user, String password) {
        String pair = user + ":" + password;
        return new String[] {
            "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
        };
    }

    private TestServer open() throws Exception {
        var server = TestServer.open(root).withAdministrator().withToken("ada");
        expect(201, server.post("admin", "/api/clew/v1/users", """
                {"name": "dora", "role": "DS", "password": "%s"}""".formatted(RIGHT)));
        return server;
    }

    @Test
    void guessingIsSlowedDownForKnownAndUnknownNamesAlike() throws Exception {
        try (var server = open()) {
            for (String name : new String[] {"dora", "nobody"}) {
                for (int i = 0; i < 5; i++) {
                    Response wrong = server.get("", MODELS, basic(name, "wrong password number " + i));
                    assertThat(wrong.status()).as("%s %d", name, i).isEqualTo(401);
                }
                Response slowed = server.get("", MODELS, basic(name, "yet another password"));
                assertThat(slowed.status()).as(name).isEqualTo(429);
                assertThat(slowed.field("error_code")).isEqualTo("RESOURCE_EXHAUSTED");
                assertThat(slowed.field("message"))
                        .contains("Too many wrong passwords")
                        .doesNotContain(name);
                // Not even the right one says that it is, until some time has passed.
                assertThat(server.get("", MODELS, basic(name, RIGHT)).status()).isEqualTo(429);
                assertThat(server.post("", ME, """
                                {"user": "%s", "password": "%s"}""".formatted(name, RIGHT)).field("code"))
                        .isEqualTo("QUOTA_EXCEEDED");
            }
            // Tokens are not guessed: they go on.
            expect(200, server.get("ada", ME));
        }
    }

    @Test
    void aClientThatSendsItsPasswordWithEveryRequestGoesOnBesideAGuesser() throws Exception {
        try (var server = open()) {
            for (int i = 0; i < 4; i++) {
                expect(200, server.get("", MODELS, basic("dora", RIGHT)));
                assertThat(server.get("", MODELS, basic("dora", "wrong password number " + i))
                                .status())
                        .isEqualTo(401);
            }
            for (int i = 4; i < 8; i++) {
                assertThat(server.get("", MODELS, basic("dora", "wrong password number " + i))
                                .status())
                        .isIn(401, 429);
                expect(200, server.get("", MODELS, basic("dora", RIGHT)));
            }
        }
    }

    @Test
    void everyWrongPasswordIsAnEntryThatNamesNobodyWhoIsNotHere() throws Exception {
        try (var server = open()) {
            expect(401, server.get("", MODELS, basic("dora", "wrong password one")));
            expect(401, server.get("", MODELS, basic("frida.fischer", "wrong password two")));
            JsonNode entries = expect(200, server.get("ada", "/api/clew/v1/ledger/entries?action=auth.fail"))
                    .json()
                    .path("items");
            assertThat(entries).hasSize(2);
            assertThat(entries.findValuesAsText("who")).containsOnly("sys:anonymous");
            String dora = "";
            for (JsonNode user : server.get("ada", "/api/clew/v1/users").json().path("items")) {
                if (user.path("name").textValue().equals("dora")) {
                    dora = dev.clew.server.common.Principals.node(
                                    user.path("id").textValue())
                            .uid()
                            .hex();
                }
            }
            assertThat(entries.path(1).path("resource").textValue()).isEqualTo("principal:" + dora);
            assertThat(entries.toString()).doesNotContain("frida").doesNotContain("wrong password");
        }
    }

    @Test
    void aTokenIsAPasswordToo() throws Exception {
        try (var server = open().withToken("dora")) {
            String token = server.tokens().get("dora");
            for (String user : new String[] {"dora", "token", "api", ""}) {
                JsonNode who =
                        expect(200, server.get("", ME, basic(user, token))).json();
                assertThat(who.path("name").textValue()).as(user).isEqualTo("dora");
            }
            assertThat(server.get("", MODELS, basic("dora", token.substring(0, 39) + "x"))
                            .status())
                    .isEqualTo(401);
            // A browser must not keep such credentials: it signs in instead.
            String[] credentials = basic("dora", token);
            assertThat(server.get("", MODELS, credentials[0], credentials[1], "Sec-Fetch-Site", "same-origin")
                            .status())
                    .isEqualTo(401);
        }
    }
}
