package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.Tables;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Great Expectations itself answered on pandas (golden/suites.jsonl.gz, made by e2e/parity/quality), case by case: every type, every
 * result format, and the examples of its documentation. All expectations of a table with one result format are run as one suite.
 */
class GreatExpectationsParityTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Types that Great Expectations does not judge on pandas, and this library does. */
    private static final Set<String> JUDGED_HERE_ONLY = Set.of(
            "expect_column_values_to_match_like_pattern",
            "expect_column_values_to_not_match_like_pattern",
            "expect_column_values_to_match_like_pattern_list",
            "expect_column_values_to_not_match_like_pattern_list",
            "expect_table_row_count_to_equal_other_table",
            "unexpected_rows_expectation",
            "expect_query_results_to_match_comparison",
            // Of these it has the names only, see RetiredExpectationsTest; and one under its old name.
            "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
            "expect_column_chisquare_test_p_value_to_be_greater_than",
            "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
            "expect_column_pair_cramers_phi_value_to_be_less_than",
            "expect_multicolumn_values_to_be_unique");

    @TempDir
    Path dir;

    private record Case(JsonNode given, ExpectationResult found) {}

    @Test
    void equalsGreatExpectations() throws IOException {
        List<String> differences = new ArrayList<>();
        Map<String, Set<String>> levels = new TreeMap<>();
        int cases = 0;
        int random = 0;
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream("/golden/suites.jsonl.gz")),
                StandardCharsets.UTF_8))) {
            lines.readLine(); // Versions.
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode suite = MAPPER.readTree(line);
                random += suite.get("table").isNumber() ? 1 : 0;
                for (Case each : run(suite)) {
                    cases++;
                    JsonNode format = each.given.get("result_format");
                    levels.computeIfAbsent(each.given.get("type").asText(), type -> new TreeSet<>())
                            .add(
                                    format.isTextual()
                                            ? format.asText()
                                            : format.get("result_format").asText());
                    String difference = difference(each);
                    if (difference != null) {
                        differences.add("table %s %s%n  %s%n  %s%n"
                                .formatted(
                                        suite.get("table"),
                                        each.given.get("kwargs"),
                                        each.given.get("type").asText() + " " + each.given.get("result_format"),
                                        difference));
                    }
                }
            }
        }
        assertThat(cases).isGreaterThan(2_000);
        assertThat(random).isEqualTo(200);
        assertThat(levels).hasSizeGreaterThan(55);
        // Everything that Great Expectations judges on pandas was asked, and in every format.
        Set<String> asked = new TreeSet<>(Validation.types());
        asked.removeAll(JUDGED_HERE_ONLY);
        for (String type : asked) {
            assertThat(levels.get(type)).as(type).containsExactly("BASIC", "BOOLEAN_ONLY", "COMPLETE", "SUMMARY");
        }
        assertThat(differences)
                .as("%d of %d cases differ", differences.size(), cases)
                .isEmpty();
    }

    private List<Case> run(JsonNode suite) {
        Path file = Tables.parquet(dir.resolve("t" + suite.get("table").asText() + ".parquet"), suite.get("columns"));
        Map<JsonNode, List<JsonNode>> byFormat = new LinkedHashMap<>();
        suite.get("cases")
                .forEach(each -> byFormat.computeIfAbsent(each.get("result_format"), key -> new ArrayList<>())
                        .add(each));
        List<Case> all = new ArrayList<>();
        try (var table = Table.open(file)) {
            byFormat.forEach((format, cases) -> {
                List<Expectation> expectations = cases.stream()
                        .map(each -> Expectation.of(each.get("type").asText(), (ObjectNode) each.get("kwargs")))
                        .toList();
                var result =
                        Validation.of(table).format(ResultFormat.of(format)).run(Suite.of("parity", expectations));
                for (int i = 0; i < cases.size(); i++) {
                    all.add(new Case(cases.get(i), result.results().get(i)));
                }
            });
        }
        return all;
    }

    private static String difference(Case each) {
        JsonNode expected = each.given.get("expected");
        ExpectationResult found = each.found;
        if (expected.get("exception").asBoolean()) {
            String type = each.given.get("type").asText();
            if (!found.isJudged() || JUDGED_HERE_ONLY.contains(type)) {
                return null;
            }
            // Great Expectations fails to write its own answer here: a numpy number in a pair.
            if (expected.get("message").asText().contains("not JSON serializable")) {
                return null;
            }
            return "exception " + expected.get("message") + " but judged " + found.json();
        }
        // A divergence from no values at all is not judged here, and false there.
        if (!found.isJudged()
                && found.exception().contains("no values")
                && !expected.get("success").asBoolean()) {
            return null;
        }
        // The one expectation that forgets to name its index there.
        if (found.expectation().type().equals("expect_column_values_to_be_null")) {
            found.result().remove("unexpected_index_column_names");
        }
        if (!found.isJudged()) {
            return "judged there, here: " + found.exception() + "; there " + expected;
        }
        // Bins found in the data: its weights sum to 1 but for rounding, which there makes an infinite divergence of
        // none.
        if (found.expectation().type().contains("kl_divergence")
                && !found.expectation().kwargs().has("partition_object")
                && !expected.get("success").asBoolean()) {
            return null;
        }
        if (found.success() != expected.get("success").asBoolean()) {
            return "success " + found.success() + "\n  here  " + found.result() + "\n  there " + expected.get("result");
        }
        String path = Comparison.first(expected.get("result"), found.result());
        return path == null ? null : path + "\n  here  " + found.result() + "\n  there " + expected.get("result");
    }
}
