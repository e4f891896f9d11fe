package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.table.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands about models answer in one way only, refuse, and hold in the launcher's little memory. */
class ExplainLimitsTest {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "credit").toAbsolutePath().normalize();
    private static final String MODEL = EXAMPLE.resolve("model.json").toString();
    private static final String DATA = EXAMPLE.resolve("applications.csv").toString();

    @TempDir
    Path folder;

    private Ended run(String... arguments) throws Exception {
        return Ended.of(folder, arguments);
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** The bytes are promised to be the same, so the order of members is too. */
    @Test
    void writesMembersInTheSameOrderEveryTime() throws Exception {
        JsonNode inspected = run("model", "inspect", MODEL, "--json").json();
        assertThat(inspected.get("features"))
                .allSatisfy(one -> assertThat(keys(one)).containsExactly("name", "type", "categories"));
        JsonNode changed = run("counterfactual", MODEL, "1", "--background", DATA, "--json")
                .json();
        assertThat(changed.get("counterfactuals")).isNotEmpty();
        for (JsonNode one : changed.get("counterfactuals")) {
            assertThat(one.get("changes"))
                    .allSatisfy(change -> assertThat(keys(change)).containsExactly("from", "to"));
        }
        Path bad = folder.resolve("bad.csv");
        List<String> lines = Files.readAllLines(Path.of(DATA));
        Files.write(bad, List.of(lines.get(0), lines.get(1).replaceAll("own|rent|for free", "castle")));
        JsonNode refused = run("explain", MODEL, bad.toString(), "--json").json();
        assertThat(keys(refused.at("/rows/0/error"))).containsExactly("code", "message");
    }

    private void refused(String says, String... arguments) throws Exception {
        var ended = run(arguments);
        assertThat(ended.code()).as(ended.err() + ended.out()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains(says).doesNotContain("\tat ");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void refusesOptionsThatItWouldPassOver() throws Exception {
        String base = "age_in_years";
        refused("--base-margin belongs to", "explain", MODEL, DATA, "--method", "anchors", "--base-margin", base);
        refused("--base-margin belongs to", "importance", MODEL, DATA, "--base-margin", base);
        refused("--base-margin belongs to", "counterfactual", MODEL, "1", "--background", DATA, "--base-margin", base);
        refused("Options that begin with --lime", "explain", MODEL, DATA, "--lime-stability");
        refused("Options that begin with --lime", "explain", MODEL, DATA, "--method", "exact", "--lime-features", "3");
        refused("--threshold belongs to", "explain", MODEL, DATA, "--threshold", "0.3");
        refused("--mask and --output belong to", "explain", MODEL, DATA, "--output", "1");
        refused("without --rounds", "explain", "exec:cat", DATA, "--text", "purpose", "--rounds", "3");
        refused("--timeout is at least 1, not 0.", "explain", "exec:cat", DATA, "--timeout", "0");
        refused(
                "--max-evaluations is at least 1, not -5.",
                "explain",
                MODEL,
                DATA,
                "--method",
                "exact",
                "--max-evaluations",
                "-5");
        refused(
                "--max-seconds is at least 1, not 0.",
                "explain",
                MODEL,
                DATA,
                "--method",
                "exact",
                "--max-seconds",
                "0");
    }

    @Test
    void saysWhichRowsOfABackgroundItLeavesOut() throws Exception {
        Path model = Files.writeString(folder.resolve("linear.json"), """
                {"format": "clew/linear/1", "features": ["a"], "coefficients": [2], "intercept": 1}""");
        Path data = Files.writeString(folder.resolve("data.csv"), "a\n1\n3\n");
        Path background = Files.writeString(folder.resolve("background.csv"), "a\n1\nmany\n2\n");
        var ended = run("explain", model.toString(), data.toString(), "--background", background.toString(), "--json");
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).contains("1 rows of the background cannot be used and are left out");
        assertThat(ended.json().at("/explanation/background_rows").asInt()).isEqualTo(2);
    }

    @Test
    void saysWhatIsWrongWithFilesThatBreakOff() throws Exception {
        byte[] whole = Files.readAllBytes(Path.of("../explain/src/test/resources/golden/shap/classes-saved.npz"));
        for (int length : new int[] {3, 60, whole.length / 2, whole.length - 200}) {
            Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(whole, length));
            var ended = run("explain", MODEL, DATA, "--shap", cut.toString(), "--method", "tree");
            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).doesNotContain("\tat ", "unexpected");
        }
        Path records =
                Files.write(folder.resolve("records.jsonl"), "{\"row\": \u00e9}".getBytes(StandardCharsets.ISO_8859_1));
        var ended = run("explain", MODEL, DATA, "--replay", records.toString());
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("no text that --records wrote").doesNotContain("\tat ");
    }

    /** A stump per output, each on another feature. */
    private Path wide(int outputs, int features) throws Exception {
        String trees = IntStream.range(0, outputs).mapToObj("""
                        {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[%d,0,0],"split_conditions":[0.5,-1,1],
                         "default_left":[0,0,0],"sum_hessian":[2,1,1],"tree_param":{"size_leaf_vector":"1"}}"""::formatted).collect(Collectors.joining(","));
        String info = IntStream.range(0, outputs).mapToObj(Integer::toString).collect(Collectors.joining(","));
        return Files.writeString(folder.resolve("wide.json"), """
                {"version":[3,0,0],"learner":{"learner_model_param":{"num_feature":"%d","num_class":"%d","base_score":"0"},
                 "objective":{"name":"multi:softprob"},"gradient_booster":{"name":"gbtree","model":{"tree_info":[%s],"trees":[%s]}}}}""".formatted(features, outputs, info, trees));
    }

    private Path rows(int count, int features) throws Exception {
        var text = new StringBuilder(
                IntStream.range(0, features).mapToObj(j -> "f" + j).collect(Collectors.joining(",")));
        for (int i = 0; i < count; i++) {
            text.append('\n').append(i % 2).append(",0".repeat(features - 1));
        }
        return Files.writeString(folder.resolve("wide.csv"), text.append('\n'));
    }

    /** All values of all rows would take gigabytes, one way or another. */
    @Test
    void holdsModelsOfManyFeaturesAndOutputs() throws Exception {
        String model = wide(60, 400).toString();
        String data = rows(5_000, 400).toString();
        var importance = run("importance", model, data, "--json");
        assertThat(importance.code()).as(importance.err()).isZero();
        assertThat(importance.json().at("/features/0/name").asText()).isEqualTo("f0");
        assertThat(importance.json().at("/features/0/mean_abs").asDouble()).isCloseTo(1, within(1e-9));
        assertThat(importance.json().get("rows").asInt()).isEqualTo(5_000);
        Path parquet = folder.resolve("wide.parquet");
        var written = run("explain", model, data, "--rows", "1-2100", "--parquet", parquet.toString());
        assertThat(written.code()).as(written.err()).isZero();
        try (var table = Table.open(parquet)) {
            assertThat(table.rowCount()).isEqualTo(2_100);
        }
        Path page = folder.resolve("wide.html");
        var drawn = run("explain", model, data, "--html", page.toString());
        assertThat(drawn.code()).as(drawn.err()).isZero();
        assertThat(drawn.err()).contains("A page holds 83 rows; the rows from 84 on are not on it.");
    }

    @Test
    void holdsInteractionsOfManyFeatures() throws Exception {
        String model = wide(8, 800).toString();
        String data = rows(130, 800).toString();
        var ended = run("explain", model, data, "--interactions", "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.json().get("rows")).hasSize(130);
        assertThat(ended.json().at("/rows/129/interactions/0/f0/f0").asDouble()).isEqualTo(1);
    }

    @Test
    void saysThatMemoryIsNotEnough() throws Exception {
        String model = wide(100, 1_500).toString();
        var ended = run("explain", model, rows(1, 1_500).toString(), "--interactions", "--json");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err())
                .contains("need more than the 4", "MiB of memory")
                .doesNotContain("\tat ");
    }

    /** LightGBM and CatBoost make names up where they were given none. */
    @Test
    void takesColumnsInTheirOrderWhereTheLibraryMadeUpTheirNames() throws Exception {
        Path data = Files.writeString(folder.resolve("named.csv"), "height,width\n1,2\n3,4\n");
        for (String names : List.of("\"Column_0\", \"Column_1\"", "\"0\", \"1\"")) {
            Path model = Files.writeString(folder.resolve("made-up.json"), """
                    {"format": "clew/linear/1", "features": [%s], "coefficients": [2, 10], "intercept": 1}""".formatted(names));
            var refused = run("predict", model.toString(), data.toString());
            assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
            assertThat(refused.err()).contains("say --by-position");
            var ended = run("explain", model.toString(), data.toString(), "--by-position", "--json");
            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(ended.json().at("/rows/1/prediction").asDouble()).isEqualTo(47);
            assertThat(ended.json().at("/rows/1/phi").has("width")).isTrue();
        }
    }

    /** The first rows of the data are the background where no other is named. */
    @Test
    void answersTheRestWhereTheModelHasNoRuleForAMissingValue() throws Exception {
        String model = Files.writeString(folder.resolve("linear.json"), """
                        {"format": "clew/linear/1", "features": ["a", "b"], "coefficients": [2, 1], "intercept": 1}""").toString();
        String data = Files.writeString(folder.resolve("gaps.csv"), "a,b,y\n1,2,5\n,3,4\n3,1,8\n5,1,12\n")
                .toString();
        for (String method : List.of("auto", "exact", "permutation", "lime")) {
            var ended = run("explain", model, data, "--method", method, "--json");
            assertThat(ended.code()).as(method + ended.err()).isEqualTo(ExitCode.FAILED);
            JsonNode rows = ended.json().get("rows");
            assertThat(rows).hasSize(4);
            assertThat(rows.at("/0/prediction").asDouble()).isEqualTo(5);
            assertThat(rows.at("/1/error/code").asText()).isEqualTo("MISSING_NOT_ALLOWED");
            assertThat(rows.at("/3/phi").has("a")).isTrue();
        }
        for (List<String> kind : List.of(
                List.of("--kind", "shap"),
                List.of("--kind", "permutation", "--label", "y"),
                List.of("--kind", "pdp"))) {
            var arguments = new ArrayList<>(List.of("importance", model, data, "--json"));
            arguments.addAll(kind);
            var ended = run(arguments.toArray(String[]::new));
            assertThat(ended.code()).as(kind + ended.err()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains("1 rows cannot be used and are left out");
            assertThat(ended.json().get("rows").asInt()).isEqualTo(3);
            assertThat(ended.json().get("rows_left_out").asInt()).isEqualTo(1);
        }
        var changed = run("counterfactual", model, "1", "--background", data, "--threshold", "9", "--json");
        assertThat(changed.code()).as(changed.err()).isZero();
        assertThat(changed.err()).contains("1 rows of the background cannot be used");
        String none =
                Files.writeString(folder.resolve("none.csv"), "a,b\n,1\n,2\n").toString();
        var refused = run("explain", model, none);
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("no row that the model can take").doesNotContain("\tat ");
    }
}
