package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests over all routes with hostile values: whatever is wrong stays the caller's fault, is told in the agreed form, and
 * tells nothing of the server. Seeded: a failure names the request.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class HostileValuesTest {
    /** Others, and more of them, by {@code -Dhostile.seed=… -Dhostile.seconds=…}. */
    private static final long SEED = Long.getLong("hostile.seed", 20_261_128);

    private static final long MOST_NANOS = Long.getLong("hostile.seconds", 15) * 1_000_000_000L;
    private static final int REQUESTS = 300 * (int) (MOST_NANOS / 1_000_000_000L);

    /** What no answer may hold: stack traces, statements, classes. */
    private static final Pattern TELLS = Pattern.compile(
            "\\tat |Exception|java\\.|dev\\.clew|org\\.sqlite|jdbc:|SQLITE_|SELECT [a-z]|INSERT INTO|UPDATE [a-z_]+ SET|/proc/|clew\\.db|keys/root");

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "0",
            "-1",
            "1e400",
            "NaN",
            "Infinity",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "true",
            "null",
            "undefined",
            "../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "%252e%252e%252f",
            "/etc/passwd",
            "C:\\windows\\win.ini",
            "file:///etc/passwd",
            "a/b",
            "a//b",
            ".",
            "..",
            "' OR 1=1 --",
            "\"; DROP TABLE run; --",
            "%' AND 1=1",
            "<script>alert(1)</script>",
            "${jndi:ldap://127.0.0.1/x}",
            "{{7*7}}",
            "%s%s%n%x",
            "\u0000",
            "a\u0000b",
            "\uD800",
            "\uFFFE",
            "\u202Eabc",
            "e\u0301",
            "\uD83D\uDE00".repeat(50),
            "x".repeat(300),
            "x".repeat(3_000),
            "1970-01-01T00:00:00Z",
            "2099-12-31T23:59:59Z",
            "+999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "2026-13-45T99:99:99Z",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "models:/credit/1",
            "runs:/none/model",
            "@champion",
            "usr:local",
            "sys:clew",
            "decision",
            "deployment",
            "model-version",
            "metrics.m1 > 0.5",
            "metrics.`a` = 'b' and params.x LIKE '%'",
            "((((((((((",
            "attributes.start_time DESC",
            "Z".repeat(40),
            "requested",
            "pending",
            "live");

    /** Names that MLflow's messages have. */
    private static final List<String> MLFLOW = List.of(
            "experiment_id",
            "experiment_ids",
            "experiment_name",
            "name",
            "new_name",
            "run_id",
            "run_uuid",
            "run_name",
            "user_id",
            "start_time",
            "end_time",
            "status",
            "key",
            "value",
            "timestamp",
            "step",
            "metrics",
            "params",
            "tags",
            "metric_key",
            "model_id",
            "models",
            "version",
            "stage",
            "alias",
            "source",
            "description",
            "filter",
            "filter_string",
            "order_by",
            "max_results",
            "page_token",
            "path",
            "artifact_location",
            "view_type",
            "run_view_type",
            "datasets",
            "dataset",
            "model_json",
            "archive_existing_versions",
            "stages",
            "run_ids",
            "start_step",
            "end_step",
            "artifact_directory_path",
            "source_run_id");

    @TempDir
    static Path root;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(SEED);
    private final List<String> known = new ArrayList<>();
    private TestServer server;
    private String admin = "";

    @BeforeAll
    void fill() throws Exception {
        server = TestServer.open(root, "http.access_log=none");
        admin = Files.readString(server.data().resolve("keys/admin.token")).strip();
        var run = server.post("", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}")
                .json()
                .at("/run/info/run_id")
                .asText();
        server.post("", "/api/2.0/mlflow/registered-models/create", "{\"name\": \"credit\"}");
        var decision = server.post("", "/api/clew/v1/decisions", """
                {"client_id": "a-1", "features": {"age": 33}, "outcome": "denied", "subject": {"namespace": "c", "id": "1"}}""");
        known.addAll(List.of(run, "credit", "1", "a-1", decision.field("id"), "0", "c", "Default"));
    }

    @AfterAll
    void close() {
        server.close();
    }

    @Test
    void everyAnswerToNonsenseIsTheCallersFaultAndTellsNothing() throws Exception {
        List<Route> routes = server.routes();
        var failures = new ArrayList<String>();
        var statuses = new TreeMap<Integer, Integer>();
        long start = System.nanoTime();
        int sent = 0;
        while (sent < REQUESTS && System.nanoTime() - start < MOST_NANOS) {
            Route route = routes.get(sent < routes.size() ? sent : random.nextInt(routes.size()));
            if (route.template().equals("/api/clew/v1/backups")
                    || route.template().endsWith("/session")) {
                sent++;
                continue; // one writes where it is told, the other says what it is told
            }
            String path = path(route);
            String body = route.method() == Method.GET ? "" : body(route);
            HttpResponse<String> answer = send(route, path, body);
            statuses.merge(answer.statusCode(), 1, Integer::sum);
            String wrong = wrong(route, answer);
            if (wrong != null && failures.size() < 20) {
                failures.add("%d. %s %s %s\n   %s: %d %s"
                        .formatted(
                                sent,
                                route.method(),
                                path,
                                shortened(body),
                                wrong,
                                answer.statusCode(),
                                shortened(answer.body())));
            }
            sent++;
        }
        assertThat(failures).as("seed %d, %s", SEED, statuses).isEmpty();
        assertThat(sent).isGreaterThan(500);
        assertThat(server.get("", "/health").text()).isEqualTo("OK");
    }

    private HttpResponse<String> send(Route route, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path));
        if (random.nextInt(4) == 0) {
            request.header("Authorization", "Bearer " + admin);
        }
        if (random.nextInt(8) == 0) {
            request.header("X-Clew-Reason", ascii(text())).header("X-Clew-Purpose", ascii(text()));
        }
        request.header("Content-Type", random.nextInt(20) == 0 ? "text/plain" : "application/json");
        request.method(
                route.method().name(),
                route.method() == Method.GET
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** What is wrong with an answer; null when nothing is. */
    private @org.jspecify.annotations.Nullable String wrong(Route route, HttpResponse<String> answer) {
        int status = answer.statusCode();
        if (status == 500
                || (status > 500
                        && status != 503
                        && !(status == 501 && route.template().contains("mlflow-artifacts")))) {
            return "a failure of the server";
        }
        boolean isPage = answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
        if (status >= 400
                && !isPage
                && (TELLS.matcher(answer.body()).find() || answer.body().contains(root.toString()))) {
            return "tells of the server";
        }
        if (answer.body().contains(admin)) {
            return "tells the token";
        }
        if (status < 400 || !route.template().startsWith("/api/clew/")) {
            return null;
        }
        try {
            JsonNode problem = Json.MAPPER.readTree(answer.body());
            if (problem.path("status").asText().equals("conflict") && status == 409) {
                return null; // of an item that was kept
            }
            boolean isProblem =
                    answer.headers().firstValue("Content-Type").orElse("").equals("application/problem+json")
                            && ErrorCode.named(problem.path("code").asText()).isPresent()
                            && problem.path("status").asInt() == status
                            && !problem.path("detail").asText().isBlank()
                            && problem.has("type")
                            && problem.has("title");
            boolean named = route.fields().stream()
                    .anyMatch(field -> problem.path("detail")
                            .asText()
                            .startsWith("Field \"%s\" is unknown".formatted(field.name())));
            return !isProblem ? "no problem document" : named ? "a described field is unknown" : null;
        } catch (JsonProcessingException e) {
            return "no JSON";
        }
    }

    private String path(Route route) {
        var path = new StringBuilder();
        for (String segment : route.template().substring(1).split("/", -1)) {
            path.append('/').append(segment.startsWith("{") ? encoded(anyText()) : segment);
        }
        var query = new ArrayList<String>();
        for (Route.Parameter parameter : route.parameters()) {
            if (random.nextInt(3) == 0) {
                query.add(parameter.name() + "=" + encoded(anyText()));
            }
        }
        if (route.method() == Method.GET && route.template().contains("mlflow")) {
            for (int i = random.nextInt(4); i > 0; i--) {
                query.add(pick(MLFLOW) + "=" + encoded(anyText()));
            }
        }
        String all = query.isEmpty() ? path.toString() : path + "?" + String.join("&", query);
        return all.length() > 7_000
                ? path.substring(0, Math.min(path.length(), 200)).replaceAll("%.?$", "")
                : all;
    }

    private String body(Route route) {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return pick(
                    List.of("", "{", "[]", "null", "\"x\"", "[[[[]]]]", "{\"a\":1,\"a\":2}", "{}{}", "\u0000", "NaN"));
        }
        ObjectNode object = Json.MAPPER.createObjectNode();
        if (route.fields().isEmpty()) {
            for (int i = random.nextInt(7); i >= 0; i--) {
                object.set(pick(MLFLOW), value(2));
            }
        }
        for (Route.Field field : route.fields()) {
            if (field.required() ? random.nextInt(10) > 0 : random.nextInt(4) == 0) {
                object.set(field.name(), random.nextInt(3) == 0 ? value(2) : Json.MAPPER.valueToTree(likely(field)));
            }
        }
        if (random.nextInt(3) > 0
                && route.fields().stream().anyMatch(field -> field.type().equals("reason"))) {
            object.putObject("reason").put("code", "other").put("text", "because it is a test");
        }
        return route.takesMany() && random.nextInt(3) == 0 ? "[" + object + "," + object + "]" : object.toString();
    }

    /** Something of the type that the field wants. */
    private Object likely(Route.Field field) {
        return switch (field.type()) {
            case "integer" -> pick(List.of(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE));
            case "number" -> pick(List.of(0.5, -0.0, 1e308, Double.MIN_VALUE, -1.0));
            case "boolean" -> random.nextBoolean();
            case "array" -> List.of(anyText(), anyText());
            case "object" -> Map.of(anyText(), anyText(), "age", 33);
            case "reason" -> Map.of("code", pick(List.of("other", "fix", "no such")), "text", anyText());
            default -> anyText();
        };
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 7)) {
            case 0 -> Json.MAPPER.valueToTree(random.nextLong());
            case 1 -> Json.MAPPER.valueToTree(pick(List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE)));
            case 2 -> Json.MAPPER.valueToTree(new java.math.BigInteger("9".repeat(30)));
            case 3 -> Json.MAPPER.valueToTree(random.nextBoolean());
            case 4 -> Json.MAPPER.nullNode();
            case 5, 6 -> Json.MAPPER.valueToTree(anyText());
            case 7 -> Json.MAPPER.createArrayNode().add(value(depth - 1)).add(value(depth - 1));
            default -> {
                ObjectNode object = Json.MAPPER.createObjectNode();
                object.set(pick(MLFLOW), value(depth - 1));
                object.set(anyText(), value(depth - 1));
                yield object;
            }
        };
    }

    private String anyText() {
        return random.nextInt(3) == 0 ? pick(known) : text();
    }

    private String text() {
        return pick(TEXTS);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String ascii(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7E]", "?").strip();
        return plain.isEmpty() ? "x" : plain;
    }

    private static String shortened(String text) {
        return text.length() > 400 ? text.substring(0, 400) + "…" : text;
    }
}
