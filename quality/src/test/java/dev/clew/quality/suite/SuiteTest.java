package dev.clew.quality.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.quality.QualityException;
import org.junit.jupiter.api.Test;

class SuiteTest {
    @Test
    void readsWhatEachGenerationOfGreatExpectationsWrites() {
        Suite old = Suite.parse("""
                {"data_asset_type": null, "expectation_suite_name": "loans.warning", "ge_cloud_id": "5d0f",
                 "evaluation_parameters": {"low": 3},
                 "expectations": [{"expectation_type": "expect_column_values_to_be_between", "ge_cloud_id": "e1",
                   "kwargs": {"column": "x", "min_value": {"$PARAMETER": "low"}},
                   "meta": {"notes": {"format": "markdown", "content": ["by law"]}}}],
                 "meta": {"great_expectations_version": "0.18.22"}}""");
        assertThat(old.name()).isEqualTo("loans.warning");
        assertThat(old.id()).isEqualTo("5d0f");
        assertThat(old.parameters().get("low").asInt()).isEqualTo(3);
        Expectation between = old.expectations().getFirst();
        assertThat(between.type()).isEqualTo("expect_column_values_to_be_between");
        assertThat(between.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(between.notes()).hasToString("[\"by law\"]");

        Suite first = Suite.parse("""
                {"name": "s1", "id": null, "expectations": [{"type": "expect_column_to_exist", "kwargs": {"column": "x"}, "meta": {},
                 "id": "0b6e", "rendered_content": null}], "meta": {"great_expectations_version": "1.2.0"}, "notes": null}""");
        assertThat(first.id()).isNull();
        assertThat(first.expectations().getFirst().id()).isEqualTo("0b6e");

        Suite latest = Suite.parse("""
                {"name": "d", "data": {"datasource": {"name": "p"}}, "suite": {"name": "s2", "expectations": [
                 {"type": "expect_column_to_exist", "kwargs": {"column": "x"}, "severity": "info", "notes": "why", "description": "There is x."}],
                 "meta": {"great_expectations_version": "1.25.0"}, "suite_parameters": {}}, "id": "v"}""");
        assertThat(latest.name()).isEqualTo("s2");
        assertThat(latest.expectations().getFirst().severity()).isEqualTo(Severity.INFO);
        assertThat(latest.expectations().getFirst().description()).isEqualTo("There is x.");
        assertThat(Suite.parse(latest.text())).isEqualTo(latest);
    }

    @Test
    void readsOneLineAnExpectation() {
        Suite suite = Suite.parse("""
                suite: loans
                parameters: {low: 18}
                expectations:
                  - column_values_to_not_be_null: id
                  - expect_column_values_to_be_between: {column: age, min_value: {$PARAMETER: low}, severity: warning, notes: by law}
                  - table_row_count_to_equal: 3
                  - compound_columns_to_be_unique: [id, age]
                  - table_columns_to_match_set: [id, age]
                  - unexpected_rows_expectation: {unexpected_rows_query: 'SELECT * FROM {batch} WHERE age < 0', description: Nobody is unborn.}
                """);
        assertThat(suite.name()).isEqualTo("loans");
        assertThat(suite.parameters()).hasToString("{\"low\":18}");
        assertThat(suite.expectations().stream().map(each -> each.type() + " " + each.kwargs() + " " + each.severity()))
                .containsExactly(
                        "expect_column_values_to_not_be_null {\"column\":\"id\"} CRITICAL",
                        "expect_column_values_to_be_between {\"column\":\"age\",\"min_value\":{\"$PARAMETER\":\"low\"}} WARNING",
                        "expect_table_row_count_to_equal {\"value\":3} CRITICAL",
                        "expect_compound_columns_to_be_unique {\"column_list\":[\"id\",\"age\"]} CRITICAL",
                        "expect_table_columns_to_match_set {\"column_set\":[\"id\",\"age\"]} CRITICAL",
                        "unexpected_rows_expectation {\"unexpected_rows_query\":\"SELECT * FROM {batch} WHERE age < 0\"} CRITICAL");
        assertThat(suite.expectations().get(1).notes()).hasToString("\"by law\"");
        assertThat(suite.expectations().getLast().description()).isEqualTo("Nobody is unborn.");
        assertThat(Suite.parse("- column_to_exist: x\n").expectations()).hasSize(1);
    }

    @Test
    void whatIsNoSuiteSaysWhatOneIs() {
        for (String wrong : new String[] {
            "", "  ", "{", "[]x", "suite: a", "{\"expectations\": 3}", "- [a, b]", "- {a: 1, b: 2}", "a: [", "3"
        }) {
            assertThatThrownBy(() -> Suite.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(QualityException.class)
                    .extracting(failure -> ((QualityException) failure).code())
                    .isEqualTo(QualityException.Code.BAD_DOCUMENT);
        }
        assertThatThrownBy(() -> Suite.parse("[1,2")).hasMessageContaining("neither JSON nor YAML");
        assertThatThrownBy(() -> Suite.parse("- {a: 1, b: 2}")).hasMessageContaining("with a dash of its own");
        assertThatThrownBy(() -> Suite.parse("- column_to_exist: {column: x, severity: loud}"))
                .hasMessageContaining("critical, warning and info are known");
    }
}
