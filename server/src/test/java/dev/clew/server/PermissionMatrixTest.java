package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.access.Role;
import dev.clew.server.http.Route;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every declared route with a token of every role, over HTTP, against the reviewed matrix; and what no route may give away. A new route
 * is walked by being declared; one whose path needs a thing that exists is named in {@link #path}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PermissionMatrixTest {
    private static final String[] WHY = {
        "X-Clew-Reason", "the walk over all routes", "X-Clew-Purpose", "decision-review"
    };
    private static final String[] NOTHING = {};

    /** What comes past the gate is refused for this: nothing that another test looks at changes. */
    private static final String CHANGES_NOTHING = "{\"no_such_field\": 1}";

    /** Whom a canary of personal content tells: only who may read it in full. */
    private static final String CANARY = "canary-4711-of-a-person";

    private final PermissionMatrix matrix = PermissionMatrix.read();

    @TempDir
    static Path root;

    private TestServer server;
    private String decision;
    private String approval;
    private String deployment;
    private String erasure;
    private final Map<String, Long> entries = new TreeMap<>();

    /** How the gate answered. */
    private enum Answered {
        UNAUTHENTICATED,
        DENIED,
        JUSTIFICATION,
        SECOND_PERSON,
        ALLOWED
    }

    @BeforeAll
    void fill() throws Exception {
        server = TestServer.open(root, "ledger.public=none").withAdministrator();
        for (Role role : Role.values()) {
            server.withUser(role.code(), role.code(), "instance");
        }
        server.withUser("NOBODY", null, "instance");
        String model = """
            {"name": "credit"}\
            """;
        ok(server.post("DS", "/api/2.0/mlflow/registered-models/create", model));
        String run = ok(server.post("DS", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .at("/run/info/run_id")
                .textValue();
        ok(server.put("DS", artifact(run), "weights"));
        ok(server.post("DS", "/api/2.0/mlflow/model-versions/create", """
            {"name": "credit", "source": "runs:/%1$s/model", "run_id": "%1$s"}\
            """.formatted(run)));
        approval = ok(server.post("DS", "/api/clew/v1/approvals", """
            {"model": "credit", "version": 1, "reason": {"code": "promotion", "text": "better on the holdout"}}\
            """))
                .json()
                .at("/approval/id")
                .textValue();
        deployment = ok(server.post("DP", "/api/clew/v1/deployments", """
            {"endpoint": "scoring", "model": "credit", "version": 1, "reason": {"code": "promotion", "text": "better on the holdout"}}\
            """))
                .json()
                .at("/deployment/id")
                .textValue();
        decision = ok(server.post("Ss", "/api/clew/v1/decisions?ack=integrated", """
            {"client_id": "%1$s-client", "features": {"age": 33, "note": "%1$s-feature"}, "outcome": "denied", "endpoint": "scoring",
             "subject": {"namespace": "customer", "id": "%1$s-subject"}, "protected": {"sex": "%1$s-protected"}}\
            """.formatted(CANARY)))
                .field("id");
        ok(server.post("CW", "/api/clew/v1/decisions/" + decision + "/feedback", """
            {"kind": "complaint", "text": "%s-feedback"}\
            """.formatted(CANARY)));
        String handle = ok(server.post("CW", "/api/clew/v1/subjects/lookup", """
            {"namespace": "customer", "id": "%s-subject"}\
            """.formatted(CANARY), WHY))
                .field("handle");
        erasure = ok(server.post("CW", "/api/clew/v1/subjects/" + handle + "/erase", "{}", WHY))
                .field("erasure");
        for (JsonNode entry : ok(server.get("AU", "/api/clew/v1/ledger/entries?limit=1000"))
                .json()
                .path("items")) {
            entries.put(entry.path("act").textValue(), entry.path("seq").longValue());
        }
        entries.put("any", 0L);
    }

    private static String artifact(String run) {
        return "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/model/MLmodel".formatted(run);
    }

    @AfterAll
    void close() {
        server.close();
    }

    @Test
    void everyRouteAnswersEveryRoleAsTheMatrixSays() throws Exception {
        var mismatches = new ArrayList<String>();
        int walked = 0;
        for (Route route : server.routes()) {
            if (route.isPublic()) {
                continue;
            }
            String permission = Objects.requireNonNull(route.permission()).text();
            for (Role role : Role.values()) {
                String cell = matrix.cell(permission, role);
                Answered expected = expected(cell, route, role);
                Answered answered = ask(route, role.code(), path(route, role.code()), WHY);
                if (answered != expected) {
                    mismatches.add("%s %s (%s) as %s: %s, not %s for cell %s"
                            .formatted(
                                    route.method(),
                                    route.template(),
                                    permission,
                                    role.code(),
                                    answered,
                                    expected,
                                    cell));
                }
                if (cell.equals("●j")) {
                    Answered bare = ask(route, role.code(), path(route, role.code()), NOTHING);
                    if (bare != Answered.JUSTIFICATION) {
                        mismatches.add("%s %s as %s without a reason: %s"
                                .formatted(route.method(), route.template(), role.code(), bare));
                    }
                }
                walked++;
            }
        }
        assertThat(mismatches).isEmpty();
        assertThat(walked).isGreaterThan(1_500);
    }

    private static Answered expected(String cell, Route route, Role role) {
        return switch (cell) {
            case "." -> Answered.DENIED;
            case "2" -> Answered.SECOND_PERSON;
            case "●", "m", "●j" -> Answered.ALLOWED;
            // Lists show one's own; of the things of others there is nothing to see.
            case "o" ->
                route.template().matches(".*/(approvals|erasures)/\\{id}.*")
                                && !(role == Role.CW && route.template().contains("erasures"))
                        ? Answered.DENIED
                        : Answered.ALLOWED;
            // Everything asked for is of the lifecycle, everything erased of privacy; no administrator's domain.
            case "●*" -> route.template().contains("{id}") ? Answered.DENIED : Answered.ALLOWED;
            case "●†" -> Answered.ALLOWED;
            case "●‡" -> route.template().endsWith("/lookup") ? Answered.ALLOWED : Answered.DENIED;
            // The one deployment has no approval.
            case "●§" -> route.template().contains("{id}") ? Answered.DENIED : Answered.ALLOWED;
            case "●°" ->
                route.template().endsWith("/ledger/entries")
                                || route.template().endsWith("/ledger/entries/counts")
                                || (route.template().matches(".*/ledger/entries/\\{seq}(/denials)?") && role != Role.KC)
                        ? Answered.ALLOWED
                        : Answered.DENIED;
            default -> throw new AssertionError("no cell is written " + cell);
        };
    }

    @Test
    void entriesAreCountedForThoseWhoSeeThem() throws Exception {
        long all = ok(server.get("AU", "/api/clew/v1/ledger/entries?limit=1000"))
                .json()
                .path("items")
                .size();
        for (Role role : Role.values()) {
            if (!matrix.cell("audit.read", role).equals("●°")) {
                continue;
            }
            long seen = ok(server.get(role.code(), "/api/clew/v1/ledger/entries?limit=1000"))
                    .json()
                    .path("items")
                    .size();
            long counted = 0;
            for (JsonNode bucket : ok(server.get(role.code(), "/api/clew/v1/ledger/entries/counts?bucket=1d"))
                    .json()
                    .path("buckets")) {
                counted += bucket.path("count").longValue();
            }
            assertThat(counted).as(role.code()).isEqualTo(seen).isLessThan(all);
        }
    }

    @Test
    void entriesAreFoundByTheNameOfWhoMadeThem() throws Exception {
        JsonNode made = null;
        for (JsonNode entry : ok(server.get("AU", "/api/clew/v1/ledger/entries?limit=1000"))
                .json()
                .path("items")) {
            made = entry.path("who").textValue().startsWith("usr:") ? entry : made;
        }
        assertThat(made).isNotNull();
        String path = "/api/clew/v1/ledger/entries?limit=1000&actor=";
        JsonNode byName = ok(server.get("AU", path + made.path("name").textValue()))
                .json()
                .path("items");
        assertThat(byName)
                .isNotEmpty()
                .isEqualTo(ok(server.get("AU", path + made.path("who").textValue()))
                        .json()
                        .path("items"));
    }

    @Test
    void withoutCredentialsOnlyWhatIsPublicAnswers() throws Exception {
        var served = new ArrayList<String>();
        for (Route route : server.routes()) {
            String path = path(route, "nobody at all");
            if (ask(route, "nobody at all", path, WHY) != Answered.UNAUTHENTICATED) {
                served.add(route.template());
                assertThat(route.isPublic()).as(route.template()).isTrue();
            }
        }
        assertThat(served.stream().distinct().filter(template -> template.startsWith("/api/clew/")))
                .containsExactlyInAnyOrder("/api/clew/v1/openapi.json", "/api/clew/v1/session");
    }

    @Test
    void whoHasNoRoleIsDeniedEverywhere() throws Exception {
        for (Route route : server.routes()) {
            if (!route.isPublic()) {
                assertThat(ask(route, "NOBODY", path(route, "NOBODY"), WHY))
                        .as("%s %s", route.method(), route.template())
                        .isEqualTo(Answered.DENIED);
            }
        }
    }

    /** Administrators read no content, and who sees masked content sees nothing of a person. */
    @Test
    void noRouteShowsPersonalContentToWhoMayNotReadIt() throws Exception {
        var told = new TreeMap<String, List<String>>();
        for (Role role : Role.values()) {
            for (Route route : server.routes()) {
                if (route.method() != dev.clew.server.http.Method.GET) {
                    continue;
                }
                String path = path(route, role.code());
                for (String suffix :
                        List.of("", "?reveal=true", "?client_id=" + CANARY + "-client", "?direction=both")) {
                    if (server.get(role.code(), path + suffix, WHY).text().contains(CANARY)) {
                        told.computeIfAbsent(role.code(), _ -> new ArrayList<>())
                                .add(route.template());
                    }
                }
            }
        }
        assertThat(told.keySet()).containsExactlyInAnyOrder("CW", "PO");
        assertThat(told.get("CW"))
                .contains("/api/clew/v1/decisions/{id}", "/api/clew/v1/decisions/{id}/feedback")
                .doesNotContain("/api/clew/v1/ledger/entries", "/api/clew/v1/trace/{kind}/{id}");
    }

    @Test
    void whoReadsTracesMaskedSeesNothingOfWhatWentInOrCameOut() throws Exception {
        String id = "5eed0000000000000000000000004711";
        ok(server.post("DS", "/v1/traces", """
            {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "%1$s", "spanId": "8d7ec6252d4ed4f5", "name": "answer",
              "startTimeUnixNano": "1795439569777103269", "endTimeUnixNano": "1795439569787103269",
              "attributes": [{"key": "mlflow.spanInputs", "value": {"stringValue": "%2$s-input"}},
                             {"key": "about", "value": {"stringValue": "%2$s-attribute"}}],
              "events": [{"name": "said", "attributes": [{"key": "what", "value": {"stringValue": "%2$s-event"}}]}],
              "status": {"code": 2, "message": "%2$s-message"}}]}]}]}\
            """.formatted(id, CANARY), "x-mlflow-experiment-id", "0"));
        ok(server.post("RV", "/api/3.0/mlflow/traces/tr-" + id + "/assessments", """
            {"assessment": {"assessment_name": "good", "source": {"source_type": "HUMAN", "source_id": "%1$s-judge"},
             "feedback": {"value": "%1$s-value"}, "rationale": "%1$s-rationale"}}\
            """.formatted(CANARY)));
        String search = "{\"locations\": [{\"mlflow_experiment\": {\"experiment_id\": \"0\"}}], \"filter\": \"%s\"}";
        for (Role role : Role.values()) {
            String cell = matrix.cell("trace.read", role);
            String seen = server.get(role.code(), "/api/3.0/mlflow/traces/get?trace_id=tr-" + id, WHY)
                            .text()
                    + server.get(role.code(), "/api/3.0/mlflow/traces/tr-" + id, WHY)
                            .text()
                    + server.get(role.code(), "/api/2.0/mlflow/traces/tr-" + id + "/info", WHY)
                            .text()
                    + server.post(role.code(), "/api/3.0/mlflow/traces/search", search.formatted(""), WHY)
                            .text();
            assertThat(seen.contains("tr-" + id)).as(role.code()).isEqualTo(!cell.equals("."));
            assertThat(seen.contains(CANARY)).as(role.code()).isEqualTo(cell.equals("●"));
            if (cell.equals("m")) {
                assertThat(server.post(
                                        role.code(),
                                        "/api/3.0/mlflow/traces/search",
                                        search.formatted("span.attributes.about = 'x'"))
                                .status())
                        .as(role.code())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void whoMayNotAssessDoesNotDoSoByBeginningATrace() throws Exception {
        int trace = 0;
        for (Role role : Role.values()) {
            if (matrix.cell("trace.write", role).equals(".")) {
                continue;
            }
            String begun = """
                {"trace": {"trace_info": {"trace_id": "tr-5eed00000000000000000000000048%02d", "state": "OK",
                 "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}},
                 "request_time": "2026-11-23T13:12:49.777Z", "assessments": [
                  {"assessment_name": "good", "source": {"source_type": "HUMAN"}, "feedback": {"value": true}}]}}}\
                """.formatted(trace++);
            boolean may = !matrix.cell("feedback.write", role).equals(".");
            assertThat(server.post(role.code(), "/api/3.0/mlflow/traces", begun).status())
                    .as(role.code())
                    .isEqualTo(may ? 200 : 403);
        }
    }

    @Test
    void theThreadLeavesNoTraceOfDecisionsForWhoMayNotListThem() throws Exception {
        String path = "/api/clew/v1/trace/deployment/" + deployment + "?direction=both";
        JsonNode full = ok(server.get("AU", path)).json();
        assertThat(full.path("nodes").findValuesAsText("kind")).contains("decision", "model-version", "run");
        JsonNode viewed = ok(server.get("VW", path)).json();
        assertThat(viewed.path("nodes").findValuesAsText("kind"))
                .contains("model-version", "run")
                .doesNotContain("decision");
        assertThat(viewed.path("groups")).isEmpty();
        assertThat(server.get("VW", "/api/clew/v1/trace/decision/" + decision).status())
                .isEqualTo(403);
        JsonNode ofCase = ok(server.get("CW", "/api/clew/v1/trace/decision/" + decision, WHY))
                .json();
        assertThat(ofCase.path("nodes").findValuesAsText("kind"))
                .contains("decision", "redacted")
                .doesNotContain("run", "model-version", "deployment");
    }

    @Test
    void administratorsSeeTheEntriesOfTheirOwnDomain() throws Exception {
        assertThat(acts("SA"))
                .isNotEmpty()
                .allMatch(act -> act.matches("(principal|role|token|session|auth|authz)\\..*"));
        assertThat(acts("PA")).isNotEmpty().allMatch(act -> act.matches("(config|backup|ledger|blob|schema)\\..*"));
        assertThat(acts("KC")).isEmpty();
        assertThat(acts("AU")).contains("deploy.start", "principal.create", "model.version.register");
        assertThat(server.get("SA", "/api/clew/v1/ledger/entries/" + entries.get("deploy.start"))
                        .status())
                .isEqualTo(404);
    }

    private List<String> acts(String who) throws Exception {
        return ok(server.get(who, "/api/clew/v1/ledger/entries?limit=1000"))
                .json()
                .path("items")
                .findValuesAsText("act");
    }

    @Test
    void listsShowACaseWorkerOnlyOwnRequests() throws Exception {
        assertThat(ok(server.get("CW", "/api/clew/v1/approvals")).json().path("items"))
                .isEmpty();
        assertThat(ok(server.get("CW", "/api/clew/v1/erasures")).json().path("items"))
                .hasSize(1);
        assertThat(ok(server.get("PA", "/api/clew/v1/erasures")).json().path("items"))
                .isEmpty();
        assertThat(ok(server.get("SA", "/api/clew/v1/approvals")).json().path("items"))
                .isEmpty();
        assertThat(ok(server.get("AU", "/api/clew/v1/approvals")).json().path("items"))
                .hasSize(1);
    }

    @Test
    void nobodyApprovesTheirOwnWork() throws Exception {
        // The data scientist becomes an approver too: the grant stands, the vote on his own request does not.
        String grant = ok(server.post(
                        "admin",
                        "/api/clew/v1/grants",
                        "{\"user\": \"DS\", \"role\": \"AP\", \"scope\": \"instance\"}"))
                .field("id");
        var vote = server.post(
                "DS",
                "/api/clew/v1/approvals/" + approval + "/votes",
                "{\"vote\": \"grant\", \"reason\": {\"code\": \"promotion\", \"text\": \"mine\"}}");
        assertThat(vote.status()).isEqualTo(403);
        assertThat(vote.field("code")).isEqualTo("SEPARATION_OF_DUTIES");
        assertThat(server.delete("admin", "/api/clew/v1/grants/" + grant).status())
                .isEqualTo(204);
    }

    @Test
    void aServiceDeploysOnlyWhatAnApprovalCovers() throws Exception {
        var refused = server.post("Sc", "/api/clew/v1/deployments", """
            {"endpoint": "ci", "model": "credit", "version": 1, "reason": {"code": "promotion", "text": "release pipeline"}}\
            """);
        assertThat(refused.field("code")).isEqualTo("APPROVAL_REQUIRED");
    }

    @Test
    void ownThingsOfOthersAreNotDeleted() throws Exception {
        String run = ok(server.post("DE", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}"))
                .json()
                .at("/run/info/run_id")
                .textValue();
        String body = "{\"run_id\": \"%s\"}".formatted(run);
        assertThat(server.post("DS", "/api/2.0/mlflow/runs/delete", body).status())
                .isEqualTo(403);
        ok(server.post("DE", "/api/2.0/mlflow/runs/delete", body));
    }

    private Answered ask(Route route, String who, String path, String... headers) throws Exception {
        var answer = switch (route.method()) {
            case GET -> server.get(who, path, headers);
            case POST -> server.post(who, path, CHANGES_NOTHING, headers);
            case PUT -> server.put(who, path, CHANGES_NOTHING, headers);
            case PATCH -> server.patch(who, path, CHANGES_NOTHING, headers);
            case DELETE -> server.delete(who, path, headers);
        };
        if (answer.status() == 401) {
            return Answered.UNAUTHENTICATED;
        }
        if (answer.status() == 404
                && answer.text().contains("does not exist, or you may not see it; check the id and your roles")) {
            return Answered.DENIED;
        }
        if (answer.status() != 403) {
            assertThat(answer.status())
                    .as("%s %s: %s", route.method(), path, answer.text())
                    .matches(status -> status < 500 || (status == 501 && path.contains("/mlflow-artifacts/")));
            return Answered.ALLOWED;
        }
        return switch (answer.json().path("code").asText()) {
            case "JUSTIFICATION_REQUIRED" -> Answered.JUSTIFICATION;
            case "APPROVAL_REQUIRED" -> Answered.SECOND_PERSON;
            case "SEPARATION_OF_DUTIES" -> Answered.ALLOWED;
            default ->
                answer.text().contains("needs a second person")
                        ? Answered.SECOND_PERSON
                        : answer.text().contains("needs a reason") ? Answered.JUSTIFICATION : Answered.DENIED;
        };
    }

    /** The route's path, with things that exist where the gate looks at them. */
    private String path(Route route, String who) throws Exception {
        String template = route.template();
        String value;
        if (template.contains("/decisions/")) {
            value = decision;
        } else if (template.contains("/approvals/")) {
            value = approval;
        } else if (template.contains("/deployments/")) {
            value = deployment;
        } else if (template.contains("/erasures/")) {
            value = erasure;
        } else if (template.contains("/tokens/")) {
            value = ownToken(who);
        } else {
            value = "00000000-0000-7000-8000-000000000000";
        }
        long seq = switch (who) {
            case "SA" -> Objects.requireNonNull(entries.get("principal.create"));
            case "PA" -> Objects.requireNonNull(entries.get("ledger.open"));
            default -> 0;
        };
        // A thread begins at what the asker may see.
        boolean ofCase = who.equals("CW");
        return template.replace("{id}", template.contains("/trace/") ? ofCase ? decision : deployment : value)
                .replace("{kind}", ofCase ? "decision" : "deployment")
                .replace("{name}", "credit")
                .replace("{version}", "1")
                .replace("{seq}", Long.toString(seq))
                .replaceAll("\\{[a-z_]+(\\.\\.\\.)?}", "none");
    }

    /** A fresh token of the asker, for it to end; of somebody else where it can have none. */
    private String ownToken(String who) throws Exception {
        String owner = server.tokens().containsKey(who) ? who : "VW";
        return ok(server.post("admin", "/api/clew/v1/tokens", "{\"user\": \"%s\"}".formatted(owner)))
                .field("id");
    }

    private static TestServer.Response ok(TestServer.Response response) {
        assertThat(response.status()).as(response.text()).isBetween(200, 299);
        return response;
    }
}
