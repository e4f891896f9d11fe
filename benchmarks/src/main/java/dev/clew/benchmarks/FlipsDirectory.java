package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.ledger.proof.TlogProof;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.Wiring;
import dev.clew.server.cli.ClewCommand;
import dev.clew.server.common.Json;
import dev.clew.server.config.Sources;
import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * A small data directory with a little of everything, made over HTTP, and a fixed script of what can be asked of it: more than 200 reads,
 * proofs and one export. Confined to one thread.
 */
final class FlipsDirectory {
    private static final String API = "/api/clew/v1/";
    private static final String MLFLOW = "/api/2.0/mlflow/";
    /** Few checkpoints, since checking their signatures is most of what an fsck of so little costs. */
    private static final String RARELY = "3s";

    private static final int METRICS = 260;
    private static final int DECISIONS = 24;
    private static final int PROOFS = 40;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path root;
    private final List<String> decisions = new ArrayList<>();
    private String run = "";
    private String deployment = "";

    FlipsDirectory(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Path data() {
        return root.resolve("data");
    }

    Path anchor() {
        return root.resolve("anchor");
    }

    /** Writes down what is asked for later, once it is filled. */
    void remember(FlipsTally to) {
        to.run = run;
        to.deployment = deployment;
        to.decisions.addAll(decisions);
    }

    /** Takes over a directory that was filled before. */
    void recall(FlipsTally from) {
        run = from.run;
        deployment = from.deployment;
        decisions.addAll(from.decisions);
    }

    /** A copy that is asked for the same things. */
    FlipsDirectory copy(Path to) throws IOException {
        Files.createDirectories(to);
        var copy = new FlipsDirectory(to);
        copyTree(data(), copy.data());
        Files.copy(anchor(), copy.anchor());
        copy.run = run;
        copy.deployment = deployment;
        copy.decisions.addAll(decisions);
        return copy;
    }

    private Config config(Path at, String checkpoints, String setting) {
        return Config.read(new Sources()
                        .set(List.of(
                                "http.port=0",
                                "ledger.public=all",
                                "ledger.anchor_file=" + at.resolve("anchor"),
                                "ledger.checkpoint_within=" + checkpoints,
                                setting)))
                .values();
    }

    /** Fills it: a run of 260 metrics, a file, two versions, a deployment, decisions in a segment and hot ones, feedback. */
    void fill() throws Exception {
        try (var directory = DataDirectory.take(data());
                var server = new Wiring(config(root, RARELY, "segments.after=24h"), directory)) {
            String url = server.url();
            run = post(url, MLFLOW + "runs/create", "{\"experiment_id\": \"0\", \"run_name\": \"first\"}")
                    .at("/run/info/run_id")
                    .textValue();
            for (int i = 0; i < METRICS; i++) {
                post(
                        url,
                        MLFLOW + "runs/log-metric",
                        "{\"run_id\": \"%s\", \"key\": \"loss\", \"value\": %d.5, \"timestamp\": %d, \"step\": %d}"
                                .formatted(run, i, 1_700_000_000_000L + i, i));
            }
            post(
                    url,
                    MLFLOW + "runs/log-parameter",
                    "{\"run_id\": \"%s\", \"key\": \"depth\", \"value\": \"7\"}".formatted(run));
            put(url, file(), new byte[100_000]);
            post(url, MLFLOW + "registered-models/create", "{\"name\": \"scoring\"}");
            for (int version = 0; version < 2; version++) {
                post(
                        url,
                        MLFLOW + "model-versions/create",
                        "{\"name\": \"scoring\", \"source\": \"s3://bucket/scoring\"}");
            }
            deployment =
                    post(url, API + "deployments", """
                        {"endpoint": "scoring", "model": "scoring", "version": 1, "tier": "staging",
                         "reason": {"code": "promotion", "text": "better on the holdout"}}\
                        """).at("/deployment/id").textValue();
            decide(url, 0);
        }
        try (var directory = DataDirectory.take(data());
                var server = new Wiring(config(root, RARELY, "segments.max_chunks=1"), directory)) {
            long until = System.nanoTime() + LONGEST.toNanos();
            while (!hasSegment()) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException("no segment was written");
                }
                send(server.url(), "GET", "/health", new byte[0]);
            }
        }
        try (var directory = DataDirectory.take(data());
                var server = new Wiring(config(root, RARELY, "segments.after=24h"), directory)) {
            decide(server.url(), DECISIONS / 2);
            post(
                    server.url(),
                    API + "decisions/" + decisions.getFirst() + "/feedback",
                    "{\"kind\": \"label\", \"value\": \"good\"}");
        }
    }

    private boolean hasSegment() throws IOException {
        try (var files = Files.list(data().resolve("decisions"))) {
            return files.anyMatch(each -> each.toString().endsWith(".evd"));
        }
    }

    private String file() {
        return "/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/file.bin";
    }

    private void decide(String url, int from) throws Exception {
        for (int i = from; i < from + DECISIONS / 2; i++) {
            decisions.add(post(url, API + "decisions", """
                {"client_id": "c-%d", "deployment": "%s", "features": {"age": %d}, "outcome": "%s", "score": 0.5,
                 "subject": {"namespace": "customer", "id": "%d"}}\
                """.formatted(
                                    i, deployment, 20 + i, i % 3 == 0 ? "denied" : "approved", i % 7))
                    .path("id")
                    .textValue());
        }
    }

    /**
     * What is answered from a copy of the directory. One line a question, each beginning with its status.
     *
     * @throws RuntimeException when the server does not start on it
     */
    List<String> answers() throws Exception {
        Path copy = Files.createTempDirectory(root, "copy");
        try {
            copyTree(data(), copy.resolve("data"));
            Files.copy(anchor(), copy.resolve("anchor"));
            var answers = new ArrayList<String>();
            export(copy, answers);
            try (var directory = DataDirectory.take(copy.resolve("data"));
                    var server = new Wiring(config(copy, "250ms", "segments.after=24h"), directory)) {
                ask(server.url(), answers);
            }
            return answers;
        } finally {
            FileTrees.delete(copy);
        }
    }

    private void export(Path copy, List<String> answers) throws IOException {
        Path target = copy.resolve("export");
        int code = ClewCommand.run(
                "export",
                copy.resolve("data").toString(),
                target.toString(),
                "--set",
                "ledger.anchor_file=" + copy.resolve("anchor"));
        answers.add("export " + code);
        if (Files.isDirectory(target)) {
            try (var files = Files.walk(target)) {
                for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                    answers.add("export %s %s"
                            .formatted(
                                    target.relativize(each),
                                    HexFormat.of().formatHex(Hashing.sha256(Files.readAllBytes(each)))));
                }
            }
        }
    }

    private void ask(String url, List<String> answers) throws Exception {
        long size = Json.MAPPER
                .readTree(get(url, API + "ledger/entries?limit=1").body())
                .at("/items/0/seq")
                .asLong();
        for (long seq = 0; seq < METRICS; seq++) {
            answers.add(told(get(url, API + "ledger/entries/" + seq)));
        }
        for (int i = 0; i < PROOFS; i++) {
            answers.add(told(get(url, API + "ledger/proof?index=%d&size=%d".formatted(i * 6, METRICS))));
            answers.add(told(get(url, API + "ledger/consistency?from=%d&to=%d".formatted(1 + i * 6, METRICS))));
        }
        answers.add("entries at least " + (size > 0));
        for (String path : List.of("ledger/tile/0/000", "ledger/tile/entries/000", "ledger/policy")) {
            answers.add(told(get(url, "/" + path)));
        }
        for (String query : List.of(
                "decisions?limit=7",
                "decisions?outcome=denied",
                "decisions?deployment=" + deployment,
                "decisions?model=scoring&version=1",
                "decisions/counts?bucket=400d",
                "decision-counts",
                "deployments",
                "deployments/" + deployment,
                "models/scoring",
                "models/scoring/history",
                "models/scoring/versions/1",
                "trace/model-version/scoring%2F1?direction=both&depth=4",
                "trace/run/" + run + "?direction=both&depth=4",
                "users")) {
            answers.add(told(get(url, API + query)));
        }
        for (String query : List.of(
                "runs/get?run_id=" + run,
                "metrics/get-history?run_id=" + run + "&metric_key=loss",
                "experiments/get?experiment_id=0",
                "registered-models/get?name=scoring",
                "model-versions/get?name=scoring&version=1",
                "artifacts/list?run_id=" + run)) {
            answers.add(told(get(url, MLFLOW + query)));
        }
        answers.add(told(get(url, file())));
        for (String id : decisions) {
            answers.add(told(get(url, API + "decisions/" + id)));
            answers.add(told(get(url, API + "decisions/" + id + "/feedback")));
            answers.add(told(get(url, API + "trace/decision/" + id + "?direction=both")));
            answers.add(inner(get(url, API + "decisions/" + id + "/proof")));
        }
    }

    /** Without what is the request's own. */
    private static String told(HttpResponse<byte[]> answer) {
        String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
        return answer.statusCode() + " "
                + (text.length() > 4_000
                        ? HexFormat.of().formatHex(Hashing.sha256(answer.body()))
                        : text.replaceAll("\"request_id\":\"[^\"]*\"", "").replaceAll("\"as_of\":\\{[^}]*}", ""));
    }

    /** What a bundle says below the tree of the log, which grows with every read that is recorded. */
    private static String inner(HttpResponse<byte[]> answer) {
        return answer.statusCode() == 200
                ? HexFormat.of()
                        .formatHex(Objects.requireNonNull(
                                TlogProof.parse(answer.body()).extra()))
                : told(answer);
    }

    private JsonNode post(String url, String path, String body) throws Exception {
        var answer = send(url, "POST", path, body.getBytes(StandardCharsets.UTF_8));
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(path + ": " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return Json.MAPPER.readTree(answer.body());
    }

    private void put(String url, String path, byte[] body) throws Exception {
        var answer = send(url, "PUT", path, body);
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(path + ": " + new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    private HttpResponse<byte[]> get(String url, String path) throws Exception {
        return send(url, "GET", path, new byte[0]);
    }

    private HttpResponse<byte[]> send(String url, String method, String path, byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }
}
