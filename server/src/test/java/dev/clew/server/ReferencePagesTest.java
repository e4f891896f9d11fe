package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.ErrorCode;
import dev.clew.server.config.Keys;
import dev.clew.server.config.Size;
import dev.clew.server.http.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference pages that are made from code. They are written anew by
 *
 * <pre>./mvnw -pl server -am test -Dtest=ReferencePagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dreference.write=true</pre>
 */
class ReferencePagesTest {
    private static final Path PAGES = Path.of("../docs/reference");
    private static final String HEAD = """
        # %s

        <!-- Made from code. After a change of it: ./mvnw -pl server -am test -Dtest=ReferencePagesTest \
        -Dsurefire.failIfNoSpecifiedTests=false -Dreference.write=true -->

        """;

    /** Code for browsers; there or not, as the server was built. */
    private static final Set<String> PAGES_OF_THE_BROWSER =
            Set.of("/", "/ui/{path...}", "/assets/{path...}", "/favicon.svg");

    @TempDir
    Path dir;

    @Test
    void configuration() throws IOException {
        var page = new StringBuilder(HEAD.formatted("Configuration"));
        page.append("""
            A properties file (`--config FILE`), the environment, `--set key=value` and a command's own flags; later wins. Every problem is
            reported at once before anything starts, with the closest known key; the exit code is 78. `clew config` prints what holds and
            where it comes from.

            Sizes are written `64KiB`, `10MiB`, `1GiB`; durations `250ms`, `30s`, `10m`, `24h`, `30d`; lists with commas.
            """);
        var sections = new LinkedHashMap<String, List<Keys.Declared>>();
        Keys.all(Config.class)
                .forEach(key -> sections.computeIfAbsent(
                                key.name().substring(0, key.name().indexOf('.')), _ -> new ArrayList<>())
                        .add(key));
        sections.forEach((section, keys) -> {
            page.append("\n## ").append(section).append("\n\n");
            page.append("| Key | Environment | Value | Default | What it does |\n|---|---|---|---|---|\n");
            for (Keys.Declared key : keys) {
                page.append("| `%s` | `%s` | %s | %s | %s |\n"
                        .formatted(
                                key.name(),
                                key.variable(),
                                value(key),
                                key.defaultValue().isEmpty() ? "empty" : "`" + key.defaultValue() + "`",
                                cell(key.doc())));
            }
        });
        check("configuration.md", page.toString());
    }

    private static String value(Keys.Declared key) {
        Class<?> type = key.type();
        String kind;
        if (type == Size.class) {
            kind = "size";
        } else if (type == Duration.class) {
            kind = "duration";
        } else if (type == List.class) {
            kind = "list";
        } else if (type == boolean.class) {
            kind = "`true` or `false`";
        } else if (type.isEnum()) {
            kind = Arrays.stream(Objects.requireNonNull(type.getEnumConstants()))
                    .map(constant -> "`" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(", "));
        } else {
            kind = type == String.class || type == Path.class ? "text" : "number";
        }
        var bounds = key.bounds();
        return bounds == null ? kind : "%s, %s to %s".formatted(kind, bounds.least(), bounds.most());
    }

    @Test
    void http() throws IOException {
        var page = new StringBuilder(HEAD.formatted("HTTP interface"));
        page.append("""
            The native interface lies under `/api/clew/v1/`; the same as OpenAPI 3.1, with every field and answer, at
            `GET /api/clew/v1/openapi.json`. Credentials: `Authorization: Bearer TOKEN`, or `Basic` with the token as the password; browsers sign
            in with `POST /api/clew/v1/session`. `X-Clew-Reason: [code;] text` says why something is changed or read, `X-Clew-Purpose` for what
            personal content is read; what needs them says so. Errors are RFC 9457 problems: `code` is stable, `detail` says what was asked, what
            is true and what to do, `request_id` finds the request in the log. Unknown fields and query parameters are refused by name. Lists answer `items` and, unless
            they are at their end, a `cursor` for `?cursor=`.
            """);
        Map<String, List<Route>> groups;
        try (var server = TestServer.open(dir, "ledger.public=none")) {
            groups = server.routes().stream()
                    .filter(route -> !route.template().startsWith("/ajax-api/"))
                    .filter(route -> !PAGES_OF_THE_BROWSER.contains(route.template()))
                    .collect(Collectors.groupingBy(
                            ReferencePagesTest::group, java.util.TreeMap::new, Collectors.toList()));
        }
        groups.forEach((group, routes) -> {
            page.append("\n## ").append(group).append("\n\n");
            if (group.equals("mlflow")) {
                page.append(
                        "Also under `/ajax-api/`; fails in MLflow's shape. Fields and answers are MLflow's own.\n\n");
            }
            page.append("| Route | Permission | What it does |\n|---|---|---|\n");
            routes.stream()
                    .sorted(Comparator.comparing(Route::template).thenComparing(Route::method))
                    .forEach(route -> page.append("| `%s %s` | %s | %s |\n"
                            .formatted(
                                    route.method(),
                                    route.template(),
                                    route.isPublic()
                                            ? "none: " + route.publicBecause()
                                            : "`"
                                                    + Objects.requireNonNull(route.permission())
                                                            .text() + "`",
                                    words(route))));
        });
        page.append("\n## Error codes\n\n| Code | Number | Status | What a caller can do |\n|---|---|---|---|\n");
        for (ErrorCode code : ErrorCode.values()) {
            page.append("| `%s` | %d | %d | %s |\n"
                    .formatted(
                            code.name(),
                            code.number(),
                            code.httpStatus(),
                            switch (code.category()) {
                                case CALLER -> "correct the request";
                                case CONFLICT -> "read, then decide again";
                                case CAPACITY -> "send the same again later";
                                case INTEGRITY -> "stop and call a person";
                                case INTERNAL -> "report it with the request id";
                            }));
        }
        check("http.md", page.toString());
    }

    /** Tests of MLflow's calls, by how their paths begin; the first that fits. */
    private static final Map<String, String> MLFLOW_TESTS = mlflowTests();

    private static Map<String, String> mlflowTests() {
        var tests = new LinkedHashMap<String, String>();
        tests.put("mlflow/experiments", "MlflowExperimentsTest");
        tests.put("mlflow/runs", "MlflowRunsTest");
        tests.put("mlflow/metrics", "MlflowRunsTest");
        tests.put("mlflow/logged-models", "MlflowLoggedModelsTest");
        tests.put("mlflow/registered-models", "MlflowModelsTest");
        tests.put("mlflow/model-versions", "MlflowModelsTest");
        tests.put("model-versions", "MlflowModelsTest");
        tests.put("mlflow/traces", "MlflowTracesTest");
        tests.put("v1/traces", "MlflowTracesTest");
        tests.put("mlflow/datasets", "MlflowEvaluationSetsTest");
        tests.put("mlflow/webhooks", "MlflowWebhooksTest");
        tests.put("mlflow/users", "MlflowUsersTest");
        tests.put("mlflow-artifacts/mpu", "MlflowUploadsTest");
        tests.put("mlflow-artifacts", "MlflowArtifactsTest");
        tests.put("mlflow/artifacts", "MlflowArtifactsTest");
        tests.put("get-artifact", "MlflowArtifactsTest");
        tests.put("", "ServeTest");
        return tests;
    }

    /** What is answered although the call cannot be carried out, so that clients do something else. */
    private static final Set<String> REFUSED_IN_WORDS = Set.of("presigned");

    @Test
    void mlflow() throws IOException {
        Map<String, Route> served = new java.util.TreeMap<>();
        try (var server = TestServer.open(dir, "ledger.public=none")) {
            server.routes().stream()
                    .filter(route -> !route.template().endsWith("{rest...}"))
                    .forEach(route -> served.put(shape(route.method().name(), route.template()), route));
        }
        var page = new StringBuilder(HEAD.formatted("Calls of MLflow"));
        page.append("""
            Every call that MLflow's clients make every day (MUST) or now and then (SHOULD), what serves it, and the test of it. Everything
            under `/api` is also served under `/ajax-api`. What is not served answers `404 ENDPOINT_NOT_FOUND` (docs/how-to/mlflow.md says what to
            do instead).

            The last columns are marks of a run of `MlflowConformanceE2E`, which sends every call a right and a wrong request on the packaged
            server, with users, and compares status, error and fields of the answers with `e2e/mlflow/conformance.jsonl`; it fails when its
            marks are others than these.

            | Priority | Call | Permission | Test | Right | Wrong |
            |---|---|---|---|---|---|
            """);
        Map<String, String[]> marks = conformance();
        var missing = new ArrayList<String>();
        for (String line : golden().lines().toList()) {
            String[] row = line.split("\t");
            String path = row[2];
            Route route = served.get(shape(row[1], path));
            String how;
            if (REFUSED_IN_WORDS.stream().anyMatch(word -> path.contains("/" + word + "/"))) {
                how = "501 `NOT_IMPLEMENTED`, upon which clients read the file itself";
            } else if (route == null) {
                how = "not served";
                if (row[0].equals("MUST")) {
                    missing.add(line);
                }
            } else {
                how = route.isPublic()
                        ? "none"
                        : "`" + Objects.requireNonNull(route.permission()).text() + "`";
            }
            String[] mark = marks.getOrDefault(row[1] + " " + path, new String[] {"", "not run", "not run"});
            page.append("| %s | `%s %s` | %s | %s | %s | %s |\n"
                    .formatted(
                            row[0],
                            row[1],
                            named(path),
                            how,
                            route == null ? "" : "`" + testOf(path) + "`",
                            mark[1],
                            mark[2]));
        }
        assertThat(missing).as("calls that every client makes").isEmpty();
        check("mlflow.md", page.toString());
    }

    /** What the last recorded run of the end-to-end suite said of each call: the call, right request, wrong request. */
    private static Map<String, String[]> conformance() throws IOException {
        var marks = new LinkedHashMap<String, String[]>();
        for (String line : Files.readAllLines(Path.of("..", "e2e", "mlflow", "conformance.tsv"))) {
            String[] columns = line.split("\t");
            marks.put(columns[0], columns);
        }
        return marks;
    }

    private static String golden() throws IOException {
        try (var in =
                Objects.requireNonNull(ReferencePagesTest.class.getResourceAsStream("/golden/mlflow/routes.tsv"))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /** With names left out, since they differ: {@code {model_id}} and {@code <path:artifact_path>} are holes. */
    private static String shape(String method, String path) {
        return method + " " + path.replaceAll("\\{[^}]*}|<[^>]*>", "{}");
    }

    private static String named(String path) {
        return path.replaceAll("<[^:>]*:([^>]*)>", "{$1}").replace("{assessment.trace_id}", "{trace_id}");
    }

    private static String testOf(String path) {
        String rest = path.replaceFirst("^/(ajax-)?api/[23][.]0/", "").replaceFirst("^/", "");
        return MLFLOW_TESTS.entrySet().stream()
                .filter(test -> rest.startsWith(test.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static String group(Route route) {
        String template = route.template();
        if (template.startsWith("/api/clew/v1/")) {
            String rest = template.substring("/api/clew/v1/".length());
            int slash = rest.indexOf('/');
            return slash < 0 ? rest : rest.substring(0, slash);
        }
        return template.startsWith("/api/") || template.equals("/v1/traces")
                ? "mlflow"
                : template.startsWith("/ledger/") ? "log (C2SP tlog-tiles)" : "service";
    }

    private static String words(Route route) {
        var words = new StringBuilder(cell(route.summary()));
        if (!route.parameters().isEmpty()) {
            words.append(words.isEmpty() ? "" : ". ")
                    .append("Query: ")
                    .append(route.parameters().stream()
                            .map(parameter -> "`%s`".formatted(parameter.name()))
                            .collect(Collectors.joining(", ")));
        }
        if (!route.fields().isEmpty()) {
            words.append(words.isEmpty() ? "" : ". ")
                    .append("Body: ")
                    .append(route.fields().stream()
                            .map(field -> field.required()
                                    ? "**`%s`**".formatted(field.name())
                                    : "`%s`".formatted(field.name()))
                            .collect(Collectors.joining(", ")));
        }
        return words.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static void check(String name, String text) throws IOException {
        Path page = PAGES.resolve(name);
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(page, text);
        }
        assertThat(page)
                .as("%s is stale; write it anew with -Dreference.write=true", name)
                .hasContent(text);
    }
}
