package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ResultFormat COMPLETE = ResultFormat.of(ResultFormat.Level.COMPLETE);

    @TempDir
    Path dir;

    private Table table;

    @BeforeEach
    void openTheSixRows() throws IOException {
        Path file = Files.writeString(dir.resolve("six.jsonl"), """
                {"x":1,"s":"cat","a":1,"b":1,"d":"2024-01-02","j":"{\\"a\\":1}"}
                {"x":2,"s":"aab","a":2,"b":2,"d":"2024-02-30","j":"nan"}
                {"x":2,"s":null,"a":3,"b":null,"d":"x","j":"NaN"}
                {"x":3,"s":"Dog","a":4,"b":5,"d":null,"j":"1"}
                {"x":null,"s":"cat","a":5,"b":4,"d":"2024-03-01","j":""}
                {"x":10,"s":"","a":6,"b":6,"d":"2024-1-5","j":null}
                """);
        table = Table.open(file, TableOptions.DEFAULTS.withDates(false));
    }

    @AfterEach
    void close() {
        table.close();
    }

    private static Expectation expectation(String type, String kwargs) {
        try {
            return Expectation.of(type, (ObjectNode) MAPPER.readTree(kwargs));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(kwargs, e);
        }
    }

    private ExpectationResult judge(String type, String kwargs) {
        return Validation.of(table)
                .format(COMPLETE)
                .run(Suite.of("s", List.of(expectation(type, kwargs))))
                .results()
                .getFirst();
    }

    private JsonNode result(String type, String kwargs) {
        ExpectationResult result = judge(type, kwargs);
        assertThat(result.exception()).isNull();
        return result.result();
    }

    private String unexpected(String type, String kwargs) {
        return result(type, kwargs).get("unexpected_list").toString();
    }

    private double observed(String what) {
        return result("expect_column_" + what + "_to_be_between", "{\"column\":\"x\",\"min_value\":0}")
                .get("observed_value")
                .asDouble();
    }

    @Test
    void givesTheNumbersOfTheAcceptanceTable() {
        JsonNode between =
                result("expect_column_values_to_be_between", "{\"column\":\"x\",\"min_value\":2,\"max_value\":5}");
        assertThat(between.get("unexpected_list").toString()).isEqualTo("[1,10]");
        assertThat(between.get("unexpected_percent").asDouble()).isEqualTo(40.0);
        assertThat(between.get("unexpected_percent_total").asDouble()).isEqualTo(33.33333333333333);
        assertThat(unexpected("expect_column_values_to_be_unique", "{\"column\":\"x\"}"))
                .isEqualTo("[2,2]");
        assertThat(unexpected("expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":\"[at]+\"}"))
                .isEqualTo("[\"Dog\",\"\"]");
        JsonNode none = result(
                "expect_column_values_to_not_match_regex_list", "{\"column\":\"s\",\"regex_list\":[\"^c\",\"g$\"]}");
        assertThat(none.get("unexpected_list").toString()).isEqualTo("[\"cat\",\"Dog\",\"cat\"]");
        assertThat(none.get("unexpected_percent").asDouble()).isEqualTo(60.0);
        assertThat(unexpected(
                        "expect_column_values_to_match_regex_list",
                        "{\"column\":\"s\",\"regex_list\":[\"^c\",\"t$\"],\"match_on\":\"all\"}"))
                .isEqualTo("[\"aab\",\"Dog\",\"\"]");
        assertThat(observed("mean")).isEqualTo(3.6);
        assertThat(observed("stdev")).isEqualTo(3.646916505762094);
        assertThat(observed("sum")).isEqualTo(18);
        assertThat(observed("unique_value_count")).isEqualTo(4);
        assertThat(observed("proportion_of_unique_values")).isEqualTo(0.8);
        assertThat(observed("median")).isEqualTo(2);
        assertThat(unexpected(
                        "expect_column_pair_values_a_to_be_greater_than_b",
                        "{\"column_A\":\"a\",\"column_B\":\"b\",\"or_equal\":true}"))
                .isEqualTo("[[3,null],[4,5]]");
        String pair = "{\"column_A\":\"a\",\"column_B\":\"b\",\"ignore_row_if\":\"%s\"}";
        JsonNode equal = result("expect_column_pair_values_to_be_equal", pair.formatted("both_values_are_missing"));
        assertThat(equal.get("unexpected_count").asInt()).isEqualTo(3);
        equal = result("expect_column_pair_values_to_be_equal", pair.formatted("either_value_is_missing"));
        assertThat(equal.get("unexpected_count").asInt()).isEqualTo(2);
        assertThat(equal.get("unexpected_percent").asDouble()).isEqualTo(40.0);
        assertThat(equal.get("missing_count").asInt()).isEqualTo(1);
        JsonNode sum = result("expect_multicolumn_sum_to_equal", "{\"column_list\":[\"a\",\"b\"],\"sum_total\":2}");
        assertThat(sum.get("unexpected_percent").asDouble()).isEqualTo(83.33333333333334);
        assertThat(result("expect_select_column_values_to_be_unique_within_record", "{\"column_list\":[\"a\",\"b\"]}")
                        .get("unexpected_index_list")
                        .toString())
                .isEqualTo("[0,1,5]");
        assertThat(unexpected(
                        "expect_column_value_z_scores_to_be_less_than",
                        "{\"column\":\"x\",\"threshold\":1.5,\"double_sided\":true}"))
                .isEqualTo("[10]");
        assertThat(unexpected(
                        "expect_column_value_lengths_to_be_between",
                        "{\"column\":\"s\",\"min_value\":1,\"max_value\":3}"))
                .isEqualTo("[\"\"]");
        for (String type : List.of(
                "expect_column_values_to_match_strftime_format", "expect_column_values_to_be_dateutil_parseable")) {
            String format = type.contains("strftime") ? ",\"strftime_format\":\"%Y-%m-%d\"" : "";
            assertThat(unexpected(type, "{\"column\":\"d\"" + format + "}")).isEqualTo("[\"2024-02-30\",\"x\"]");
        }
        assertThat(unexpected("expect_column_values_to_be_json_parseable", "{\"column\":\"j\"}"))
                .isEqualTo("[\"nan\",\"\"]");
        assertThat(unexpected("expect_column_values_to_be_increasing", "{\"column\":\"x\",\"strictly\":true}"))
                .isEqualTo("[2]");
        assertThat(judge("expect_compound_columns_to_be_unique", "{\"column_list\":[\"x\",\"s\"]}")
                        .success())
                .isTrue();
        assertThat(result("expect_table_columns_to_match_set", "{\"column_set\":[\"x\",\"zz\"],\"exact_match\":false}")
                        .get("details")
                        .get("mismatched")
                        .get("missing")
                        .toString())
                .isEqualTo("[\"zz\"]");
        assertThat(result(
                                "expect_column_kl_divergence_to_be_less_than",
                                "{\"column\":\"s\",\"partition_object\":{\"values\":[\"cat\",\"aab\",\"Dog\"],\"weights\":[0.5,0.25,0.25]},\"threshold\":1,\"tail_weight_holdout\":0.01}")
                        .get("observed_value")
                        .asDouble())
                .isCloseTo(0.4286718823422316, within(1e-15));
    }

    @Test
    void reachesEveryTypeWithoutAQueryEach() {
        List<Expectation> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(expectation(
                    "expect_column_values_to_be_between",
                    "{\"column\":\"x\",\"min_value\":%d,\"max_value\":50}".formatted(i - 20)));
            all.add(expectation(
                    "expect_column_mean_to_be_between", "{\"column\":\"a\",\"min_value\":%d}".formatted(i)));
            all.add(expectation(
                    "expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":\"^.{%d}\"}".formatted(i)));
        }
        var result = Validation.of(table).run(Suite.of("many", all));
        assertThat(result.results()).hasSize(120).allMatch(ExpectationResult::isJudged);
        assertThat(result.scans()).isEqualTo(2);
    }

    @Test
    void saysWhatIsWrongWithOneAndJudgesTheOthers() {
        List<Expectation> all = List.of(
                expectation("expect_the_unexpected", "{}"),
                expectation("expect_column_values_to_not_be_null", "{\"column\":\"nope\"}"),
                expectation("expect_column_values_to_not_be_null", "{\"column\":\"x\",\"mostyl\":0.5}"),
                expectation("expect_column_values_to_not_be_null", "{}"),
                expectation("expect_column_values_to_not_be_null", "{\"column\":\"x\",\"mostly\":1.5}"),
                expectation("expect_column_values_to_be_between", "{\"column\":\"x\"}"),
                expectation("expect_column_values_to_be_between", "{\"column\":\"s\",\"min_value\":1}"),
                expectation("expect_column_values_to_be_between", "{\"column\":\"x\",\"min_value\":3,\"max_value\":1}"),
                expectation("expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":\"(a\"}"),
                expectation("expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":\"(?(1)a|b)\"}"),
                expectation("expect_column_mean_to_be_between", "{\"column\":\"s\"}"),
                expectation(
                        "expect_column_values_to_match_strftime_format",
                        "{\"column\":\"d\",\"strftime_format\":\"%Q\"}"),
                expectation(
                        "expect_column_values_to_match_json_schema",
                        "{\"column\":\"j\",\"json_schema\":{\"$ref\":\"http://127.0.0.1:9/x\"}}"),
                expectation("expect_column_values_to_match_json_schema", "{\"column\":\"s\",\"json_schema\":{}}"),
                expectation(
                        "expect_column_values_to_not_be_null",
                        "{\"column\":\"x\",\"row_condition\":\"__import__('os')\",\"condition_parser\":\"pandas\"}"),
                expectation("expect_column_values_to_not_be_null", "{\"column\":\"x\",\"row_condition\":\"x > 1\"}"),
                expectation(
                        "unexpected_rows_expectation",
                        "{\"unexpected_rows_query\":\"SELECT 1); COPY (SELECT 1) TO '/tmp/x.csv'; (SELECT 1\"}"),
                expectation(
                        "unexpected_rows_expectation",
                        "{\"unexpected_rows_query\":\"SELECT * FROM read_csv('/etc/passwd')\"}"),
                expectation("expect_table_row_count_to_equal", "{\"value\":{\"$PARAMETER\":\"rows\"}}"),
                expectation("expect_table_row_count_to_equal_other_table", "{\"other_table_name\":\"o\"}"));
        List<Expectation> mixed = new ArrayList<>(all);
        mixed.add(expectation("expect_column_values_to_not_be_null", "{\"column\":\"x\"}"));
        mixed.add(expectation("expect_column_mean_to_be_between", "{\"column\":\"x\",\"min_value\":1}"));
        var results = Validation.of(table).run(Suite.of("bad", mixed)).results();
        for (int i = 0; i < all.size(); i++) {
            assertThat(results.get(i).isJudged()).as(all.get(i).toString()).isFalse();
            assertThat(results.get(i).success()).isFalse();
            assertThat(results.get(i).exception())
                    .isNotBlank()
                    .doesNotContain("clew-table")
                    .doesNotContain(dir.toString());
            JsonNode info = results.get(i).json().get("exception_info");
            assertThat(info.get("raised_exception").asBoolean()).isTrue();
        }
        assertThat(results.get(0).exception())
                .isEqualTo(
                        "ExpectationNotFoundError: expect_the_unexpected not found. The closest is expect_column_to_exist.");
        assertThat(results.get(1).exception()).contains("\"nope\"");
        assertThat(results.get(2).exception()).contains("'mostyl'").contains("mostly");
        assertThat(results.get(12).exception()).contains("never fetched");
        assertThat(results.get(all.size()).isJudged()).isTrue();
        assertThat(results.get(all.size() + 1).success()).isTrue();
    }

    @Test
    void givesUpOnPatternsThatBacktrackWithoutEnd() throws IOException {
        Path file = Files.writeString(dir.resolve("bomb.csv"), "s,n\n" + "a".repeat(60) + "!,1\n");
        try (var bomb = Table.open(file)) {
            var results = Validation.of(bomb)
                    .run(Suite.of(
                            "bomb",
                            List.of(
                                    expectation(
                                            "expect_column_values_to_match_regex",
                                            "{\"column\":\"s\",\"regex\":\"^(a|aa)+\\\\1$\"}"),
                                    expectation("expect_column_values_to_not_be_null", "{\"column\":\"n\"}"))))
                    .results();
            assertThat(results.get(0).exception()).contains("backtracks without end");
            assertThat(results.get(1).success()).isTrue();
        }
    }

    @Test
    void readsRowConditionsOfAllSyntaxesWithTheSameMeaning() {
        String type = "expect_column_values_to_not_be_null";
        String column = "{\"column\":\"a\",\"row_condition\":%s,\"condition_parser\":\"%s\"}";
        record Given(String condition, String parser, int rows) {}
        for (Given given : List.of(
                new Given("\"x > 1\"", "pandas", 4),
                new Given("\"x != 2\"", "pandas", 4),
                new Given("\"not (x > 2)\"", "pandas", 4),
                new Given("\"`x` in [1, 10] or s == 'Dog'\"", "pandas", 3),
                new Given("\"s not in ['cat']\"", "pandas", 4),
                new Given("\"s == ['cat', 'aab'] & ~(a == 1)\"", "pandas", 2),
                new Given("\"s.isnull()\"", "pandas", 1),
                new Given("\"s.str.startswith('c')\"", "pandas", 2),
                new Given("\"1 < a <= 3\"", "pandas", 2),
                new Given("\"a + b > 8\"", "pandas", 3),
                new Given("\"a % 2 == 0\"", "pandas", 3),
                new Given("\"col(\\\"x\\\") != 2\"", "great_expectations", 4),
                new Given("\"col('s').notnull()\"", "great_expectations__experimental__", 5),
                new Given("\"x <> 2 AND s IS NOT NULL\"", "spark", 3),
                new Given("\"a BETWEEN 2 AND 3 OR s LIKE 'D%'\"", "spark", 3),
                new Given(
                        "{\"type\":\"comparison\",\"column\":{\"name\":\"x\"},\"operator\":\"!=\",\"parameter\":2}",
                        "great_expectations",
                        4),
                new Given(
                        "{\"type\":\"comparison\",\"column\":{\"name\":\"a\"},\"operator\":\"!=\",\"parameter\":{\"name\":\"b\"}}",
                        "great_expectations",
                        2),
                new Given(
                        "{\"type\":\"nullity\",\"column\":{\"name\":\"s\"},\"is_null\":true}",
                        "great_expectations",
                        1))) {
            JsonNode result = result(type, column.formatted(given.condition, given.parser));
            assertThat(result.get("element_count").asInt()).as(given.condition).isEqualTo(given.rows);
        }
    }

    @Test
    void fillsParametersIn() throws JsonProcessingException {
        var suite = Suite.parse("""
                {"name":"p","suite_parameters":{"rows":5},"expectations":[
                 {"type":"expect_table_row_count_to_equal","kwargs":{"value":{"$PARAMETER":"rows"}}},
                 {"type":"expect_table_row_count_to_equal","kwargs":{"value":{"$PARAMETER":"rows + 1"}}},
                 {"type":"expect_table_row_count_to_equal","kwargs":{"value":{"$PARAMETER":"max(rows, 2) * 2 - 4"}}}]}""");
        assertThat(Validation.of(table).run(suite).results())
                .extracting(ExpectationResult::success)
                .containsExactly(false, true, true);
        var over = (ObjectNode) MAPPER.readTree("{\"rows\":6}");
        assertThat(Validation.of(table)
                        .parameters(over)
                        .run(suite)
                        .results()
                        .getFirst()
                        .success())
                .isTrue();
    }

    @Test
    void takesParametersFromEarlierRuns() throws IOException {
        var suite = Suite.parse("""
                suite: back
                expectations:
                  - table_row_count_to_be_between:
                      min_value: {$PARAMETER: low}
                      max_value: {$PARAMETER: high}
                      windows:
                        - {constraint_fn: mean, parameter_name: low, range: 2, offset: {positive: 0.5, negative: 0.25}}
                        - {constraint_fn: max, parameter_name: high, range: 2, offset: {positive: 0.5, negative: 0.25}}
                  - column_max_to_be_between:
                      column: x
                      max_value: {$PARAMETER: top}
                      windows: [{constraint_fn: max, parameter_name: top, range: 3, strict: true}]
                """);
        var first = Validation.of(table).run(suite).results();
        assertThat(first.get(0).exception()).contains("'low' looks back on 2 runs and there are 0");
        assertThat(first.get(0).success()).isFalse();
        // What was seen is kept for the next run.
        assertThat(first.get(0).result()).hasToString("{\"observed_value\":6}");
        List<JsonNode> earlier = new ArrayList<>();
        for (int rows : new int[] {100, 4, 8}) {
            earlier.add(MAPPER.readTree(("""
                    {"results":[{"expectation_config":{"type":"expect_table_row_count_to_be_between","kwargs":{"min_value":1}},
                     "result":{"observed_value":%d}},
                     {"expectation_config":{"type":"expect_column_max_to_be_between","kwargs":{"column":"other","max_value":1}},
                     "result":{"observed_value":1}}]}""").formatted(rows)));
        }
        // Of 4 and 8 rows: at least 6 − 25 %, at most 8 + 50 %.
        var results = Validation.of(table).history(earlier).run(suite).results();
        assertThat(results.get(0).expectation().kwargs()).hasToString("{\"min_value\":4.5,\"max_value\":12.0}");
        assertThat(results.get(0).success()).isTrue();
        assertThat(results.get(1).exception()).contains("'top' looks back on 3 runs and there are 0");
        var given = (ObjectNode) MAPPER.readTree("{\"low\":7,\"top\":10}");
        var byHand = Validation.of(table)
                .history(earlier)
                .parameters(given)
                .run(suite)
                .results();
        assertThat(byHand.get(0).success()).isFalse();
        assertThat(byHand.get(1).success()).isTrue();
    }

    @Test
    void asksQueriesThatPeopleWrote() throws IOException {
        JsonNode rows = result(
                "unexpected_rows_expectation",
                "{\"unexpected_rows_query\":\"SELECT x, s FROM {batch} WHERE x >= 3 ORDER BY x;\"}");
        assertThat(rows.get("observed_value").asInt()).isEqualTo(2);
        assertThat(rows.get("details").get("unexpected_rows").toString())
                .isEqualTo("[{\"x\":3,\"s\":\"Dog\"},{\"x\":10,\"s\":\"\"}]");
        Path file = Files.writeString(dir.resolve("other.csv"), "k\n1\n2\n3\n");
        try (var other = Table.open(file)) {
            var results = Validation.of(table)
                    .beside("o", other)
                    .format(COMPLETE)
                    .run(Suite.of(
                            "q",
                            List.of(
                                    expectation(
                                            "expect_query_results_to_match_comparison",
                                            "{\"base_query\":\"SELECT DISTINCT x AS k FROM {batch} WHERE x <= 3\",\"comparison_data_source_name\":\"o\",\"comparison_query\":\"SELECT k FROM batch\"}"),
                                    expectation(
                                            "expect_table_row_count_to_equal_other_table",
                                            "{\"other_table_name\":\"o\"}"))))
                    .results();
            assertThat(results.get(0).exception()).isNull();
            assertThat(results.get(0).success()).isTrue();
            assertThat(results.get(1).result().toString()).isEqualTo("{\"observed_value\":{\"self\":6,\"other\":3}}");
        }
    }

    @Test
    void writesTheDocumentOfGreatExpectations() throws IOException {
        var suite = Suite.of(
                "loans",
                List.of(
                        expectation("expect_column_values_to_not_be_null", "{\"column\":\"x\"}")
                                .withSeverity(Severity.WARNING),
                        expectation("expect_column_values_to_not_be_null", "{\"column\":\"a\"}")));
        var result = Validation.of(table)
                .clock(InstantSource.fixed(Instant.parse("2026-11-23T06:51:38.271869Z")))
                .run(suite);
        JsonNode json = result.json();
        assertThat(json.get("success").isBoolean()).isTrue();
        assertThat(json.get("statistics").toString())
                .isEqualTo(
                        "{\"evaluated_expectations\":2,\"successful_expectations\":1,\"unsuccessful_expectations\":1,\"success_percent\":50.0}");
        assertThat(json.get("meta").get("batch_markers").get("ge_load_time").asText())
                .isEqualTo("20261123T065138.271869Z");
        assertThat(json.get("results")
                        .get(0)
                        .get("expectation_config")
                        .get("severity")
                        .asText())
                .isEqualTo("warning");
        assertThat(result.maxFailedSeverity()).contains(Severity.WARNING);
    }

    @Test
    void refusesFormatsItDoesNotKnow() throws IOException {
        assertThatThrownBy(() -> ResultFormat.of(MAPPER.readTree("\"VERBOSE\"")))
                .isInstanceOf(QualityException.class)
                .hasMessageContaining("VERBOSE");
    }

    @Test
    void judgesEmptyConstantAndOddColumns() throws IOException {
        record File(String name, String content) {}
        for (File given : List.of(
                new File("empty.csv", "x,s\n"),
                new File("one.csv", "x,s\n1,a\n"),
                new File("constant.csv", "x,s\n1,a\n1,a\n1,a\n"),
                new File("null.jsonl", "{\"x\":null,\"s\":null}\n{\"x\":null,\"s\":null}\n"),
                new File("odd.csv", "x,s\nnan,a\ninf,b\n-inf,c\n1,d\n"))) {
            try (var odd = Table.open(Files.writeString(dir.resolve(given.name), given.content))) {
                List<Expectation> all = new ArrayList<>();
                for (String what : List.of(
                        "min",
                        "max",
                        "mean",
                        "median",
                        "sum",
                        "stdev",
                        "unique_value_count",
                        "proportion_of_unique_values")) {
                    all.add(expectation(
                            "expect_column_" + what + "_to_be_between", "{\"column\":\"x\",\"min_value\":0}"));
                }
                all.add(expectation(
                        "expect_column_value_z_scores_to_be_less_than", "{\"column\":\"x\",\"threshold\":1}"));
                all.add(expectation("expect_column_values_to_be_unique", "{\"column\":\"x\"}"));
                all.add(expectation("expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":\"a\"}"));
                all.add(
                        expectation(
                                "expect_column_quantile_values_to_be_between",
                                "{\"column\":\"x\",\"quantile_ranges\":{\"quantiles\":[0,0.5,1],\"value_ranges\":[[0,1],[0,1],[null,null]]}}"));
                var results = Validation.of(odd)
                        .format(COMPLETE)
                        .run(Suite.of(given.name, all))
                        .results();
                assertThat(results).hasSize(all.size());
                for (ExpectationResult result : results) {
                    if (!result.isJudged()) {
                        assertThat(result.exception()).as(given.name).endsWith(".");
                    }
                }
            }
        }
    }
}
