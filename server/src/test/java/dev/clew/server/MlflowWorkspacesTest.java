package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Scopes;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.ports.ScopeTree.Level;
import dev.clew.server.ports.ScopeTree.Scope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two workspaces on one server: whatever one keeps is to the other as if it were nowhere, by every call of MLflow, by id, by name, by path
 * and by header. Walks the right requests of {@code e2e/mlflow/conformance.jsonl} in one workspace; before each, who works in the other
 * sends the same request, and once more with ids and names that nobody has, and gets the same answer to both.
 */
class MlflowWorkspacesTest {
    private static final Path CASES = Path.of("..", "e2e", "mlflow", "conformance.jsonl");
    private static final int OTHER_WORKSPACE = 12;
    private static final int OTHER_PROJECT = 13;

    /** Names and ids that the cases choose themselves, and others of the same form. */
    private static final Map<String, String> CHOSEN = Map.of(
            "conformance", "collected",
            "credit", "nobody",
            "5eed0000000000000000000000000001", "5eed0000000000000000000000000002");

    /** Calls beside those of the cases, each after the case of the call it follows. */
    private static final Map<String, String> MORE = Map.of(
            "POST /api/2.0/mlflow-artifacts/mpu/create/<path:artifact_path>",
            """
            {"url": "/api/2.0/mlflow-artifacts/mpu/parts/${exp}/${run}/artifacts", "method": "POST",
             "body": {"path": "big.bin", "upload_id": "${upload}"}}""",
            "GET /api/2.0/mlflow/logged-models/{model_id}/artifacts/directories",
            "{\"url\": \"/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files?artifact_file_path=MLmodel\", \"method\": \"GET\"}",
            "GET /api/2.0/mlflow/registered-models/search",
            """
            {"url": "/api/2.0/mlflow/registered-models/search", "method": "POST", "body": {"filter": "name LIKE 'cre%'"}}""",
            "GET /api/2.0/mlflow/webhooks/{webhook_id}",
            "{\"url\": \"/api/2.0/mlflow/webhooks/${hook}/deliveries\", \"method\": \"GET\"}");

    private final HttpClient client = HttpClient.newHttpClient();

    /** What the answers in the one workspace named, by the cases' names for it. */
    private final Map<String, String> theirs = new LinkedHashMap<>();

    /** Changes that are no error where nothing is: the log at the end says that nothing was changed. */
    private final Set<String> nothingDone = new TreeSet<>();

    /** Requests that the stranger sent, as method and path. */
    private final Set<String> asked = new HashSet<>();

    @TempDir
    Path root;

    private TestServer server;
    private int compared;

    private static ScopeTree twoWorkspaces() {
        return new ScopeTree(List.of(
                new Scope(Scopes.INSTANCE, Scopes.INSTANCE, Level.INSTANCE, "instance"),
                new Scope(Scopes.DEFAULT_ORGANISATION, Scopes.INSTANCE, Level.ORGANISATION, "default"),
                new Scope(Scopes.DEFAULT_WORKSPACE, Scopes.DEFAULT_ORGANISATION, Level.WORKSPACE, "default"),
                new Scope(Scopes.DEFAULT_PROJECT, Scopes.DEFAULT_WORKSPACE, Level.PROJECT, "default"),
                new Scope(OTHER_WORKSPACE, Scopes.DEFAULT_ORGANISATION, Level.WORKSPACE, "other"),
                new Scope(OTHER_PROJECT, OTHER_WORKSPACE, Level.PROJECT, "default")));
    }

    private TestServer open() {
        return TestServer.openWith(
                root, twoWorkspaces(), "webhooks.allow_private=true", "webhooks.allowed_schemes=http,https");
    }

    @Test
    void nothingOfAnotherWorkspaceIsReadChangedOrKnown() throws Exception {
        Map<String, String> tokens;
        try (var first = open().withAdministrator()) {
            server = first;
            first.withUser("bea", "DS", "default/other")
                    .withUser("dee", "DS", "default/default")
                    .withUser("aud", "AU", "instance");
            tokens = Map.copyOf(first.tokens());
            for (int i = 0; i < 40; i++) { // so that the number of the next one is in no sentence by chance
                TestServer.expect(200, first.post("bea", "/api/2.0/mlflow/experiments/create", """
                        {"name": "before %d"}""".formatted(i)));
            }
            for (String line : Files.readAllLines(CASES)) {
                JsonNode row = Json.MAPPER.readTree(line);
                String call = row.path("call").textValue();
                if (!call.matches(".*(/users/|/health|/version|/server-info).*")) {
                    walk(call, row.path("valid"));
                }
            }
            assertThat(compared).isGreaterThan(100);
            assertThat(nothingDone)
                    .as("calls that change things and answer as if there were nothing to change")
                    .containsExactlyInAnyOrder(
                            "DELETE /api/2.0/mlflow-artifacts/artifacts/<path:artifact_path>",
                            "DELETE /api/3.0/mlflow/datasets/{dataset_id}",
                            "DELETE /api/3.0/mlflow/traces/{trace_id}/assessments/{assessment_id}");
            everyCallWasSent();
            assertThat(TestServer.expect(200, first.get("aud", "/api/clew/v1/ledger/entries?limit=1000&actor=dee"))
                            .json()
                            .path("items")
                            .findValuesAsText("act"))
                    .as("what the stranger changed")
                    .isSubsetOf("record.batch");
            assertThat(TestServer.expect(200, first.get("aud", "/api/clew/v1/ledger/entries?limit=1000&actor=bea"))
                            .json()
                            .path("items")
                            .size())
                    .isGreaterThan(50);
        }
        try (var again = open().as(tokens)) {
            var denied = new DenialRecords(again, "aud").of("dee");
            assertThat(denied)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(record -> assertThat(record.scope()).isEqualTo((long) Scopes.DEFAULT_PROJECT));
        }
    }

    private void walk(String call, JsonNode valid) throws Exception {
        var steps = new ArrayList<JsonNode>();
        if (valid.isArray()) {
            valid.forEach(steps::add);
        } else {
            steps.add(valid);
        }
        if (MORE.containsKey(call)) {
            steps.add(Json.MAPPER.readTree(MORE.get(call)));
        }
        for (JsonNode step : steps) {
            String method = step.path("method").asText(call.substring(0, call.indexOf(' ')));
            boolean isOwn = call.equals("POST /api/2.0/mlflow/webhooks")
                    || (call.endsWith("/create") && !step.toString().contains("${"));
            if (step.path("as").isMissingNode() && !isOwn) {
                attack(call, method, step);
            }
            judge(call, step, send(step.has("as") ? "" : "bea", method, step, theirs, Map.of()));
            if (call.startsWith("PUT ")) {
                byPathAndHeader();
            }
        }
    }

    /** The same request from the other workspace, and with what nobody has: one answer, by every path that serves the call. */
    private void attack(String call, String method, JsonNode step) throws Exception {
        var nobodys = new LinkedHashMap<String, String>();
        theirs.forEach((name, value) -> nobodys.put(name, other(value)));
        for (String prefix : List.of("/api/", "/ajax-api/")) {
            var known = send("dee", method, step, theirs, Map.of("/api/", prefix));
            var swapped = new HashMap<>(CHOSEN);
            swapped.put("/api/", prefix);
            var unknown = send("dee", method, step, nobodys, swapped);
            String said = call + ": " + text(known);
            assertThat(known.statusCode()).as(said + " / " + text(unknown)).isEqualTo(unknown.statusCode());
            assertThat(plain(text(known), theirs, false)).as(call).isEqualTo(plain(text(unknown), nobodys, true));
            assertThat(known.headers().map().keySet())
                    .as(call)
                    .isEqualTo(unknown.headers().map().keySet());
            if (!reads(method, call) && known.statusCode() < 400) {
                nothingDone.add(call);
            }
            if (known.statusCode() >= 400 && known.statusCode() != 501) {
                refused(said, known);
            }
            compared++;
        }
        if (reads(method, call)) {
            for (String workspace : List.of("other", "default/other", "default")) {
                var answer = send("dee", method, step, theirs, Map.of(), "X-MLFLOW-WORKSPACE", workspace);
                assertThat(answer.statusCode()).as(call + text(answer)).isEqualTo(400);
                assertThat(Json.MAPPER
                                .readTree(answer.body())
                                .path("error_code")
                                .asText())
                        .isEqualTo("FEATURE_DISABLED");
            }
        }
    }

    private static boolean reads(String method, String call) {
        return method.equals("GET") || call.matches(".*(search|get-latest-versions|batchGetInfos)$");
    }

    /** MLflow's own error, without a path of the server or SQL. */
    private void refused(String what, HttpResponse<byte[]> answer) throws IOException {
        JsonNode body = Json.MAPPER.readTree(answer.body());
        assertThat(body.path("error_code").asText() + body.path("detail").asText())
                .as(what)
                .isNotEmpty();
        assertThat(text(answer).toLowerCase(Locale.ROOT))
                .as(what)
                .doesNotContain(root.toString().toLowerCase(Locale.ROOT), "jdbc", "sqlite", "exception", "select ");
    }

    /** Ways to name the other workspace beside ids: folders, MLflow's own folder of workspaces, GraphQL. */
    private void byPathAndHeader() throws Exception {
        String experiment = Objects.requireNonNull(theirs.get("exp"));
        String run = Objects.requireNonNull(theirs.get("run"));
        for (String folder : List.of("", "workspaces/other/", "workspaces%2Fother%2F", "other/", "default/other/")) {
            for (String path : List.of(
                    "/api/2.0/mlflow-artifacts/artifacts?path=%s%s/%s/artifacts".formatted(folder, experiment, run),
                    "/api/2.0/mlflow-artifacts/artifacts?path=" + folder + experiment,
                    "/api/2.0/mlflow-artifacts/artifacts/%s%s/%s/artifacts/dir/a.txt"
                            .formatted(folder, experiment, run),
                    "/get-artifact?run_id=%s&path=%sdir/a.txt".formatted(run, folder),
                    "/api/2.0/mlflow/artifacts/list?run_id=%s&path=%s".formatted(run, folder))) {
                var answer = send("dee", "GET", path, null, Map.of());
                assertThat(text(answer)).as(path).doesNotContain("hello");
                assertThat(answer.statusCode())
                        .as(path + text(answer))
                        .matches(status -> status >= 400 || text(answer).equals("{}"));
            }
        }
        assertThat(text(send("dee", "GET", "/api/2.0/mlflow-artifacts/artifacts?path=", null, Map.of())))
                .doesNotContain("\"" + experiment + "\"");
        for (String path :
                List.of("/graphql", "/api/2.0/graphql", "/api/2.0/workspaces/other/mlflow/experiments/get")) {
            var answer = send(
                    "dee",
                    "POST",
                    path,
                    "{\"query\": \"{mlflowGetRun(input: {runId: \\\"%s\\\"}) {run {info {runName}}}}\"}".formatted(run),
                    Map.of());
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
        }
        assertThat(text(send("bea", "GET", "/get-artifact?run_id=%s&path=dir/a.txt".formatted(run), null, Map.of())))
                .isIn("hello", "");
    }

    /** Of the same form, but nobody's. */
    private static String other(String value) {
        if (value.matches("[0-9]{1,9}")) {
            return "987654321";
        }
        var text = new StringBuilder(value);
        for (int i = Math.max(0, value.length() - 12); i < value.length(); i++) {
            int digit = Character.digit(value.charAt(i), 16);
            if (digit >= 0) {
                text.setCharAt(i, Character.forDigit((digit + 1) % 16, 16));
            }
        }
        return text.toString();
    }

    /** An answer with names in the place of what the two requests named differently. */
    private static String plain(String text, Map<String, String> named, boolean swapped) {
        String plain = text;
        for (var each : named.entrySet()) {
            if (each.getValue().length() > 3) {
                plain = plain.replace(each.getValue(), "<" + each.getKey() + ">");
            } else {
                plain = plain.replaceAll("(?<![0-9])" + each.getValue() + "(?![0-9])", "<" + each.getKey() + ">");
            }
        }
        for (var each : CHOSEN.entrySet()) {
            plain = plain.replace(swapped ? each.getValue() : each.getKey(), "<" + each.getKey() + ">");
        }
        return plain.replaceAll("\"request_id\":\"[^\"]*\"", "");
    }

    private HttpResponse<byte[]> send(
            String who,
            String method,
            JsonNode step,
            Map<String, String> values,
            Map<String, String> swapped,
            String... more)
            throws Exception {
        var headers = new LinkedHashMap<String, String>();
        step.path("headers")
                .properties()
                .forEach(header ->
                        headers.put(header.getKey(), filled(header.getValue().textValue(), values, swapped)));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        if (step.has("body")) {
            headers.put("Content-Type", step.path("type").asText("application/json"));
        }
        String body = !step.has("body")
                ? null
                : step.path("body").isTextual()
                        ? step.path("body").textValue()
                        : step.path("body").toString();
        return send(
                who,
                method,
                filled(step.path("url").textValue(), values, swapped),
                body == null ? null : filled(body, values, swapped),
                headers);
    }

    /** Experiment 0 is the other workspace's: where a case names it, its own stands. */
    private static String filled(String text, Map<String, String> values, Map<String, String> swapped) {
        String all = text.replace("[\"0\"]", "[\"${exp}\"]");
        for (var each : swapped.entrySet()) {
            all = all.replace(each.getKey(), each.getValue());
        }
        for (var each : values.entrySet()) {
            all = all.replace("${" + each.getKey() + "}", each.getValue());
        }
        return all;
    }

    private HttpResponse<byte[]> send(String who, String method, String path, String body, Map<String, String> headers)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (body != null && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        String token = server.tokens().get(who);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (who.equals("dee")) {
            asked.add(method + " " + path);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** In its own workspace the request is answered as documented: so it was a right one, and nothing had happened to its things. */
    private void judge(String call, JsonNode step, HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.statusCode())
                .as(call + ": " + text(answer))
                .isEqualTo(step.path("status").asInt(200));
        JsonNode json = text(answer).startsWith("{") ? Json.MAPPER.readTree(answer.body()) : Json.MAPPER.missingNode();
        if (step.has("inner")) {
            json = Json.MAPPER.readTree(json.at(step.path("inner").textValue()).asText());
        }
        for (var expected : step.path("is").properties()) {
            if (!step.toString().contains("[\"0\"]")) {
                assertThat(json.at(expected.getKey()))
                        .as(call + " " + expected.getKey())
                        .isEqualTo(
                                Json.MAPPER.readTree(filled(expected.getValue().toString(), theirs, Map.of())));
            }
        }
        for (var saved : step.path("save").properties()) {
            theirs.put(saved.getKey(), json.at(saved.getValue().textValue()).asText("none"));
        }
        for (var saved : step.path("saveHeader").properties()) {
            theirs.put(
                    saved.getKey(),
                    answer.headers()
                            .firstValue(saved.getValue().textValue())
                            .orElseThrow()
                            .replace("\"", ""));
        }
    }

    /** Every call of the protocol that asks for a permission in a project, new ones too. */
    private void everyCallWasSent() {
        var left = new TreeSet<String>();
        for (Route route : server.routes()) {
            boolean ofProtocol = route.template().contains("mlflow")
                    || List.of("/get-artifact", "/model-versions/get-artifact", "/v1/traces")
                            .contains(route.template());
            boolean makes = route.method() == Method.POST
                    && route.template().matches(".*/(experiments/create|registered-models/create|webhooks)$");
            if (!ofProtocol
                    || makes
                    || route.permission() == null
                    || route.template().contains("/users/")) {
                continue;
            }
            String shape =
                    route.template().replaceAll("\\{[a-z_.]+\\.\\.\\.}", ".+").replaceAll("\\{[^}]*}", "[^/?]+");
            if (asked.stream().noneMatch(request -> request.matches(route.method() + " " + shape + "(\\?.*)?"))) {
                left.add(route.method() + " " + route.template());
            }
        }
        assertThat(left)
                .as("calls without a request in e2e/mlflow/conformance.jsonl")
                .isEmpty();
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aRefusedCallLeavesARecordInTheLedger() throws Exception {
        Map<String, String> tokens;
        try (var first = TestServer.open(root).withAdministrator()) {
            first.withUser("dee", "DS")
                    .withUser("joe", "DS")
                    .withUser("val", "VW")
                    .withUser("new", null)
                    .withUser("aud", "AU", "instance");
            tokens = Map.copyOf(first.tokens());
            String mlflow = "/api/2.0/mlflow/";
            String run = TestServer.expect(200, first.post("dee", mlflow + "runs/create", "{\"experiment_id\": \"0\"}"))
                    .json()
                    .at("/run/info/run_id")
                    .textValue();
            String named = "{\"run_id\": \"%s\"}".formatted(run);
            TestServer.expect(403, first.post("joe", mlflow + "runs/delete", named)); // somebody else's
            TestServer.expect(403, first.post("val", mlflow + "runs/delete", named)); // reads only
            TestServer.expect(403, first.post("val", mlflow + "runs/create", "{\"experiment_id\": \"0\"}"));
            for (int i = 0; i < 3; i++) {
                TestServer.expect(403, first.get("new", mlflow + "runs/get?run_id=" + run)); // no role
            }
            TestServer.expect(404, first.get("dee", mlflow + "runs/get?run_id=" + "0".repeat(32)));
            assertThat(TestServer.expect(200, first.get("dee", mlflow + "runs/get?run_id=" + run))
                            .json()
                            .at("/run/info/lifecycle_stage")
                            .textValue())
                    .isEqualTo("active");
        }
        try (var again = TestServer.open(root).as(tokens)) {
            var records = new DenialRecords(again, "aud");
            assertThat(records.of("joe")).hasSize(1);
            assertThat(records.of("val")).as("one of each permission").hasSize(2);
            assertThat(records.of("new"))
                    .as("three refusals are counted in one")
                    .hasSize(1);
            assertThat(records.of("dee"))
                    .as("with one project nothing is another's")
                    .isEmpty();
            assertThat(records.of("joe").getFirst().scope()).isEqualTo((long) Scopes.DEFAULT_PROJECT);
        }
    }
}
