package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.quality.table.Table;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew explain, predict, importance, counterfactual, model inspect} as users call them, in a process of their own. */
class ExplainCommandsTest {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "credit").toAbsolutePath().normalize();
    private static final String MODEL = EXAMPLE.resolve("model.json").toString();
    private static final String DATA = EXAMPLE.resolve("applications.csv").toString();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private record Ended(int code, String out, String err) {
        JsonNode json() throws Exception {
            return JSON.readTree(out);
        }
    }

    private Ended run(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx448m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clew.server.Main"));
        command.addAll(List.of(arguments));
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        var out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out.toString(StandardCharsets.UTF_8), Files.readString(err));
    }

    @Test
    void explainsRowsInTheirOrderAndAddsUp() throws Exception {
        var ended = run("explain", MODEL, DATA, "--rows", "3-12", "--json");
        assertThat(ended.err).isEmpty();
        assertThat(ended.code).isZero();
        JsonNode answer = ended.json();
        assertThat(answer.at("/model/format").asText()).isEqualTo("xgboost-json");
        double base = answer.at("/base/0").asDouble();
        assertThat(answer.get("rows")).hasSize(10);
        long number = 3;
        for (JsonNode row : answer.get("rows")) {
            assertThat(row.get("row").asLong()).isEqualTo(number++);
            double sum = base;
            assertThat(row.get("phi")).hasSize(18);
            for (JsonNode phi : row.get("phi")) {
                sum += phi.asDouble();
            }
            assertThat(sum).isCloseTo(row.get("margin").asDouble(), within(1e-5));
            assertThat(row.get("prediction").asDouble()).isCloseTo(1 / (1 + Math.exp(-sum)), within(1e-5));
        }
    }

    @Test
    void answersTheRestWhereARowCannotBeUsed() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(DATA));
        Path bad = folder.resolve("bad.csv");
        Files.write(
                bad,
                List.of(
                        lines.get(0),
                        lines.get(1),
                        lines.get(2)
                                .replace(",own,", ",castle,")
                                .replace(",rent,", ",castle,")
                                .replace(",for free,", ",castle,"),
                        lines.get(3)));
        var ended = run("predict", MODEL, bad.toString(), "--json");
        assertThat(ended.code).isEqualTo(ExitCode.FAILED);
        JsonNode rows = ended.json().get("rows");
        assertThat(rows).hasSize(3);
        assertThat(rows.at("/0/prediction").isNumber()).isTrue();
        assertThat(rows.at("/1/error/code").asText()).isEqualTo("UNKNOWN_CATEGORY");
        assertThat(rows.at("/1/error/message").asText()).doesNotContain("castle");
        assertThat(rows.at("/2/prediction").isNumber()).isTrue();
        assertThat(run("predict", MODEL, bad.toString(), "--unknown-categories").code)
                .isZero();
    }

    @Test
    void writesParquetAndAPage() throws Exception {
        Path parquet = folder.resolve("phi.parquet");
        assertThat(run("explain", MODEL, DATA, "--rows", "1-50", "--parquet", parquet.toString()).code)
                .isZero();
        try (var table = Table.open(parquet)) {
            assertThat(table.rowCount()).isEqualTo(50);
            assertThat(table.columns()).hasSize(4 + 18);
            try (var batches = table.batches(List.of("row", "phi.duration_in_month"))) {
                var batch = batches.next();
                assertThat(batch.numbers(0)).startsWith(1, 2, 3);
                assertThat(batch.numbers(1)[0]).isNotZero();
            }
        }
        Path page = folder.resolve("page.html");
        assertThat(run("explain", MODEL, DATA, "--rows", "1-40", "--html", page.toString()).code)
                .isZero();
        assertThat(Files.readString(page))
                .contains("<svg role=\"img\"", "<title", "<desc", "Waterfall", "Interactions")
                .doesNotContain("<script", "http://", "https://");
    }

    @Test
    void findsCounterfactualsThatKeepTheImmutable() throws Exception {
        var ended = run(
                "counterfactual",
                MODEL,
                "1",
                "--background",
                DATA,
                "--immutable",
                "age_in_years",
                "--k",
                "3",
                "--json");
        assertThat(ended.code).as(ended.err).isZero();
        JsonNode answer = ended.json();
        boolean above = answer.get("want").asText().equals("above");
        assertThat(answer.get("counterfactuals")).isNotEmpty();
        for (JsonNode one : answer.get("counterfactuals")) {
            assertThat(one.get("changes").has("age_in_years")).isFalse();
            assertThat(one.get("prediction").asDouble() >= 0.5).isEqualTo(above);
        }
    }

    @Test
    void ranksFeaturesAndInspectsTheModel() throws Exception {
        JsonNode shap = run("importance", MODEL, DATA, "--json").json();
        assertThat(shap.get("features")).hasSize(18);
        assertThat(shap.at("/features/0/mean_abs").asDouble())
                .isGreaterThan(shap.at("/features/17/mean_abs").asDouble());
        JsonNode permutation = run(
                        "importance",
                        MODEL,
                        DATA,
                        "--kind",
                        "permutation",
                        "--label",
                        "creditability",
                        "--positive",
                        "bad",
                        "--loss",
                        "log_loss",
                        "--json")
                .json();
        assertThat(permutation.at("/features/0/mean").asDouble()).isPositive();
        JsonNode model = run("model", "inspect", MODEL, "--json").json();
        assertThat(model.get("covers").asBoolean()).isTrue();
        assertThat(model.get("digest").asText()).hasSize(64);
        assertThat(model.get("features")).hasSize(18);
    }

    @Test
    void explainsAProcessThatAnswersJsonLines() throws Exception {
        Path data = folder.resolve("d.csv");
        Files.writeString(data, "a,b\n1,2\n3,4\n5,7\n");
        // Answers the first value of each row: [[1,2],[3,4]] becomes [1,3].
        String command =
                "exec:sed -u -e 's/.*\\[\\[/[/; s/,[^]]*\\],\\[/,/g; s/,[^,]*\\]\\].*/]/; s/^/{\"predictions\": /; s/$/}/'";
        var ended = run("explain", command, data.toString(), "--json");
        assertThat(ended.code).as(ended.err).isZero();
        JsonNode rows = ended.json().get("rows");
        assertThat(rows.at("/0/phi/a").asDouble()).isCloseTo(-2, within(1e-9));
        assertThat(rows.at("/2/phi/a").asDouble()).isCloseTo(2, within(1e-9));
        assertThat(rows.at("/2/phi/b").asDouble()).isZero();
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        var ended = run("explain", folder.resolve("none.json").toString(), DATA);
        assertThat(ended.code).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err).contains("none.json").doesNotContain("\tat ");
        assertThat(run("explain", MODEL, DATA, "--method", "magic").code).isEqualTo(ExitCode.USAGE);
        assertThat(run("explain", MODEL, DATA, "--rows", "0-3").code).isEqualTo(ExitCode.USAGE);
        assertThat(run("importance", MODEL, DATA, "--kind", "permutation").code).isEqualTo(ExitCode.USAGE);
    }
}
