package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Values that are wrong in themselves, over HTTP: each is refused with a sentence that names it, or kept and said so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final String DECISIONS = "/api/clew/v1/decisions";

    @TempDir
    static Path root;

    private TestServer server;
    private String run = "";

    @BeforeAll
    void fill() throws Exception {
        server = TestServer.open(root);
        run = server.post("", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}")
                .json()
                .at("/run/info/run_id")
                .asText();
        server.post("", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}");
        assertThat(server.post("", "/api/2.0/mlflow/model-versions/create", """
                                {"name": "credit", "source": "s3://bucket/credit"}""").status())
                .isEqualTo(200);
    }

    @AfterAll
    void close() {
        server.close();
    }

    private TestServer.Response decide(String item) throws Exception {
        return server.post("", DECISIONS, item);
    }

    private void refused(String item, String... words) throws Exception {
        var answer = decide(item);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.field("detail")).contains(words);
    }

    @Test
    void unknownFieldsAreRefusedByNameAndIgnoredByMlflow() throws Exception {
        refused("{\"features\": {}, \"outcom\": \"denied\"}", "outcom");
        var native_ = server.post("", "/api/clew/v1/datasets", "{\"name\": \"d\", \"nmae\": 1}");
        assertThat(native_.status()).isEqualTo(400);
        assertThat(native_.field("code")).isEqualTo("UNKNOWN_FIELD");
        assertThat(native_.field("detail")).contains("\"nmae\"").contains("name");
        assertThat(server.post(
                                "",
                                "/api/2.0/mlflow/runs/set-tag",
                                "{\"run_id\": \"%s\", \"key\": \"k\", \"value\": \"v\", \"no_such\": 1}".formatted(run))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void numbersThatAreNone() throws Exception {
        for (String none : List.of("NaN", "Infinity", "-Infinity", "1e400", "-1e400")) {
            var answer = decide("{\"features\": {\"age\": %s}, \"outcome\": \"denied\"}".formatted(none));
            assertThat(answer.status()).as(none + ": " + answer.text()).isEqualTo(400);
            answer = decide("{\"features\": {\"age\": 1}, \"score\": %s}".formatted(none));
            assertThat(answer.status()).as(none + ": " + answer.text()).isEqualTo(400);
        }
        // MLflow's clients log NaN and infinities as metrics, and get them back.
        for (String value : List.of("\"NaN\"", "\"Infinity\"", "\"-Infinity\"")) {
            assertThat(metric("m", value, "1").status()).as(value).isEqualTo(200);
        }
        assertThat(metric("m", "\"not a number\"", "1").status()).isEqualTo(400);
    }

    @Test
    void whatIsNoJsonIsToldWithoutTheParsersOptions() throws Exception {
        String deep = "{\"name\": " + "[".repeat(65) + "]".repeat(65) + "}";
        var bodies = new LinkedHashMap<String, String>();
        bodies.put("{\"name\": NaN}", "\"NaN\" is no number in JSON (line 1, column ");
        bodies.put("{\"name\": -Infinity}", "\"-Infinity\" is no number in JSON");
        bodies.put("{\"name\": +1}", "plus sign");
        bodies.put("{\"name\": 01}", "Leading zeroes");
        bodies.put("{\"name\": \"x\"", "Unexpected end-of-input");
        bodies.put("{\"name\": [1}", "Unexpected close marker '}'");
        bodies.put("{\"name\": /* x */ 1}", "comment");
        bodies.put("{'name': 1}", "double-quote");
        bodies.put("{\"name\": nul}", "'nul'");
        bodies.put("{\"name\": 1}\u001e", "Illegal character");
        bodies.put("{\"name\": 1, \"name\": 2}", "Duplicate field 'name'");
        bodies.put("{\"name\": " + "1".repeat(1_001) + "}", "exceeds the maximum allowed (1000)");
        bodies.put(deep, "exceeds the maximum allowed (64)");
        for (var body : bodies.entrySet()) {
            for (String path : List.of(DECISIONS, "/api/clew/v1/feedback", "/api/clew/v1/datasets")) {
                var answer = server.post("", path, body.getKey());
                String as = path + " " + body.getKey() + ": " + answer.text();
                assertThat(answer.status()).as(as).isEqualTo(400);
                assertThat(answer.field("code")).as(as).isEqualTo("MALFORMED_BODY");
                assertThat(answer.field("detail"))
                        .as(as)
                        .contains(body.getValue())
                        .containsPattern("(\\(line 1, column \\d+\\)|the maximum allowed \\(\\d+\\))\\.$")
                        .doesNotContainPattern("[A-Z]+_[A-Z]+|Feature|StreamRead|Source|`|com\\.");
            }
        }
        var twice = server.post("", "/api/clew/v1/datasets", "{\"name\": \"d\"} {}");
        assertThat(twice.field("detail")).contains("something follows the end of the value");
    }

    private TestServer.Response metric(String key, String value, String timestamp) throws Exception {
        return server.post("", "/api/2.0/mlflow/runs/log-metric", """
                {"run_id": "%s", "key": "%s", "value": %s, "timestamp": %s, "step": 0}""".formatted(run, key, value, timestamp));
    }

    @Test
    void integersAtAndBeyondTheirLimits() throws Exception {
        String most = Long.toString(Long.MAX_VALUE);
        String more = "9223372036854775808";
        assertThat(metric("big", "1", most).status()).isEqualTo(200);
        assertThat(metric("big", "1", more).status()).isEqualTo(400);
        var step = "{\"run_id\": \"%s\", \"key\": \"s\", \"value\": 1, \"timestamp\": 1, \"step\": %s}";
        assertThat(server.post("", "/api/2.0/mlflow/runs/log-metric", step.formatted(run, most))
                        .status())
                .isEqualTo(200);
        assertThat(server.post("", "/api/2.0/mlflow/runs/log-metric", step.formatted(run, more))
                        .status())
                .isEqualTo(400);
        refused("{\"features\": {}, \"row\": %s}".formatted(more), "row");
        refused("{\"features\": {}, \"latency_us\": 1.5}", "latency_us");
        for (String path : List.of("/api/clew/v1/ledger/entries?after=", "/api/clew/v1/ledger/proof?index=")) {
            assertThat(server.get("", path + more).status()).isEqualTo(400);
        }
        assertThat(server.get("", "/api/clew/v1/ledger/proof?index=" + most).status())
                .isIn(400, 404);
        assertThat(server.get("", "/api/clew/v1/ledger/consistency?from=-1&to=" + most)
                        .status())
                .isIn(400, 404);
        assertThat(server.get("", "/api/clew/v1/decisions?limit=1001").field("detail"))
                .contains("1 to 1000");
    }

    @Test
    void parametersOfTheQueryThatAreUnknown() throws Exception {
        refusedQuery("decisions?outcom=denied", "\"outcom\"", "did you mean \"outcome\"");
        refusedQuery("decisions?zzzzzzzzz=1", "\"zzzzzzzzz\"", "client_id, ");
        refusedQuery("deployments?outcome=denied", "\"outcome\"", "endpoint");
        refusedQuery("ledger/entries?" + "x".repeat(2_000) + "=1", "takes resource, ");
        refusedQuery("ledger/entries?action=aproval.grant", "\"aproval.grant\"", "did you mean \"approval.grant\"");
        refusedQuery("ledger/entries?action=" + "x".repeat(2_000), "such as approval.grant");
        refusedQuery("ledger/entries/counts?actor=nobody", "\"nobody\"", "name or id");
        // MLflow's clients may send what a later version knows.
        assertThat(server.get("", "/api/2.0/mlflow/runs/get?no_such=1&run_id=" + run)
                        .status())
                .isEqualTo(200);
    }

    private void refusedQuery(String query, String... named) throws Exception {
        var answer = server.get("", "/api/clew/v1/" + query);
        assertThat(answer.status()).as(query + ": " + answer.text()).isEqualTo(400);
        assertThat(answer.field("detail")).contains(named);
    }

    @Test
    void deploymentsAndVersionsThatDoNotExist() throws Exception {
        var answer = decide(
                "{\"features\": {\"age\": 1}, \"deployment\": \"00000000-0000-7000-8000-000000000000\", \"outcome\": \"x\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.field("detail")).contains("deployment");
        refused("{\"features\": {}, \"deployment\": \"not an id\"}", "deployment");
        // What was decided was decided: a version nobody knows leaves it without a link.
        answer = decide("{\"features\": {\"age\": 1}, \"model\": \"credit\", \"version\": 99}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(server.get("", DECISIONS + "/" + answer.field("id")).field("resolution"))
                .isEqualTo("none");
        answer = server.post("", "/api/clew/v1/deployments", """
                {"endpoint": "e", "model": "credit", "version": 99, "reason": {"code": "promotion", "text": "a longer reason"}}""");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.field("detail")).contains("credit").contains("99");
    }

    @Test
    void aFeatureOfAnotherTypeThanTheSchemaSays() throws Exception {
        assertThat(server.post("", "/api/clew/v1/schemas", """
                        {"model": "credit", "version": 1, "features": [
                          {"name": "age", "type": "BIGINT", "tag": "quasi"}, {"name": "job", "type": "VARCHAR", "tag": "none"}]}""").status()).isEqualTo(201);
        String item = "{\"model\": \"credit\", \"version\": 1, \"features\": {\"age\": %s, \"job\": \"skilled\"}}";
        assertThat(decide(item.formatted("33")).status()).isEqualTo(201);
        refused(item.formatted("\"thirty\""), "age");
        refused(item.formatted("33.5"), "age");
    }

    @Test
    void theSameClientIdWithOtherContentIsAConflictAndBothAreKept() throws Exception {
        String item = "{\"client_id\": \"twice\", \"features\": {\"age\": %d}, \"outcome\": \"denied\"}";
        var first = decide(item.formatted(1));
        assertThat(first.status()).isEqualTo(201);
        assertThat(decide(item.formatted(1)).field("status")).isEqualTo("duplicate");
        var second = decide(item.formatted(2));
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.field("status")).isEqualTo("conflict");
        assertThat(second.field("id")).isNotEqualTo(first.field("id"));
        for (var kept : Map.of(first.field("id"), 1, second.field("id"), 2).entrySet()) {
            JsonNode read = server.get("", DECISIONS + "/" + kept.getKey()).json();
            assertThat(read.at("/features/age").asInt()).isEqualTo(kept.getValue());
        }
    }

    @Test
    void clocksFarAhead() throws Exception {
        refused("{\"features\": {}, \"event_time\": \"2099-01-01T00:00:00Z\"}", "event_time");
        refused("{\"features\": {}, \"event_time\": \"yesterday\"}", "event_time");
    }

    @Test
    void timesThatNoCalendarHas() throws Exception {
        for (String time : List.of(
                "\"+999999999-01-01T00:00:00Z\"",
                "\"-999999999-01-01T00:00:00Z\"",
                "\"-0001-12-31T23:59:59Z\"",
                "-9223372036854775808",
                "99999999999999999999")) {
            refused("{\"features\": {}, \"event_time\": %s}".formatted(time), "event_time");
            assertThat(decide("{\"client_id\": \"timed\", \"features\": {}}").status())
                    .isIn(200, 201);
            var feedback = server.post("", DECISIONS + "/timed/feedback", """
                    {"kind": "label", "value": "good", "observed_time": %s}""".formatted(time));
            assertThat(feedback.status()).as(feedback.text()).isEqualTo(400);
            assertThat(feedback.field("detail")).contains("observed_time");
        }
        for (String time : List.of("%2B999999999-01-01T00:00:00Z", "-999999999-01-01T00:00:00Z")) {
            for (String path : List.of("decisions", "decisions/counts", "ledger/entries", "ledger/entries/counts")) {
                refusedQuery(path + "?from=" + time, "RFC 3339");
                refusedQuery(path + "?to=" + time, "RFC 3339");
            }
        }
    }

    @Test
    void numbersThatCountNothing() throws Exception {
        refused("{\"features\": {}, \"row\": -1}", "row");
        refused("{\"features\": {}, \"latency_us\": -1}", "latency_us");
        assertThat(decide("{\"client_id\": \"counted\", \"features\": {}}").status())
                .isIn(200, 201);
        for (String wrong : List.of(
                "\"value\": 1e400",
                "\"value\": 99999999999999999999",
                "\"value\": \"x\", \"confidence\": 1.5",
                "\"value\": \"x\", \"confidence\": -0.1",
                "\"value\": \"x\", \"confidence\": 1e400")) {
            var feedback =
                    server.post("", DECISIONS + "/counted/feedback", "{\"kind\": \"label\", %s}".formatted(wrong));
            assertThat(feedback.status()).as(wrong + ": " + feedback.text()).isEqualTo(400);
        }
    }

    @Test
    void clocksFarBehind() throws Exception {
        var old = decide("{\"features\": {\"age\": 1}, \"event_time\": \"1970-01-01T00:00:00Z\", \"outcome\": \"x\"}");
        assertThat(old.status()).as(old.text()).isEqualTo(201);
        JsonNode read = server.get("", DECISIONS + "/" + old.field("id")).json();
        assertThat(read.path("late").asBoolean()).isTrue();
        assertThat(read.path("event_time").asText()).isEqualTo("1970-01-01T00:00:00Z");
    }

    @Test
    void pathsThatLeadOutOfTheArtifacts() throws Exception {
        Path outside = Files.writeString(root.resolve("outside.txt"), "a secret of the machine");
        String base = "/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/";
        for (String trick : List.of(
                "..%2f..%2foutside.txt",
                "%2e%2e/outside.txt",
                "%252e%252e%252foutside.txt",
                "%25252e%25252e%25252foutside.txt",
                "..%5c..%5coutside.txt",
                "a/..%2f..%2f..%2foutside.txt",
                "%2fetc%2fpasswd",
                "%2f" + outside.toString().substring(1).replace("/", "%2f"),
                "C:%5cwindows",
                "a%00b",
                "a%0d%0ab",
                "....%2f%2fx",
                "%c0%ae%c0%ae%2foutside.txt",
                "%ef%bc%8e%ef%bc%8e%2fx",
                "%2e%2e%3bx/outside.txt",
                "x%2f.%2f..%2fy",
                "~root",
                "file:%2f%2f%2fetc%2fpasswd")) {
            for (String method : List.of("GET", "PUT", "DELETE")) {
                var answer = switch (method) {
                    case "GET" -> server.get("", base + trick);
                    case "PUT" -> server.put("", base + trick, "hacked");
                    default -> server.delete("", base + trick);
                };
                assertThat(answer.status()).as(method + " " + trick).isLessThan(500);
                assertThat(answer.text()).doesNotContain("a secret of the machine", "root:x:", root.toString());
            }
        }
        assertThat(outside).hasContent("a secret of the machine");
        try (var files = Files.list(root)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("anchor", "anchor.erasures", "data", "outside.txt");
        }
        for (String path : List.of("../x", "..\\x", "/etc/passwd", "a/../../x")) {
            var answer = server.get(
                    "",
                    "/api/2.0/mlflow/artifacts/list?run_id=" + run + "&path="
                            + java.net.URLEncoder.encode(path, java.nio.charset.StandardCharsets.UTF_8));
            assertThat(answer.status()).as(path).isEqualTo(400);
        }
    }

    @Test
    void textsThatNoDatabaseTakes() throws Exception {
        for (String text : List.of("a\\u0000b", "\\ud800", "x\\udfff")) {
            var tag = server.post("", "/api/2.0/mlflow/runs/set-tag", """
                    {"run_id": "%s", "key": "k", "value": "%s"}""".formatted(run, text));
            assertThat(tag.status()).as(text + tag.text()).isLessThan(500);
            assertThat(decide("{\"features\": {\"job\": \"%s\"}}".formatted(text))
                            .status())
                    .as(text)
                    .isLessThan(500);
            assertThat(server.post("", "/api/clew/v1/datasets", "{\"name\": \"%s\"}".formatted(text))
                            .status())
                    .as(text)
                    .isLessThan(500);
        }
    }

    @Test
    void otherMediaTypesAndTooManyItems() throws Exception {
        for (String path : List.of(DECISIONS, "/api/clew/v1/feedback")) {
            assertThat(server.send("", "POST", path, "{}", "text/plain").status())
                    .as(path)
                    .isEqualTo(415);
        }
        String many = "[" + "{\"features\":{}},".repeat(4_096) + "{\"features\":{}}]";
        var answer = decide(many);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.field("detail")).contains("at most 4096");
    }
}
