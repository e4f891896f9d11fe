package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.TestServer.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Accounts, roles and tokens over HTTP: what nobody gets by going round. */
class AccountsTest {
    private static final String USERS = "/api/clew/v1/users";
    private static final String GRANTS = "/api/clew/v1/grants";
    private static final String TOKENS = "/api/clew/v1/tokens";
    private static final String ENTRIES = "/api/clew/v1/ledger/entries";

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

    /** What {@code finding.open} entries say, as "code role". */
    private static List<String> findings(TestServer server) throws Exception {
        var found = new ArrayList<String>();
        for (JsonNode item : expect(200, server.get("eve", ENTRIES + "?action=finding.open&limit=100"))
                .json()
                .path("items")) {
            JsonNode entry = expect(200, server.get("eve", ENTRIES + "/" + item.path("seq")))
                    .json();
            JsonNode row = entry.at("/changes/0/to");
            found.add(row.path("code").textValue() + " " + row.path("role").textValue());
        }
        return found;
    }

    @Test
    void rolesThatTakeTwoPersonsAreFoundWhereThereIsOneAdministrator() throws Exception {
        try (var server = TestServer.open(root).withAdministrator().withToken("ada")) {
            // The operator of the machine stands in for the second administrator: let pass, and on record.
            server.withUser("eve", "AU", "instance").withUser("dora", "DS").withUser("abel", "AP");
            assertThat(findings(server))
                    .containsExactlyInAnyOrder(
                            "SINGLE_ADMIN SA",
                            "NO_SECOND_FACTOR SA",
                            "NO_SECOND_FACTOR PA",
                            "SINGLE_ADMIN AU",
                            "NO_SECOND_FACTOR AU",
                            "NO_SECOND_FACTOR AP");
            expect(201, server.post("admin", USERS, "{\"name\": \"bert\", \"role\": \"SA\"}"));
            expect(201, server.post("admin", USERS, "{\"name\": \"otto\", \"role\": \"PO\"}"));
            refused(
                    server.post("ada", GRANTS, "{\"user\": \"dora\", \"role\": \"PO\"}"),
                    "APPROVAL_REQUIRED",
                    "a second person");
            // With two administrators it is no finding any more that there is one.
            assertThat(findings(server))
                    .contains("SINGLE_ADMIN SA", "NO_SECOND_FACTOR PO")
                    .doesNotContain("SINGLE_ADMIN PO");
        }
    }

    @Test
    void withoutAnAdministratorOnlyOneCanBeMade() throws Exception {
        try (var server = TestServer.open(root)) {
            refused(
                    server.post("admin", USERS, "{\"name\": \"dora\", \"role\": \"DS\"}"),
                    "INVALID_ARGUMENT",
                    "no security administrator yet");
            refused(server.post("admin", USERS, "{\"name\": \"dora\"}"), "INVALID_ARGUMENT", "role SA");
            server.withAdministrator().withToken("ada").withUser("dora", "DS");
            String grant = "";
            for (JsonNode user : server.get("ada", USERS).json().path("items")) {
                for (JsonNode role : user.path("roles")) {
                    grant = role.path("role").textValue().equals("SA")
                            ? role.path("id").textValue()
                            : grant;
                }
            }
            expect(204, server.delete("admin", GRANTS + "/" + grant));
            refused(
                    server.post("admin", USERS, "{\"name\": \"vera\", \"role\": \"VW\"}"),
                    "INVALID_ARGUMENT",
                    "no security administrator any more");
            JsonNode made = expect(201, server.post("admin", USERS, "{\"name\": \"bert\", \"role\": \"SA\"}"))
                    .json();
            assertThat(made.path("roles").findValuesAsText("role")).containsExactlyInAnyOrder("SA", "PA");
        }
    }

    @Test
    void whoWorksAloneHoldsTheWorkingRolesAsLongAsHeIsAlone() throws Exception {
        try (var server =
                TestServer.open(root, "sod.mode=solo").withAdministrator().withToken("ada")) {
            JsonNode alone =
                    expect(200, server.get("ada", "/api/clew/v1/session")).json();
            assertThat(alone.path("roles").toString()).contains("SA", "PA", "KC", "DS", "DP", "AP");
            expect(200, server.post("ada", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
            expect(200, server.post("ada", "/api/2.0/mlflow/model-versions/create", """
                    {"name": "credit", "source": "s3://bucket/credit"}"""));
            String asked = expect(201, server.post("ada", "/api/clew/v1/approvals", """
                            {"model": "credit", "version": 1, "reason": {"text": "it is the first one"}}"""))
                    .json()
                    .at("/approval/id")
                    .textValue();
            JsonNode vote = expect(200, server.post("ada", "/api/clew/v1/approvals/" + asked + "/votes", """
                            {"vote": "grant", "reason": {"text": "nobody else is here"}}"""))
                    .json();
            assertThat(vote.at("/approval/votes/0/self_approved").booleanValue())
                    .isTrue();
            // A role that excludes another is a finding of one who is alone, and a refusal otherwise.
            expect(201, server.post("admin", GRANTS, "{\"user\": \"ada\", \"role\": \"CW\"}"));
            server.withUser("dora", "DS");
            JsonNode together =
                    expect(200, server.get("ada", "/api/clew/v1/session")).json();
            assertThat(together.path("roles").toString()).contains("SA", "PA").doesNotContain("KC", "AP");
            expect(403, server.post("ada", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"other\"}"));
            refused(
                    server.post("admin", GRANTS, "{\"user\": \"ada\", \"role\": \"DS\"}"),
                    "SEPARATION_OF_DUTIES",
                    "exclude each other");
            server.withUser("eve", "AU", "instance");
            assertThat(findings(server)).contains("CONFLICTING_ROLES CW");
        }
    }

    @Test
    @Timeout(120)
    void aStartInSoloModeIsRefusedWhereTwoPersonsAre() throws Exception {
        Map<String, String> tokens;
        try (var server =
                TestServer.open(root, "sod.mode=solo").withAdministrator().withToken("ada")) {
            // Neither a service nor a second account of hers makes two of her.
            expect(201, server.post("admin", USERS, "{\"name\": \"scorer\", \"service\": true, \"owner\": \"ada\"}"));
            expect(201, server.post("admin", USERS, "{\"name\": \"ada-2\", \"owner\": \"ada\"}"));
        }
        try (var server = TestServer.open(root, "sod.mode=solo")) {
            server.withUser("dora", "DS");
            tokens = Map.copyOf(server.tokens());
        }
        var refused = ServerProcess.run(root, "serve", List.of("sod.mode=solo"));
        assertThat(refused.exit()).as(refused.said()).isEqualTo(78);
        assertThat(refused.said())
                .contains("sod.mode=solo is for one person who works alone, and 2 persons can act here")
                .doesNotContain("Clew is ready")
                .doesNotContain("Exception");
        try (var server = TestServer.open(root).as(tokens)) {
            expect(
                    200,
                    server.send(
                            "admin",
                            "DELETE",
                            "/api/2.0/mlflow/users/delete",
                            "{\"username\": \"dora\"}",
                            "application/json"));
        }
        try (var server = TestServer.open(root, "sod.mode=solo").withToken("ada")) {
            expect(200, server.post("ada", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}"));
        }
    }

    @Test
    void withoutUsersThisMachineHasTheWorkingRolesAndNoneThatAdministers() throws Exception {
        try (var server = TestServer.open(root)) {
            JsonNode local = expect(200, server.get("", "/api/clew/v1/session")).json();
            assertThat(local.path("state").textValue()).isEqualTo("open");
            assertThat(local.path("who").textValue()).isEqualTo("usr:local");
            var roles = new ArrayList<String>();
            local.path("roles").forEach(role -> roles.add(role.textValue().split(" ")[0]));
            assertThat(roles)
                    .contains("DS", "DE", "AP", "DP", "OP", "CW", "AU", "Si", "Ss")
                    .doesNotContain("SA", "PA", "PO", "KC");
            expect(403, server.get("", USERS));
            expect(403, server.post("", USERS, "{\"name\": \"ada\", \"role\": \"SA\"}"));
            expect(403, server.post("", GRANTS, "{\"user\": \"usr:local\", \"role\": \"SA\"}"));
            // What asks for a reason is recorded as local when none is given.
            expect(201, server.post("", "/api/clew/v1/decisions", """
                    {"client_id": "a-1", "features": {}, "outcome": "denied", "subject": {"namespace": "c", "id": "1"}}"""));
            expect(200, server.get("", "/api/clew/v1/decisions/a-1"));
            String handle = expect(
                            200,
                            server.post("", "/api/clew/v1/subjects/lookup", "{\"namespace\": \"c\", \"id\": \"1\"}"))
                    .field("handle");
            assertThat(expect(200, server.get("", "/api/clew/v1/subjects/" + handle + "/reads"))
                            .json()
                            .path("items")
                            .findValuesAsText("purpose"))
                    .isNotEmpty()
                    .containsOnly("local");
        }
    }
}
