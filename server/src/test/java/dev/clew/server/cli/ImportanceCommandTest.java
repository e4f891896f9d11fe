package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew importance} as users call it, in a process of its own. */
class ImportanceCommandTest {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "credit").toAbsolutePath().normalize();
    private static final String MODEL = EXAMPLE.resolve("model.json").toString();
    private static final String DATA = EXAMPLE.resolve("applications.csv").toString();
    private static final String TRAIN = EXAMPLE.resolve("train.csv").toString();

    @TempDir
    Path folder;

    private Ended run(String... arguments) throws Exception {
        return Ended.of(folder, arguments);
    }

    private String write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    /** Labels belong to rows, also behind one that cannot be used. */
    @Test
    void keepsLabelsWithTheirRowsWhereOneIsLeftOut() throws Exception {
        String model = write("linear.json", """
                {"format": "clew/linear/1", "features": ["a", "b"], "coefficients": [1, 0], "intercept": 0}""");
        String clean = write("clean.csv", "a,b,y\n1,1,1\n3,3,3\n4,5,4\n9,2,9\n");
        String dirty = write("dirty.csv", "a,b,y\n1,1,1\n2,lots,2\n3,3,3\n4,5,4\n6,5,\n9,2,9\n");
        var expected = run("importance", model, clean, "--kind", "permutation", "--label", "y", "--json");
        assertThat(expected.code()).as(expected.err()).isZero();
        var ended = run("importance", model, dirty, "--kind", "permutation", "--label", "y", "--json");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("1 rows cannot be used and are left out", "\"b\"", "1 rows have no label");
        assertThat(ended.json().get("rows_left_out").asInt()).isEqualTo(1);
        assertThat(ended.json().get("features")).isEqualTo(expected.json().get("features"));
        assertThat(ended.json().at("/features/0/mean").asDouble()).isPositive();
        assertThat(ended.json().at("/features/1/mean").asDouble()).isZero();
    }

    @Test
    void refusesALabelThatNoRowHas() throws Exception {
        var ended = run(
                "importance", MODEL, DATA, "--kind", "permutation", "--label", "creditability", "--positive", "baad");
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("No row has \"baad\" in column \"creditability\"", "bad, good");
    }

    @Test
    void saysImportancesBySegmentAndByGroup() throws Exception {
        var ended = run(
                "importance",
                MODEL,
                DATA,
                "--segment",
                "housing",
                "--group",
                "loan=credit_amount,duration_in_month",
                "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode segments = ended.json().get("segments");
        assertThat(segments.findValuesAsText("segment")).containsExactly("for free", "own", "rent");
        int rows = 0;
        for (JsonNode segment : segments) {
            rows += segment.get("rows").asInt();
            assertThat(segment.get("features")).hasSize(17);
            List<String> names = segment.get("features").findValuesAsText("name");
            assertThat(names).contains("loan").doesNotContain("credit_amount");
            double last = Double.POSITIVE_INFINITY;
            for (JsonNode feature : segment.get("features")) {
                assertThat(feature.get("mean_abs").asDouble()).isLessThanOrEqualTo(last);
                last = feature.get("mean_abs").asDouble();
            }
        }
        assertThat(rows).isEqualTo(ended.json().get("rows").asInt()).isEqualTo(300);
        // A segment's importances are those of its rows alone.
        List<String> lines = Files.readAllLines(Path.of(DATA));
        var renting = new ArrayList<String>(List.of(lines.getFirst()));
        lines.stream().filter(line -> line.contains(",rent,")).forEach(renting::add);
        String alone = write("rent.csv", String.join("\n", renting) + "\n");
        JsonNode own = run("importance", MODEL, alone, "--group", "loan=credit_amount,duration_in_month", "--json")
                .json();
        assertThat(segments.get(2).get("features")).isEqualTo(own.get("features"));

        var said = run("importance", MODEL, DATA, "--segment", "housing");
        assertThat(said.out()).contains("for free: ", "own: ", "rent: ");
        var many = run("importance", MODEL, DATA, "--segment", "application");
        assertThat(many.code()).isEqualTo(ExitCode.FAILED);
        assertThat(many.err()).contains("more than 50 segments");
        assertThat(run("importance", MODEL, DATA, "--segment", "house").err()).contains("house");
    }

    @Test
    void comparesTheContributionsOfTwoWindows() throws Exception {
        JsonNode same = run("importance", MODEL, DATA, "--kind", "drift", "--reference", DATA, "--json")
                .json();
        assertThat(same.get("rank_correlation").asDouble()).isEqualTo(1);
        for (JsonNode feature : same.get("features")) {
            assertThat(feature.get("psi").asDouble()).isZero();
            assertThat(feature.get("wasserstein").asDouble()).isZero();
        }
        // Applicants of this window want five times as long.
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(DATA))) {
            String[] cells = line.split(",", -1);
            cells[2] = cells[2].matches("\\d+") ? Integer.toString(5 * Integer.parseInt(cells[2])) : cells[2];
            lines.add(String.join(",", cells));
        }
        String long1 = write("long.csv", String.join("\n", lines) + "\n");
        var ended = run("importance", MODEL, long1, "--kind", "drift", "--reference", TRAIN, "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode drift = ended.json();
        assertThat(drift.get("reference_rows").asInt()).isEqualTo(700);
        assertThat(drift.get("current_rows").asInt()).isEqualTo(300);
        JsonNode first = drift.at("/features/0");
        assertThat(first.get("name").asText()).isEqualTo("duration_in_month");
        assertThat(first.get("psi").asDouble()).isGreaterThan(1);
        assertThat(first.get("wasserstein").asDouble()).isGreaterThan(0.5);
        assertThat(first.get("current_mean_abs").asDouble())
                .isGreaterThan(first.get("reference_mean_abs").asDouble());
        assertThat(drift.get("rank_correlation").asDouble()).isBetween(0.5, 0.999);

        var said = run("importance", MODEL, long1, "--kind", "drift", "--reference", TRAIN);
        assertThat(said.out()).contains("rank correlation of the features 0.", "duration_in_month");
        var alone = run("importance", MODEL, DATA, "--kind", "drift");
        assertThat(alone.code()).isEqualTo(ExitCode.USAGE);
        assertThat(alone.err()).contains("--reference names");
    }

    @Test
    void namesCategoriesInCurvesAndSaysWhatTheyCannotTell() throws Exception {
        JsonNode curves = run(
                        "importance", MODEL, DATA, "--kind", "pdp", "--features", "housing,age_in_years", "--json")
                .json();
        for (JsonNode each : curves.get("features")) {
            if (each.get("name").asText().equals("housing")) {
                assertThat(each.get("grid")).extracting(JsonNode::asText).containsExactly("for free", "own", "rent");
            } else {
                assertThat(each.at("/grid/0").isNumber()).isTrue();
            }
            assertThat(each.get("effect")).hasSize(each.get("grid").size());
        }
        assertThat(run("importance", MODEL, DATA, "--kind", "ale", "--features", "housing")
                        .out())
                .contains("categories have no order");
    }

    /** A column without values has no curve; the others have theirs. */
    @Test
    void drawsTheOtherCurvesWhereAFeatureHasNoValues() throws Exception {
        String model = write("stump.txt", """
                tree
                version=v4
                num_tree_per_iteration=1
                max_feature_idx=1
                feature_names=a b

                Tree=0
                num_leaves=2
                num_cat=0
                split_feature=0
                threshold=2
                decision_type=0
                left_child=-1
                right_child=-2
                leaf_value=1 3
                leaf_count=5 5
                internal_count=10

                end of trees
                """);
        String data = write("holes.csv", "a,b\n1,\n3,\n");
        var ended = run("importance", model, data, "--kind", "pdp", "--json");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.json().get("features").findValuesAsText("name")).containsExactly("a");
        assertThat(ended.json().at("/features/0/effect"))
                .extracting(JsonNode::asDouble)
                .containsExactly(1.0, 3.0);
        assertThat(ended.err()).contains("b: The feature has no values in these rows.");
    }

    @Test
    void boundsWhatABlackBoxIsAsked() throws Exception {
        String data = write("d.csv", "a,b\n1,2\n3,4\n5,7\n");
        String command =
                "exec:sed -u -e 's/.*\\[\\[/[/; s/,[^]]*\\],\\[/,/g; s/,[^,]*\\]\\].*/]/; s/^/{\"predictions\": /;"
                        + " s/$/}/'";
        var ended = run("importance", command, data, "--kind", "pdp", "--max-evaluations", "100");
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("asks the black box up to 300 times (3 rows × 2 features × 50)");
        assertThat(run("importance", command, data, "--kind", "pdp").code()).isZero();
    }

    @Test
    void refusesOptionsThatDoNotGoTogether() throws Exception {
        for (var each : List.of(
                List.of("--kind", "magic"),
                List.of("--kind", "pdp", "--segment", "housing"),
                List.of("--kind", "shap", "--features", "housing"),
                List.of("--kind", "shap", "--reference", DATA),
                List.of("--kind", "ale", "--group", "a=housing,job"),
                List.of("--kind", "drift", "--reference", DATA, "--html", "x.html"))) {
            var arguments = new ArrayList<>(List.of("importance", MODEL, DATA));
            arguments.addAll(each);
            var ended = run(arguments.toArray(String[]::new));
            assertThat(ended.code()).as("%s: %s", each, ended.err()).isEqualTo(ExitCode.USAGE);
            assertThat(ended.err()).doesNotContain("\tat ");
        }
    }
}
