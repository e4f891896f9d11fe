package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.Tables;
import dev.clew.quality.profile.PersonalColumns;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The four expectations of which Great Expectations has kept only the names, against scipy by the formulas of its 0.13
 * (golden/retired.jsonl, made by e2e/parity/quality/retired.py).
 */
class RetiredExpectationsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, String> TYPES = Map.of(
            "chisquare", "expect_column_chisquare_test_p_value_to_be_greater_than",
            "parameterized", "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
            "bootstrapped", "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
            "cramer", "expect_column_pair_cramers_phi_value_to_be_less_than");

    @TempDir
    Path dir;

    private List<ExpectationResult> judge(Table table, List<Expectation> expectations) {
        return Validation.of(table).run(Suite.of("retired", expectations)).results();
    }

    @Test
    void theirNumbersAreScipys() throws IOException {
        int compared = 0;
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream("/golden/retired.jsonl")),
                StandardCharsets.UTF_8))) {
            lines.readLine(); // Versions.
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode golden = MAPPER.readTree(line);
                Path file = Tables.parquet(dir.resolve("t" + compared + ".parquet"), golden.get("columns"));
                List<Expectation> all = new ArrayList<>();
                golden.get("cases")
                        .forEach(each -> all.add(Expectation.of(
                                TYPES.get(each.get("check").asText()), (ObjectNode) each.get("kwargs"))));
                try (var table = Table.open(file)) {
                    List<ExpectationResult> found = judge(table, all);
                    for (int i = 0; i < all.size(); i++) {
                        compare(golden.get("cases").get(i), found.get(i));
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isEqualTo(88);
    }

    private static void compare(JsonNode golden, ExpectationResult found) {
        JsonNode expected = golden.get("expected");
        String what = golden.toString();
        assertThat(found.exception()).as(what).isNull();
        double value = found.result().get("observed_value").asDouble();
        double theirs = expected.get("observed_value").asDouble();
        JsonNode details = found.result().get("details");
        switch (golden.get("check").asText()) {
            case "chisquare" -> {
                assertThat(value).as(what).isCloseTo(theirs, within(1e-7 * theirs + 1e-300));
                close(what, details.get("observed_partition").get("weights"), expected.get("observed"));
                close(what, details.get("expected_partition").get("weights"), expected.get("expected"));
            }
            case "parameterized" -> {
                assertThat(value).as(what).isCloseTo(theirs, within(1e-7 * theirs + 1e-300));
                assertThat(details.get("observed_ks_result").get(0).asDouble())
                        .as(what)
                        .isCloseTo(expected.get("statistic").asDouble(), within(1e-12));
            }
            case "bootstrapped" -> {
                // A share of 1 000 samples against one of 4 000.
                double error = Math.sqrt(1.25 * Math.max(theirs * (1 - theirs), 1e-3) / 1_000);
                assertThat(value).as(what).isCloseTo(theirs, within(4 * error + 1e-3));
                close(what, details.get("observed_partition").get("weights"), expected.get("weights"));
                assertThat(details.get("observed_cdf").get("cdf_values"))
                        .hasSize(details.get("observed_cdf").get("x").size());
            }
            default -> assertThat(value).as(what).isCloseTo(theirs, within(1e-9));
        }
        if (expected.has("success")) {
            assertThat(found.success())
                    .as(what)
                    .isEqualTo(expected.get("success").asBoolean());
        }
    }

    private static void close(String what, JsonNode found, JsonNode expected) {
        assertThat(found).as(what).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i).asDouble())
                    .as(what)
                    .isCloseTo(expected.get(i).asDouble(), within(1e-12));
        }
    }

    private static Expectation expectation(String check, String kwargs) throws IOException {
        return Expectation.of(TYPES.get(check), (ObjectNode) MAPPER.readTree(kwargs));
    }

    @Test
    void namedParametersMeanWhatTheySay() throws IOException {
        StringBuilder rows = new StringBuilder("x\n");
        for (int i = 0; i < 200; i++) {
            rows.append(10 + (i + 0.5) / 20).append('\n');
        }
        try (var table = Table.open(Files.writeString(dir.resolve("even.csv"), rows))) {
            List<ExpectationResult> found = judge(
                    table,
                    List.of(
                            expectation(
                                    "parameterized",
                                    "{\"column\":\"x\",\"distribution\":\"uniform\",\"params\":{\"min\":10,\"max\":20}}"),
                            expectation(
                                    "parameterized",
                                    "{\"column\":\"x\",\"distribution\":\"uniform\",\"params\":{\"loc\":10,\"scale\":10}}"),
                            expectation(
                                    "parameterized",
                                    "{\"column\":\"x\",\"distribution\":\"norm\",\"params\":{\"mean\":10,\"std_dev\":1},\"p_value\":0.001}")));
            assertThat(found).extracting(ExpectationResult::success).containsExactly(true, true, false);
            assertThat(found.get(0).result().get("details").get("expected_params"))
                    .hasToString("[10.0,10.0]");
        }
    }

    @Test
    void whatMakesNoSenseIsSaid() throws IOException {
        try (var table = Table.open(
                Files.writeString(dir.resolve("t.csv"), "x,s,one,none,inf\n1,a,7,,inf\n2,b,7,,1\n3,a,7,,2\n"))) {
            List<ExpectationResult> found = judge(
                    table,
                    List.of(
                            expectation("chisquare", "{\"column\":\"s\"}"),
                            expectation(
                                    "chisquare",
                                    "{\"column\":\"s\",\"partition_object\":{\"values\":[\"a\",\"a\"],\"weights\":[0.5,0.5]}}"),
                            expectation(
                                    "chisquare",
                                    "{\"column\":\"none\",\"partition_object\":{\"values\":[\"a\"],\"weights\":[1]}}"),
                            expectation(
                                    "parameterized", "{\"column\":\"x\",\"distribution\":\"cauchy\",\"params\":[0,1]}"),
                            expectation(
                                    "parameterized", "{\"column\":\"x\",\"distribution\":\"norm\",\"params\":[0,-1]}"),
                            expectation(
                                    "parameterized",
                                    "{\"column\":\"x\",\"distribution\":\"norm\",\"params\":{\"mean\":0}}"),
                            expectation(
                                    "parameterized", "{\"column\":\"inf\",\"distribution\":\"norm\",\"params\":[0,1]}"),
                            expectation(
                                    "parameterized",
                                    "{\"column\":\"x\",\"distribution\":\"norm\",\"params\":[0,1],\"p_value\":1}"),
                            expectation(
                                    "bootstrapped",
                                    "{\"column\":\"x\",\"partition_object\":{\"bins\":[0,4],\"weights\":[1]},\"bootstrap_samples\":1e8,\"bootstrap_sample_size\":10}"),
                            expectation(
                                    "bootstrapped",
                                    "{\"column\":\"x\",\"partition_object\":{\"bins\":[\"-inf\",4],\"weights\":[1]}}"),
                            expectation(
                                    "bootstrapped",
                                    "{\"column\":\"s\",\"partition_object\":{\"bins\":[0,4],\"weights\":[1]}}"),
                            expectation("cramer", "{\"column_A\":\"one\",\"column_B\":\"s\"}"),
                            expectation("cramer", "{\"column_A\":\"x\",\"column_B\":\"s\",\"n_bins_A\":0}"),
                            expectation("cramer", "{\"column_A\":\"inf\",\"column_B\":\"s\"}"),
                            expectation("cramer", "{\"column_A\":\"s\",\"column_B\":\"x\",\"bins_A\":[\"a\"]}")));
            assertThat(found).allSatisfy(result -> {
                assertThat(result.isJudged())
                        .as(result.expectation().toString())
                        .isFalse();
                assertThat(result.exception()).endsWith(".").doesNotContain("unforeseen", "could not be judged (");
            });
            assertThat(found.get(3).exception())
                    .isEqualTo("Distribution 'cauchy' is not known; norm, uniform, beta, gamma, chi2 and expon are.");
            assertThat(found.get(11).exception()).contains("\"one\" and \"s\" have 1 and 2 levels");
        }
    }

    @Test
    void levelsOfMaskedColumnsAreNotShown() throws IOException {
        try (var table = Table.open(
                Files.writeString(dir.resolve("m.csv"), "name,x\n" + "anna,1\nbert,2\nanna,3\nbert,4\n".repeat(5)))) {
            var result = Validation.of(table)
                    .mask(PersonalColumns.masking().and(List.of("name")))
                    .run(
                            Suite.of(
                                    "m",
                                    List.of(
                                            expectation("cramer", "{\"column_A\":\"name\",\"column_B\":\"x\"}"),
                                            expectation(
                                                    "chisquare",
                                                    "{\"column\":\"name\",\"partition_object\":{\"values\":[\"anna\",\"bert\"],\"weights\":[0.5,0.5]}}"))));
            assertThat(result.isJudged()).isTrue();
            assertThat(result.results().get(0).result().toString())
                    .contains("<masked:")
                    .doesNotContain("anna");
            assertThat(result.results().get(1).result().toString())
                    .contains("<masked:")
                    .doesNotContain("anna");
            assertThat(result.results().get(1).result().get("observed_value").asDouble())
                    .isEqualTo(1);
        }
    }
}
