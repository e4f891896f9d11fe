package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What pages ask for beside MLflow's routes: entries over time and in a scope, the newest runs, lines of metrics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageDataTest {
    private static final String ENTRIES = "/api/clew/v1/ledger/entries";

    @TempDir
    static Path root;

    private TestServer server;

    @BeforeAll
    void fill() throws Exception {
        server = TestServer.open(root).withAdministrator().withUser("eve", "AU").withUser("dan", "DS");
        for (int i = 0; i < 3; i++) {
            assertThat(server.post("dan", "/api/2.0/mlflow/runs/create", "{\"experiment_id\": \"0\"}")
                            .status())
                    .isEqualTo(200);
        }
    }

    @AfterAll
    void close() {
        server.close();
    }

    private JsonNode read(String path) throws Exception {
        var answer = server.get("eve", path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode bucket : counts.path("buckets")) {
            sum += bucket.path("count").asLong();
        }
        return sum;
    }

    @Test
    void countsAreThoseOfTheListAndBeginAtWholeBuckets() throws Exception {
        JsonNode counts = read(ENTRIES + "/counts?action=run.create&bucket=1m");
        int listed =
                read(ENTRIES + "?action=run.create&limit=1000").path("items").size();
        assertThat(listed).isGreaterThanOrEqualTo(3);
        assertThat(sum(counts)).isEqualTo(listed);
        assertThat(counts.path("newest").asBoolean()).isFalse();
        for (JsonNode bucket : counts.path("buckets")) {
            Instant from = Instant.parse(bucket.path("from").asText());
            assertThat(from.getEpochSecond() % 60).isZero();
            assertThat(Duration.between(from, Instant.now())).isLessThan(Duration.ofMinutes(10));
        }
        assertThat(sum(read(ENTRIES + "/counts?to=2020-01-01T00:00:00Z"))).isZero();
    }

    @Test
    void aScopeNarrowsToWhatLiesInIt() throws Exception {
        Set<Integer> scopes = new TreeSet<>();
        for (JsonNode entry :
                read(ENTRIES + "?scope=default/default/default&limit=1000").path("items")) {
            scopes.add(entry.path("scope").asInt());
        }
        assertThat(scopes).containsExactly(3);
        long all = sum(read(ENTRIES + "/counts"));
        long project = sum(read(ENTRIES + "/counts?scope=default/default/default"));
        assertThat(project).isLessThan(all).isGreaterThanOrEqualTo(3);
        assertThat(sum(read(ENTRIES + "/counts?scope=instance"))).isEqualTo(all);
        var unknown = server.get("eve", ENTRIES + "?scope=default/elsewhere");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.field("detail")).contains("\"default/elsewhere\"").contains("default/default");
    }

    @Test
    void countingTakesTheRightToReadTheLog() throws Exception {
        assertThat(server.get("dan", ENTRIES + "/counts").status()).isEqualTo(403);
        assertThat(server.get("eve", ENTRIES + "/counts?bucket=5s").field("detail"))
                .contains("1m to 400d");
    }

    @Test
    void theNewestRunsComeFromAllExperimentsAndInOneState() throws Exception {
        String other = server.post("dan", "/api/2.0/mlflow/experiments/create", "{\"name\": \"other\"}")
                .json()
                .path("experiment_id")
                .asText();
        String latest = "";
        for (String experiment : new String[] {"0", other}) {
            latest = server.post("dan", "/api/2.0/mlflow/runs/create", """
                            {"experiment_id": "%s", "run_name": "in-%s", "start_time": %d}""".formatted(
                            experiment, experiment, Instant.now().toEpochMilli() + (experiment.equals("0") ? 1 : 2)))
                    .json()
                    .at("/run/info/run_id")
                    .asText();
        }
        server.post("dan", "/api/2.0/mlflow/runs/log-metric", """
                {"run_id": "%s", "key": "auc", "value": 0.5, "timestamp": 1, "step": 0}""".formatted(latest));
        JsonNode two = read("/api/clew/v1/runs?limit=2").path("items");
        assertThat(two).hasSize(2);
        assertThat(two.at("/0/id").asText()).isEqualTo(latest);
        assertThat(two.at("/0/experiment_name").asText()).isEqualTo("other");
        assertThat(two.at("/0/metrics/auc").asDouble()).isEqualTo(0.5);
        assertThat(two.at("/1/name").asText()).isEqualTo("in-0");
        server.post("dan", "/api/2.0/mlflow/runs/update", """
                {"run_id": "%s", "status": "FAILED"}""".formatted(latest));
        JsonNode failed = read("/api/clew/v1/runs?status=FAILED").path("items");
        assertThat(failed).hasSize(1);
        assertThat(failed.at("/0/id").asText()).isEqualTo(latest);
        assertThat(server.get("eve", "/api/clew/v1/runs?status=odd").field("detail"))
                .contains("FAILED")
                .contains("\"odd\"");
        assertThat(server.get("", "/api/clew/v1/runs").status()).isEqualTo(401);
    }

    @Test
    void linesOfMetricsSayWhatIsWrongWithAQuestion() throws Exception {
        String lines = "/api/clew/v1/metrics/lines?metric=loss&runs=" + "0".repeat(32);
        assertThat(read(lines).path("lines")).isEmpty();
        for (String[] wrong : new String[][] {
            {"/api/clew/v1/metrics/lines?runs=" + "0".repeat(32), "Give metric"},
            {"/api/clew/v1/metrics/lines?metric=loss", "1 to 100 run ids"},
            {"/api/clew/v1/metrics/lines?metric=loss&runs=abc", "\"abc\" is not an id"},
            {lines + "&axis=up", "step, time or relative"},
            {lines + "&cells=5", "16 to 4096"},
            {lines + "&smoothing=1", "0 to 0.999"},
            {lines + "&smoothing=NaN", "0 to 0.999"},
            {lines + "&from=9&to=3", "earlier place first"}
        }) {
            var answer = server.get("eve", wrong[0]);
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.field("detail")).contains(wrong[1]);
        }
    }
}
