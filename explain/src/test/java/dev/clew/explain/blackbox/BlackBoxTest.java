package dev.clew.explain.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.Rows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlackBoxTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of(Feature.numeric("a"), new Feature("b", Feature.Type.CATEGORICAL, List.of("x", "y"))));
    private static final Rows ROWS = Rows.of(new double[] {1.5, 0}, new double[] {Double.NaN, 1}, new double[] {3, 1});

    private final CountDownLatch release = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(
                Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
    }

    private HttpScorer scorer(String path, Duration timeout) {
        return new HttpScorer(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), SCHEMA, timeout);
    }

    private void answer(String path, int status, java.util.function.Function<JsonNode, String> answer) {
        server.createContext(path, exchange -> {
            assertThat(exchange.getRequestHeaders().getFirst("X-Clew-Probe")).isEqualTo("explain");
            byte[] body = answer.apply(JSON.readTree(exchange.getRequestBody())).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    /** a, or −1 where it is missing. */
    private static double first(JsonNode row) {
        return row.get(0).isNull() ? -1 : row.get(0).asDouble();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/m:predict", "/v2/models/m/infer", "/invocations"})
    void speaksTheDialectOfTheAddress(String path) {
        answer(path, 200, request -> switch (path) {
            case "/invocations" -> {
                assertThat(request.at("/dataframe_split/columns/1").asText()).isEqualTo("b");
                JsonNode data = request.at("/dataframe_split/data");
                assertThat(data.at("/1/1").asText()).isEqualTo("y");
                yield "{\"predictions\": [%s, %s, %s]}"
                        .formatted(first(data.get(0)), first(data.get(1)), first(data.get(2)));
            }
            case "/v2/models/m/infer" -> {
                assertThat(request.at("/inputs/0/shape").toString()).isEqualTo("[3,1]");
                assertThat(request.at("/inputs/1/name").asText()).isEqualTo("b");
                assertThat(request.at("/inputs/1/datatype").asText()).isEqualTo("BYTES");
                assertThat(request.at("/inputs/1/data").toString()).isEqualTo("[\"x\",\"y\",\"y\"]");
                JsonNode data = request.at("/inputs/0/data");
                assertThat(data.get(1).isNull()).isTrue();
                yield "{\"outputs\": [{\"name\": \"y\", \"shape\": [3, 1], \"datatype\": \"FP64\", \"data\": [%s, -1, %s]}, {\"data\": [9]}]}"
                        .formatted(data.get(0), data.get(2));
            }
            default -> {
                JsonNode data = request.get("instances");
                yield "{\"predictions\": [[%s], [%s], [%s]]}"
                        .formatted(first(data.get(0)), first(data.get(1)), first(data.get(2)));
            }
        });
        var model = BlackBoxModel.of("m", SCHEMA, scorer(path, Duration.ofSeconds(10)), ROWS);
        assertThat(model.outputs()).isEqualTo(1);
        assertThat(model.isDeterministic()).isTrue();
        assertThat(model.values(ROWS)).containsExactly(1.5, -1, 3);
    }

    /** The open inference protocol takes numbers as one tensor; a question asked again has the id that it had. */
    @Test
    void sendsNumbersAsOneTensorWithAnIdOfTheirOwn() {
        var ids = new java.util.ArrayList<String>();
        answer("/v2/models/n/infer", 200, request -> {
            ids.add(request.get("id").asText());
            assertThat(request.at("/inputs/0/shape").toString()).isEqualTo("[2,2]");
            return "{\"outputs\": [{\"data\": [%s, %s]}]}"
                    .formatted(request.at("/inputs/0/data/0"), request.at("/inputs/0/data/2"));
        });
        var numbers = new FeatureSchema(List.of(Feature.numeric("a"), Feature.numeric("b")));
        var asked = new HttpScorer(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v2/models/n/infer"),
                numbers,
                Duration.ofSeconds(10));
        Rows rows = Rows.of(new double[] {1, 2}, new double[] {3, 4});
        assertThat(asked.score(rows)).containsExactly(1, 3);
        asked.score(rows);
        asked.score(Rows.of(new double[] {1, 2}, new double[] {5, 4}));
        assertThat(ids.get(0)).hasSize(32).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(Code.BLACK_BOX_FAILED))
                .hasMessageContaining(message);
    }

    @Test
    void saysWhatWasWrongWithTheAnswer() {
        answer("/status", 503, request -> "{}");
        answer("/nonsense", 200, request -> "<html>");
        answer("/other", 200, request -> "{\"result\": 1}");
        answer("/words", 200, request -> "{\"predictions\": [\"yes\", \"no\", \"yes\"]}");
        var second = Duration.ofSeconds(10);
        fails(() -> scorer("/status", second).score(ROWS), "status 503");
        fails(() -> scorer("/nonsense", second).score(ROWS), "no prediction");
        fails(() -> scorer("/other", second).score(ROWS), "predictions");
        fails(() -> scorer("/words", second).score(ROWS), "no prediction");
        int port = server.getAddress().getPort();
        server.stop(0);
        fails(
                () -> new HttpScorer(URI.create("http://127.0.0.1:" + port + "/x"), SCHEMA, second).score(ROWS),
                "cannot be reached");
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() {
        server.createContext("/slow", exchange -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.createContext("/trickle", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"predictions\": [".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        assertThatThrownBy(() -> scorer("/slow", Duration.ofMillis(300)).score(ROWS))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("within");
        assertThatThrownBy(() -> scorer("/trickle", Duration.ofMillis(300)).score(ROWS))
                .isInstanceOf(ExplainException.class);
    }

    @Test
    void asksAProcessLineByLineAndEndsOneThatIsLate() throws IOException {
        try (var process = new ProcessScorer(
                List.of("sh", "-c", "while read line; do echo '{\"predictions\": [1, 2, 3]}'; done"),
                SCHEMA,
                Duration.ofSeconds(20))) {
            assertThat(process.score(ROWS)).containsExactly(1, 2, 3);
            assertThat(process.score(ROWS)).containsExactly(1, 2, 3);
        }
        try (var silent = new ProcessScorer(List.of("sleep", "60"), SCHEMA, Duration.ofMillis(300))) {
            fails(() -> silent.score(ROWS), "within");
            fails(() -> silent.score(ROWS), "ended");
        }
        try (var gone = new ProcessScorer(List.of("true"), SCHEMA, Duration.ofSeconds(20))) {
            fails(() -> gone.score(ROWS), "ended");
        }
    }

    /** Dies on the value 13 and is late on 14; every other row is answered by the next process. */
    @Test
    void startsAProcessAgainThatFailedOnARow() throws IOException {
        String script =
                "while read line; do case $line in *13*) exit 1;; *14*) sleep 60;; *) echo '{\"predictions\": [1]}';;"
                        + " esac; done";
        try (var process = new ProcessScorer(List.of("sh", "-c", script), SCHEMA, Duration.ofMillis(700))) {
            for (int i = 0; i < 2; i++) {
                assertThat(process.score(one(1))).containsExactly(1);
                fails(() -> process.score(one(13)), "ended");
                assertThat(process.score(one(2))).containsExactly(1);
                fails(() -> process.score(one(14)), "within");
            }
            assertThat(process.score(one(3))).containsExactly(1);
        }
    }

    @Test
    void asksNoMoreAfterThreeFailuresInARow() {
        var asked = new java.util.concurrent.atomic.AtomicInteger();
        answer("/broken", 500, request -> {
            asked.incrementAndGet();
            return "{}";
        });
        var scorer = scorer("/broken", Duration.ofSeconds(20));
        for (int i = 0; i < 3; i++) {
            fails(() -> scorer.score(ROWS), "status 500");
        }
        fails(() -> scorer.score(ROWS), "3 times in a row");
        assertThat(asked).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/m:predict", "/v2/models/m/infer", "/invocations"})
    void asksAboutTextsInEveryDialect(String path) {
        answer(path, 200, request -> {
            String text = request.toString();
            assertThat(text).contains("so \\\"good\\\"", "bad");
            return path.contains("/v2/")
                    ? "{\"outputs\": [{\"name\": \"o\", \"data\": [0.9, 0.1]}]}"
                    : "{\"predictions\": [0.9, 0.1]}";
        });
        assertThat(scorer(path, Duration.ofSeconds(10)).score(List.of("so \"good\"", "bad"), "review"))
                .containsExactly(0.9, 0.1);
    }

    private static Rows one(double value) {
        double[] row = new double[SCHEMA.size()];
        row[0] = value;
        return new Rows(row, 1, row.length);
    }

    @Test
    void opensOnARowThatIsAnsweredWhereTheFirstOnesAreNot() {
        BlackBoxModel.Scorer picky = rows -> {
            for (int i = 0; i < rows.count(); i++) {
                if (rows.get(i, 0) != 3) {
                    throw new ExplainException(Code.BLACK_BOX_FAILED, "no answer to that");
                }
            }
            return new double[rows.count()];
        };
        assertThat(BlackBoxModel.of("m", SCHEMA, picky, ROWS).outputs()).isEqualTo(1);
        fails(() -> BlackBoxModel.of("m", SCHEMA, picky, ROWS.slice(0, 2)), "no answer to that");
    }

    /** A shell that is ended leaves what it started to nobody. */
    @Test
    void endsWhatTheProcessStarted() throws Exception {
        Set<Long> before = sleepers();
        String script = "sleep 98765 & while read line; do echo '{\"predictions\": [1, 2, 3]}'; done";
        try (var process = new ProcessScorer(List.of("sh", "-c", script), SCHEMA, Duration.ofSeconds(20))) {
            assertThat(process.score(ROWS)).containsExactly(1, 2, 3);
            assertThat(sleepers()).hasSizeGreaterThan(before.size());
        }
        assertThat(sleepers()).isEqualTo(before);
    }

    private static Set<Long> sleepers() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().orElse("").endsWith("sleep 98765"))
                .map(ProcessHandle::pid)
                .collect(java.util.stream.Collectors.toSet());
    }
}
