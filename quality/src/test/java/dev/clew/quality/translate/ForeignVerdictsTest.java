package dev.clew.quality.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.table.Table;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same tables, judged by each tool itself and by the suite its document is translated to, agree check by check. What the tools said is
 * in {@code golden/checks} (see {@code e2e/parity/checks}).
 */
class ForeignVerdictsTest {
    @TempDir
    Path dir = Path.of("");

    private static JsonNode golden(String name) throws IOException {
        try (var in = ForeignVerdictsTest.class.getResourceAsStream("/golden/checks/" + name + ".json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
        }
    }

    private List<ExpectationResult> judge(Translation translation, String csv) throws IOException {
        Path file = Files.writeString(dir.resolve("t" + Objects.hash(csv) + ".csv"), csv);
        try (var table = Table.open(file)) {
            List<ExpectationResult> results =
                    Validation.of(table).run(translation.suite()).results();
            assertThat(results)
                    .allSatisfy(result -> assertThat(result.exception()).isNull());
            return results;
        }
    }

    @Test
    void sodaSaysTheSame() throws IOException {
        JsonNode soda = golden("soda");
        Translation translation = Soda.read(soda.get("document").asText(), "loans");
        assertThat(translation.untranslated()).isEmpty();
        // How many expectations each check of the document became, in its order: two limits, two required columns.
        int[] parts = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2};
        for (var table : golden("tables").properties()) {
            List<ExpectationResult> found = judge(translation, table.getValue().asText());
            int next = 0;
            for (int i = 0; i < parts.length; i++) {
                List<ExpectationResult> own = found.subList(next, next + parts[i]);
                next += parts[i];
                assertThat(verdict(own))
                        .as("%s: %s", table.getKey(), own.getFirst().expectation())
                        .isEqualTo(
                                soda.get("outcomes").get(table.getKey()).get(i).asText());
            }
            assertThat(found).hasSize(next);
        }
    }

    /** The worst of what failed, in Soda's and dbt's words. */
    private static String verdict(List<ExpectationResult> results) {
        String verdict = "pass";
        for (ExpectationResult result : results) {
            if (!result.success()) {
                boolean warns = result.expectation().severity() == dev.clew.quality.suite.Severity.WARNING;
                verdict = warns && verdict.equals("pass") ? "warn" : warns ? verdict : "fail";
            }
        }
        return verdict;
    }

    @Test
    void panderaSaysTheSame() throws IOException {
        JsonNode pandera = golden("pandera");
        Translation translation = Pandera.read(pandera.get("document").asText());
        assertThat(translation.untranslated()).isEmpty();
        for (var table : golden("tables").properties()) {
            var expected = new TreeSet<String>();
            pandera.get("failed").get(table.getKey()).forEach(each -> expected.add(each.asText()));
            var columns = new TreeSet<String>();
            expected.forEach(each -> columns.add(each.substring(0, each.indexOf(':'))));
            var found = new TreeSet<String>();
            for (ExpectationResult result : judge(translation, table.getValue().asText())) {
                if (!result.success()
                        && result.expectation().severity() == dev.clew.quality.suite.Severity.CRITICAL
                        && !result.expectation().type().endsWith("of_type")) {
                    found.addAll(columns(result.expectation()));
                }
            }
            assertThat(found).as(table.getKey()).isEqualTo(columns);
        }
    }

    private static List<String> columns(Expectation expectation) {
        if (expectation.kwargs().has("column")) {
            return List.of(expectation.kwargs().get("column").asText());
        }
        List<String> columns = new ArrayList<>();
        expectation.kwargs().path("column_list").forEach(column -> columns.add(column.asText()));
        return columns;
    }

    @Test
    void dbtSaysTheSame() throws IOException {
        JsonNode dbt = golden("dbt");
        Translation translation = Dbt.read(dbt.get("document").asText(), "loans");
        assertThat(translation.untranslated()).isEmpty();
        // dbt names a test by its kind, table and column unless it has a name of its own.
        List<String> names = List.of(
                "unique_loans_id",
                "not_null_loans_id",
                "accepted_values_loans_kind",
                "not_null_loans_kind",
                "ages_of_the_last_loans",
                "amounts_of_cash");
        for (var table : golden("tables").properties()) {
            List<ExpectationResult> found = judge(translation, table.getValue().asText());
            assertThat(found).hasSameSizeAs(names);
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                String expected = dbt.get("statuses").get(table.getKey()).properties().stream()
                        .filter(status -> status.getKey().startsWith(name))
                        .findFirst()
                        .orElseThrow()
                        .getValue()
                        .asText();
                assertThat(verdict(found.subList(i, i + 1)))
                        .as("%s: %s", table.getKey(), name)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void deequSaysTheSame() throws IOException {
        JsonNode deequ = golden("deequ");
        Translation translation = Deequ.read(deequ.get("document").asText());
        assertThat(translation.untranslated()).singleElement().asString().contains("hasEntropy");
        // A pattern became two expectations; entropy, the last constraint, has no counterpart.
        int[] parts = {1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1};
        for (var table : golden("tables").properties()) {
            List<ExpectationResult> found = judge(translation, table.getValue().asText());
            int next = 0;
            for (int i = 0; i < parts.length; i++) {
                List<ExpectationResult> own = found.subList(next, next + parts[i]);
                next += parts[i];
                JsonNode constraint = deequ.get("statuses").get(table.getKey()).get(i);
                assertThat(own.stream().allMatch(ExpectationResult::success))
                        .as("%s: %s", table.getKey(), constraint.get(0))
                        .isEqualTo(constraint.get(1).asText().equals("Success"));
            }
            assertThat(found).hasSize(next);
        }
    }

    @Test
    void tfdvFindsTheSameFeaturesAnomalous() throws IOException {
        JsonNode tfdv = golden("tfdv");
        Translation translation = Tfdv.read(tfdv.get("document").asText());
        for (var table : golden("tables").properties()) {
            var expected = new TreeSet<String>();
            tfdv.get("anomalous").get(table.getKey()).fieldNames().forEachRemaining(expected::add);
            var found = new TreeSet<String>();
            for (ExpectationResult result : judge(translation, table.getValue().asText())) {
                if (!result.success()) {
                    found.addAll(columns(result.expectation()));
                }
            }
            assertThat(found).as(table.getKey()).isEqualTo(expected);
        }
    }

    @Test
    void aSchemaThatTfdvWroteIsRead() throws IOException {
        Translation translation = Tfdv.read(golden("tfdv").get("document").asText());
        assertThat(translation.untranslated()).isEmpty();
        assertThat(translation.monitors())
                .extracting(Translation.Monitor::from)
                .containsExactly("drift_comparator.jensen_shannon_divergence", "skew_comparator.infinity_norm");
        assertThat(translation.suite().expectations())
                .extracting(Expectation::type)
                .containsExactly(
                        "expect_column_values_to_not_be_null",
                        "expect_column_values_to_be_between",
                        "expect_column_values_to_not_be_null",
                        "expect_column_values_to_be_between",
                        "expect_column_values_to_not_be_null",
                        "expect_column_values_to_be_in_set",
                        "expect_column_values_to_be_in_set");
        Expectation kind = translation.suite().expectations().get(5);
        assertThat(kind.kwargs().get("mostly").asDouble()).isEqualTo(0.95);
        assertThat(kind.kwargs().get("value_set").get(2).asText()).isEqualTo("gol\"d");
        assertThat(translation
                        .suite()
                        .expectations()
                        .get(6)
                        .kwargs()
                        .get("value_set")
                        .get(8)
                        .asText())
                .isEqualTo("é");
        assertThat(judge(translation, golden("tables").get("good").asText()))
                .allSatisfy(result -> assertThat(result.success()).isTrue());
        assertThat(judge(translation, golden("tables").get("amount high").asText()))
                .filteredOn(result -> !result.success())
                .singleElement()
                .satisfies(result -> assertThat(result.expectation().type()).endsWith("be_between"));
    }
}
