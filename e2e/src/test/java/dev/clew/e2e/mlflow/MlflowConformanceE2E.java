package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.e2e.PackagedServer;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call that MLflow's clients make, each with a right and a wrong request against the packaged server with users:
 * {@code mlflow/conformance.jsonl} says what is sent and what has to come back. The marks of the run stand in
 * {@code mlflow/conformance.tsv}, from which the reference page of the calls is made; {@code -Dreference.write=true} writes them anew.
 */
class MlflowConformanceE2E {
    private static final Path CASES = Path.of("mlflow", "conformance.jsonl");
    private static final Path MARKS = Path.of("mlflow", "conformance.tsv");
    private static final Path ROUTES =
            Path.of("..", "server", "src", "test", "resources", "golden", "mlflow", "routes.tsv");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, String> saved = new HashMap<>();
    private String url = "";

    @Test
    void everyCallAnswersARightAndAWrongRequestAsDocumented() throws Exception {
        Map<String, String> marks = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        try (var server =
                PackagedServer.start(directory, "webhooks.allow_private=true", "webhooks.allowed_schemes=http,https")) {
            url = server.url();
            users();
            for (String line : Files.readAllLines(CASES)) {
                JsonNode row = JSON.readTree(line);
                String call = row.path("call").textValue();
                List<String> right = steps(call, row.path("valid"));
                List<String> wrong = steps(call, row.path("invalid"));
                marks.put(call, mark(right) + "\t" + mark(wrong));
                right.forEach(fault -> faults.add(call + ": " + fault));
                wrong.forEach(fault -> faults.add(call + ", wrong request: " + fault));
            }
        }
        var text = new StringBuilder();
        for (String route : Files.readAllLines(ROUTES)) {
            String[] columns = route.split("\t");
            String call = columns[1] + " " + columns[2];
            text.append(call)
                    .append('\t')
                    .append(marks.getOrDefault(call, "missing\tmissing"))
                    .append('\n');
        }
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(MARKS, text);
        }
        assertThat(faults).isEmpty();
        assertThat(marks).hasSize(Files.readAllLines(ROUTES).size());
        assertThat(Files.readString(MARKS))
                .as("marks of another run; write them anew with -Dreference.write=true")
                .isEqualTo(text.toString());
    }

    private static String mark(List<String> faults) {
        return faults.isEmpty() ? "passed" : "failed";
    }

    /** A data scientist and a security administrator, each with a token; the operator has his. */
    private void users() throws Exception {
        tokens.put(
                "operator",
                Files.readString(directory.resolve("data/keys/admin.token")).strip());
        user("ada", "SA"); // the first user is one
        user("dee", "DS");
    }

    private void user(String name, String role) throws Exception {
        made("/api/clew/v1/users", "{\"name\": \"%s\", \"role\": \"%s\"}".formatted(name, role));
        tokens.put(
                name,
                made("/api/clew/v1/tokens", "{\"user\": \"%s\"}".formatted(name))
                        .path("token")
                        .textValue());
    }

    private JsonNode made(String path, String body) throws Exception {
        var answer = send("POST", path, body, "application/json", "operator", new LinkedHashMap<>());
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        return JSON.readTree(answer.body());
    }

    /** Runs the steps of one request; what is wrong with the answers. */
    private List<String> steps(String call, JsonNode steps) throws Exception {
        var faults = new ArrayList<String>();
        List<JsonNode> all = new ArrayList<>();
        if (steps.isArray()) {
            steps.forEach(all::add);
        } else {
            all.add(steps);
        }
        boolean called = false;
        for (JsonNode step : all) {
            String method = step.path("method").asText(call.substring(0, call.indexOf(' ')));
            String path = filled(step.path("url").textValue());
            called |= isOf(call, method + " " + path);
            var answer = ask(method, path, step);
            judge(step, answer, faults);
        }
        if (!called
                && all.stream().noneMatch(step -> step.path("status").asInt() == 405)
                && !(all.getFirst().path("code").asText().equals("ENDPOINT_NOT_FOUND"))) {
            faults.add("no step makes the call itself");
        }
        return faults;
    }

    /** Whether a request is the call: names in its template stand for one segment, or for the rest of the path. */
    private static boolean isOf(String call, String request) {
        String template = call.replaceAll("<path:[^>]*>", "\u0001").replaceAll("\\{[^}]*}", "\u0002");
        StringBuilder pattern = new StringBuilder();
        for (char c : template.toCharArray()) {
            pattern.append(
                    c == '\u0001' ? ".+" : c == '\u0002' ? "[^/?]+" : java.util.regex.Pattern.quote(String.valueOf(c)));
        }
        return request.matches(pattern + "(\\?.*)?");
    }

    private HttpResponse<byte[]> ask(String method, String path, JsonNode step) throws Exception {
        String body = !step.has("body")
                ? null
                : step.path("body").isTextual()
                        ? step.path("body").textValue()
                        : step.path("body").toString();
        var headers = new LinkedHashMap<String, String>();
        step.path("headers")
                .properties()
                .forEach(header ->
                        headers.put(header.getKey(), filled(header.getValue().textValue())));
        return send(
                method,
                path,
                body == null ? null : filled(body),
                step.path("type").asText("application/json"),
                step.path("as").asText("dee"),
                headers);
    }

    private HttpResponse<byte[]> send(
            String method, String path, String body, String type, String who, Map<String, String> headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", type);
        }
        if (tokens.containsKey(who)) {
            request.header("Authorization", "Bearer " + tokens.get(who));
        }
        headers.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private void judge(JsonNode step, HttpResponse<byte[]> answer, List<String> faults) throws IOException {
        String said = text(answer);
        int status = step.path("status").asInt(200);
        if (answer.statusCode() != status) {
            faults.add("status %d, not %d: %s".formatted(answer.statusCode(), status, said));
            return;
        }
        if (step.has("text") && !said.equals(filled(step.path("text").textValue()))) {
            faults.add("not \"%s\": %s".formatted(step.path("text").textValue(), said));
        }
        if (step.has("matches") && !said.matches(step.path("matches").textValue())) {
            faults.add("does not match: " + said);
        }
        step.path("saveHeader")
                .properties()
                .forEach(header -> saved.put(
                        header.getKey(),
                        answer.headers()
                                .firstValue(header.getValue().textValue())
                                .orElse("none")
                                .replace("\"", "")));
        JsonNode json = said.startsWith("{") ? JSON.readTree(said) : JSON.missingNode();
        if (step.has("inner")) {
            json = JSON.readTree(json.at(step.path("inner").textValue()).asText());
        }
        judge(step, json, said, faults);
    }

    private void judge(JsonNode step, JsonNode json, String said, List<String> faults) throws IOException {
        if (step.has("code")
                && !json.path("error_code").asText().equals(step.path("code").textValue())) {
            faults.add("error_code is not %s: %s".formatted(step.path("code").asText(), said));
        }
        if (step.has("says")
                && !json.path("message")
                        .asText()
                        .contains(filled(step.path("says").textValue()))) {
            faults.add("message is not \"%s\": %s"
                    .formatted(filled(step.path("says").textValue()), said));
        }
        for (var expected : step.path("is").properties()) {
            JsonNode wanted = JSON.readTree(filled(expected.getValue().toString()));
            JsonNode found = json.at(expected.getKey());
            if (!found.equals(wanted)) {
                faults.add("%s is %s, not %s: %s".formatted(expected.getKey(), found, wanted, said));
            }
        }
        step.path("has").forEach(field -> {
            if (json.at(field.textValue()).isMissingNode()) {
                faults.add("%s is missing: %s".formatted(field.textValue(), said));
            }
        });
        step.path("lacks").forEach(field -> {
            if (!json.at(field.textValue()).isMissingNode()) {
                faults.add("%s is there: %s".formatted(field.textValue(), said));
            }
        });
        step.path("save")
                .properties()
                .forEach(field -> saved.put(
                        field.getKey(),
                        Objects.requireNonNullElse(
                                json.at(field.getValue().textValue()).textValue(), "none")));
    }

    private String filled(String text) {
        String all = text;
        for (var each : saved.entrySet()) {
            all = all.replace("${" + each.getKey() + "}", each.getValue());
        }
        return all;
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
