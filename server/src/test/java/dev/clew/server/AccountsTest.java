package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.TestServer.Response;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts, roles and tokens over HTTP: what nobody gets by going round. */
class AccountsTest {
    private static final String USERS = "/api/clew/v1/users";
    private static final String GRANTS = "/api/clew/v1/grants";
    private static final String TOKENS = "/api/clew/v1/tokens";

    @TempDir
    Path root;

    private TestServer open() throws Exception {
        return TestServer.open(root)
                .withAdministrator()
                .withToken("ada")
                .withUser("dora", "DS")
                .withUser("bert", "SA");
    }

    private static void refused(Response answer, String code, String words) {
        assertThat(answer.field("code")).as(answer.text()).isEqualTo(code);
        assertThat(answer.field("detail")).contains(words);
    }

    @Test
    void nobodyGrantsToAnAccountOfHisOwn() throws Exception {
        try (var server = open()) {
            String himself = "nor to an account that he answers for";
            // The caller owns a service account when nobody else is named.
            refused(
                    server.post("ada", USERS, "{\"name\": \"puppet\", \"service\": true, \"role\": \"CW\"}"),
                    "SEPARATION_OF_DUTIES",
                    himself);
            assertThat(server.get("ada", USERS).text()).doesNotContain("puppet");
            expect(201, server.post("ada", USERS, "{\"name\": \"puppet\", \"service\": true}"));
            for (String role : new String[] {"CW", "VW"}) {
                refused(
                        server.post("ada", GRANTS, "{\"user\": \"puppet\", \"role\": \"%s\"}".formatted(role)),
                        "SEPARATION_OF_DUTIES",
                        himself);
            }
            expect(201, server.post("ada", USERS, "{\"name\": \"second\", \"owner\": \"ada\"}"));
            refused(
                    server.post("ada", GRANTS, "{\"user\": \"second\", \"role\": \"VW\"}"),
                    "SEPARATION_OF_DUTIES",
                    himself);
            // Another administrator may, as far as the person's roles go together.
            expect(201, server.post("bert", GRANTS, "{\"user\": \"second\", \"role\": \"VW\"}"));
            refused(
                    server.post("bert", GRANTS, "{\"user\": \"second\", \"role\": \"AP\"}"),
                    "SEPARATION_OF_DUTIES",
                    "exclude each other");
            expect(
                    201,
                    server.post(
                            "ada",
                            USERS,
                            "{\"name\": \"scorer\", \"service\": true, \"owner\": \"dora\", \"role\": \"Ss\"}"));
        }
    }

    @Test
    void ownersAreUsersWhoAreThere() throws Exception {
        try (var server = open()) {
            expect(201, server.post("ada", USERS, "{\"name\": \"robot\", \"service\": true, \"owner\": \"dora\"}"));
            refused(
                    server.post("ada", USERS, "{\"name\": \"other\", \"service\": true, \"owner\": \"robot\"}"),
                    "INVALID_ARGUMENT",
                    "an active user");
            refused(
                    server.post("ada", USERS, "{\"name\": \"other\", \"service\": true, \"owner\": \"nobody\"}"),
                    "NOT_FOUND",
                    "nobody");
        }
    }

    @Test
    void aNamePassesForNoOther() throws Exception {
        try (var server = open()) {
            for (String name : new String[] {
                " dora", "dora ", "dora\\n", "do\\u200bra", "\\u202earod", "dora\\u001b[2J", "usr:dora", "a:b", "", "  "
            }) {
                assertThat(server.post("ada", USERS, "{\"name\": \"%s\", \"role\": \"DS\"}".formatted(name))
                                .field("code"))
                        .as(name)
                        .isEqualTo("INVALID_ARGUMENT");
            }
            expect(201, server.post("ada", USERS, "{\"name\": \"Ärzte & Söhne\", \"role\": \"DS\"}"));
            refused(server.post("dora", TOKENS, "{\"name\": \"x\\u001b[2J\"}"), "INVALID_ARGUMENT", "invisible");
            refused(
                    server.post("dora", TOKENS, "{\"name\": \"%s\"}".formatted("x".repeat(251))),
                    "INVALID_ARGUMENT",
                    "1 to 250 characters");
        }
    }

    @Test
    void aNarrowTokenMakesNoWideOne() throws Exception {
        try (var server = open()) {
            refused(server.post("dora", TOKENS, "{\"permissions\": []}"), "INVALID_ARGUMENT", "no permission");
            String narrow = expect(201, server.post("dora", TOKENS, """
                    {"permissions": ["token.create", "run.read"]}""")).field("token");
            server.as(java.util.Map.of("narrow", narrow));
            refused(server.post("narrow", TOKENS, "{}"), "FORBIDDEN", "run.read, token.create");
            refused(server.post("narrow", TOKENS, "{\"permissions\": [\"run.write\"]}"), "FORBIDDEN", "run.read");
            String narrower = expect(201, server.post("narrow", TOKENS, "{\"permissions\": [\"run.read\"]}"))
                    .field("token");
            server.as(java.util.Map.of("narrower", narrower));
            assertThat(server.post("narrower", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aRoleIsNotGivenUntilYesterday() throws Exception {
        try (var server = open()) {
            refused(server.post("ada", GRANTS, """
                            {"user": "dora", "role": "DE", "expires": "2020-01-01T00:00:00Z"}"""), "INVALID_ARGUMENT", "in the past");
            refused(server.post("ada", GRANTS, """
                            {"user": "dora", "role": "DE", "expires": "+999999999-01-01T00:00:00Z"}"""), "INVALID_ARGUMENT", "RFC 3339");
        }
    }
}
