package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlflowUsersTest {
    private static final String USERS = "/api/2.0/mlflow/users/";
    private static final String RIGHTS = "/api/3.0/mlflow/users/";
    private static final String PASSWORD = "correct horse battery";
    private static final String OTHER = "staple of another kind";

    @TempDir
    Path root;

    private TestServer server;

    @BeforeEach
    void open() throws Exception {
        server = TestServer.open(root).withAdministrator();
        server.withToken("ada").withUser("dee", "DS").withUser("val", "VW");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode ok(TestServer.Response answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static void fails(TestServer.Response answer, int status, String code, String message) {
        assertThat(answer.text()).contains(message);
        assertThat(answer.json().path("error_code").asText()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }

    private TestServer.Response create(String who, String name, String password) throws Exception {
        return server.post(
                who, USERS + "create", "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(name, password));
    }

    /** As MLflow's clients do with a user and a password. */
    private TestServer.Response asUser(String name, String password, String path) throws Exception {
        return server.get("", path, "Authorization", basic(name, password));
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private TestServer.Response delete(String who, String name) throws Exception {
        return server.send(
                who, "DELETE", USERS + "delete", "{\"username\": \"%s\"}".formatted(name), "application/json");
    }

    private TestServer.Response change(String name, String current, String next) throws Exception {
        return server.patch(
                "",
                USERS + "update-password",
                "{\"username\": \"%s\", \"password\": \"%s\", \"current_password\": \"%s\"}"
                        .formatted(name, next, current),
                "Authorization",
                basic(name, current));
    }

    private TestServer.Response grant(String who, String verb, String name, String type, String id, String level)
            throws Exception {
        return server.post(who, RIGHTS + "permissions/" + verb, """
            {"username": "%s", "resource_type": "%s", "resource_id": "%s", "permission": "%s"}""".formatted(name, type, id, level));
    }

    private String level(String who, String name, String type, String id) throws Exception {
        JsonNode got = ok(server.get(
                who, RIGHTS + "permissions/get?username=%s&resource_type=%s&resource_id=%s".formatted(name, type, id)));
        String level = got.path("permission").asText();
        assertThat(got.path("allowed").asBoolean())
                .isEqualTo(List.of("USE", "EDIT", "MANAGE").contains(level));
        return level;
    }

    private List<String> acts() throws Exception {
        var acts = new ArrayList<String>();
        ok(server.get("ada", "/api/clew/v1/ledger/entries?limit=1000"))
                .path("items")
                .forEach(entry -> acts.add(entry.path("act").asText()));
        return acts;
    }

    @Test
    void aNewUserSignsInAndMayNothing() throws Exception {
        JsonNode user = ok(create("ada", "joe", PASSWORD)).path("user");
        assertThat(user.path("username").asText()).isEqualTo("joe");
        assertThat(user.path("is_admin").isBoolean()).isTrue();
        assertThat(user.path("is_admin").asBoolean()).isFalse();
        assertThat(user.path("id").isIntegralNumber()).isTrue();
        JsonNode current = ok(asUser("joe", PASSWORD, USERS + "current"));
        assertThat(current.path("user")).isEqualTo(user);
        assertThat(current.path("is_basic_auth").asBoolean()).isTrue();
        assertThat(ok(asUser("joe", PASSWORD, USERS + "get?username=joe")).path("user"))
                .isEqualTo(user);
        assertThat(ok(asUser("joe", PASSWORD, RIGHTS + "current/permissions")).toString())
                .isEqualTo("{\"is_admin\":false,\"permissions\":[]}");
        assertThat(ok(asUser("joe", PASSWORD, RIGHTS + "roles/list?username=joe"))
                        .toString())
                .isEqualTo("{\"roles\":[]}");
        assertThat(asUser("joe", PASSWORD, "/api/2.0/mlflow/experiments/get?experiment_id=0")
                        .status())
                .isEqualTo(403);
        fails(create("ada", "joe", PASSWORD), 400, "RESOURCE_ALREADY_EXISTS", "User (username=joe) already exists.");
        fails(
                create("ada", "jim", "short"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Password must be at least 15 characters.");
        fails(
                create("ada", "", PASSWORD),
                400,
                "INVALID_PARAMETER_VALUE",
                "Missing value for required parameter 'username'.");
        assertThat(acts()).contains("principal.create");
    }

    @Test
    void onlyAdministratorsAskAboutOthers() throws Exception {
        ok(create("ada", "joe", PASSWORD));
        for (String path : List.of(
                USERS + "get?username=joe",
                RIGHTS + "permissions/list?username=joe",
                RIGHTS + "roles/list?username=joe",
                RIGHTS + "permissions/get?username=joe&resource_type=experiment&resource_id=0",
                USERS + "list")) {
            assertThat(server.get("dee", path).status()).as(path).isEqualTo(403);
            assertThat(server.get("dee", path.replace("joe", "nobody")).status())
                    .as(path)
                    .isEqualTo(403);
            assertThat(server.get("", path).status()).as(path).isEqualTo(401);
            assertThat(server.get("ada", path).status()).as(path).isEqualTo(200);
        }
        for (String path : List.of(USERS + "current", RIGHTS + "current/permissions")) {
            assertThat(server.get("", path).status()).as(path).isEqualTo(401);
        }
        assertThat(create("dee", "jim", PASSWORD).status()).isEqualTo(403);
        assertThat(delete("dee", "joe").status()).isEqualTo(403);
        assertThat(grant("dee", "grant", "joe", "experiment", "*", "READ").status())
                .isEqualTo(403);
        assertThat(grant("dee", "revoke", "val", "experiment", "*", "READ").status())
                .isEqualTo(403);
        fails(
                server.get("ada", USERS + "get?username=nobody"),
                404,
                "RESOURCE_DOES_NOT_EXIST",
                "User with username=nobody not found");
        JsonNode users = ok(server.get("ada", USERS + "list")).path("users");
        assertThat(users.findValuesAsText("username")).containsExactly("ada", "dee", "joe", "val");
        assertThat(users.get(0).path("is_admin").asBoolean()).isTrue();
        assertThat(users.get(1).at("/roles/0/name").asText()).isEqualTo("DS");
        assertThat(users.get(1).at("/roles/0/permissions").findValuesAsText("permission"))
                .containsExactly("EDIT", "EDIT", "EDIT");
    }

    @Test
    void levelsFollowFromRolesAndGivingOneGivesTheSmallestRole() throws Exception {
        ok(create("ada", "joe", PASSWORD));
        assertThat(level("ada", "joe", "experiment", "0")).isEqualTo("NO_PERMISSIONS");
        ok(grant("ada", "grant", "joe", "experiment", "*", "READ"));
        assertThat(level("ada", "joe", "experiment", "0")).isEqualTo("READ");
        assertThat(level("ada", "joe", "experiment", "77")).isEqualTo("NO_PERMISSIONS");
        assertThat(level("ada", "joe", "run", "*")).isEqualTo("READ");
        assertThat(asUser("joe", PASSWORD, "/api/2.0/mlflow/experiments/get?experiment_id=0")
                        .status())
                .isEqualTo(200);
        ok(grant("ada", "grant", "joe", "experiment", "*", "EDIT"));
        assertThat(level("ada", "joe", "experiment", "*")).isEqualTo("EDIT");
        assertThat(level("ada", "joe", "registered_model", "*")).isEqualTo("USE");
        JsonNode rows =
                ok(asUser("joe", PASSWORD, RIGHTS + "current/permissions")).path("permissions");
        assertThat(rows.findValuesAsText("role_name")).contains("VW", "DE").doesNotContain("DS");
        assertThat(rows.get(0).has("role_id")).isTrue();
        ok(grant("ada", "revoke", "joe", "experiment", "*", ""));
        assertThat(level("ada", "joe", "experiment", "*")).isEqualTo("NO_PERMISSIONS");
        fails(
                grant("ada", "revoke", "joe", "experiment", "*", ""),
                404,
                "RESOURCE_DOES_NOT_EXIST",
                "Permission with resource_type=experiment, resource_id=* and username=joe not found");
        ok(grant("ada", "grant", "joe", "registered_model", "*", "EDIT"));
        assertThat(level("joe", "joe", "prompt", "*", PASSWORD)).isEqualTo("EDIT");
        fails(
                grant("ada", "revoke", "joe", "experiment", "*", ""),
                400,
                "INVALID_PARAMETER_VALUE",
                "joe also holds DS (data scientist), which gives this and more; nothing was taken.");
        assertThat(level("ada", "joe", "registered_model", "*")).isEqualTo("EDIT");
        ok(grant("ada", "revoke", "joe", "registered_model", "*", ""));
        assertThat(level("ada", "joe", "registered_model", "*")).isEqualTo("NO_PERMISSIONS");
        assertThat(acts()).contains("role.grant", "role.revoke");
    }

    private String level(String who, String name, String type, String id, String password) throws Exception {
        return ok(asUser(
                        who,
                        password,
                        RIGHTS
                                + "permissions/get?username=%s&resource_type=%s&resource_id=%s"
                                        .formatted(name, type, id)))
                .path("permission")
                .asText();
    }

    @Test
    void givesNothingThatTakesTwoPersonsOrThatItDoesNotHave() throws Exception {
        ok(create("ada", "joe", PASSWORD));
        fails(
                grant("ada", "grant", "joe", "experiment", "*", "MANAGE"),
                403,
                "PERMISSION_DENIED",
                "MANAGE is given to nobody here");
        fails(
                grant("ada", "grant", "joe", "experiment", "*", "DENY"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Rights only add up here");
        fails(
                grant("ada", "grant", "joe", "experiment", "*", "USE"),
                400,
                "INVALID_PARAMETER_VALUE",
                "give READ or EDIT");
        fails(
                grant("ada", "grant", "joe", "experiment", "*", "ALL"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Invalid permission 'ALL'.");
        fails(
                grant("ada", "grant", "joe", "experiment", "0", "READ"),
                400,
                "INVALID_PARAMETER_VALUE",
                "use resource_id '*' instead of '0'");
        fails(
                grant("ada", "grant", "joe", "scorer", "*", "READ"),
                400,
                "INVALID_PARAMETER_VALUE",
                "resource_type 'scorer' is not supported");
        fails(
                grant("ada", "grant", "joe", "workspace", "*", "USE"),
                400,
                "INVALID_PARAMETER_VALUE",
                "resource_type 'workspace' is not supported");
        fails(
                grant("ada", "grant", "joe", "house", "*", "USE"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Invalid resource type 'house'.");
        fails(
                grant("ada", "grant", "ada", "experiment", "*", "READ"),
                403,
                "PERMISSION_DENIED",
                "Nobody grants a role to himself");
        fails(
                grant("ada", "grant", "nobody", "experiment", "*", "READ"),
                404,
                "RESOURCE_DOES_NOT_EXIST",
                "User with username=nobody not found");
        assertThat(level("ada", "joe", "experiment", "*")).isEqualTo("NO_PERMISSIONS");
    }

    @Test
    void anAdministratorIsASecurityAdministratorUnderTheRulesOfThatRole() throws Exception {
        ok(create("ada", "joe", PASSWORD));
        ok(create("ada", "jim", PASSWORD));
        String admin = "{\"username\": \"%s\", \"is_admin\": %s}";
        ok(server.patch("ada", USERS + "update-admin", admin.formatted("joe", true)));
        assertThat(ok(server.get("ada", USERS + "get?username=joe"))
                        .at("/user/is_admin")
                        .asBoolean())
                .isTrue();
        // With two administrators a third takes a second person.
        fails(
                server.patch("ada", USERS + "update-admin", admin.formatted("jim", true)),
                403,
                "PERMISSION_DENIED",
                "needs a second person");
        fails(
                server.patch("ada", USERS + "update-admin", admin.formatted("dee", "\"x\"")),
                400,
                "INVALID_PARAMETER_VALUE",
                "Invalid boolean value: x");
        fails(
                server.patch("ada", USERS + "update-admin", "{\"username\": \"joe\"}"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Missing value for required parameter 'is_admin'.");
        assertThat(server.patch("dee", USERS + "update-admin", admin.formatted("dee", true))
                        .status())
                .isEqualTo(403);
        ok(server.patch("ada", USERS + "update-admin", admin.formatted("joe", false)));
        assertThat(ok(server.get("ada", USERS + "get?username=joe"))
                        .at("/user/is_admin")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aPasswordIsChangedByWhoKnowsIt() throws Exception {
        ok(create("ada", "joe", PASSWORD));
        ok(grant("ada", "grant", "joe", "experiment", "*", "READ"));
        ok(asUser("joe", PASSWORD, USERS + "current"));
        fails(
                change("joe", PASSWORD, "short"),
                400,
                "INVALID_PARAMETER_VALUE",
                "Password must be at least 15 characters.");
        fails(change("joe", PASSWORD, PASSWORD), 400, "INVALID_PARAMETER_VALUE", "New password must differ");
        String body = "{\"username\": \"joe\", \"password\": \"%s\"%s}";
        fails(
                server.patch(
                        "",
                        USERS + "update-password",
                        body.formatted(OTHER, ""),
                        "Authorization",
                        basic("joe", PASSWORD)),
                400,
                "INVALID_PARAMETER_VALUE",
                "Current password is required");
        fails(
                server.patch(
                        "",
                        USERS + "update-password",
                        body.formatted(OTHER, ", \"current_password\": \"not the one it is\""),
                        "Authorization",
                        basic("joe", PASSWORD)),
                400,
                "INVALID_PARAMETER_VALUE",
                "Current password does not match.");
        // Not by an administrator either, who could act as joe then; nor is it told who there is.
        for (String name : List.of("joe", "nobody")) {
            fails(
                    server.patch(
                            "ada",
                            USERS + "update-password",
                            body.formatted(OTHER, "").replace("joe", name)),
                    403,
                    "PERMISSION_DENIED",
                    "A password is changed by its owner");
        }
        assertThat(server.patch("", USERS + "update-password", body.formatted(OTHER, ""))
                        .status())
                .isEqualTo(401);
        ok(change("joe", PASSWORD, OTHER));
        // At once, although the old one was used a moment ago.
        assertThat(asUser("joe", PASSWORD, USERS + "current").status()).isEqualTo(401);
        ok(asUser("joe", OTHER, USERS + "current"));
        ok(server.patch("admin", USERS + "update-password", body.formatted(PASSWORD, "")));
        ok(asUser("joe", PASSWORD, USERS + "current"));
        assertThat(acts()).contains("principal.update");
    }

    @Test
    void whoIsDeletedIsOutAtOnceAndKeepsHisName() throws Exception {
        ok(create("ada", "joe", PASSWORD));
        ok(grant("ada", "grant", "joe", "experiment", "*", "EDIT"));
        ok(asUser("joe", PASSWORD, USERS + "current"));
        ok(asUser("joe", PASSWORD, "/api/2.0/mlflow/experiments/get?experiment_id=0"));
        assertThat(server.get("dee", USERS + "current").status()).isEqualTo(200);
        fails(delete("ada", "ada"), 400, "BAD_REQUEST", "Users cannot delete their own account.");
        fails(delete("ada", "nobody"), 404, "RESOURCE_DOES_NOT_EXIST", "User with username=nobody not found");
        ok(delete("ada", "joe"));
        ok(delete("ada", "dee"));
        assertThat(asUser("joe", PASSWORD, USERS + "current").status()).isEqualTo(401);
        assertThat(server.get("dee", USERS + "current").status()).isEqualTo(401);
        fails(delete("ada", "joe"), 404, "RESOURCE_DOES_NOT_EXIST", "User with username=joe not found");
        fails(create("ada", "joe", PASSWORD), 400, "RESOURCE_ALREADY_EXISTS", "User (username=joe) already exists.");
        assertThat(ok(server.get("ada", USERS + "list")).path("users").findValuesAsText("username"))
                .containsExactly("ada", "val");
        // What he did still names him.
        assertThat(ok(server.get("ada", "/api/clew/v1/users")).toString()).contains("\"joe\"", "\"deactivated\"");
    }
}
