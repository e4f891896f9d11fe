package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a suite may choose, and where numbers and conditions must be taken exactly. */
class SemanticsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path dir;

    private Table table(String content) throws IOException {
        return Table.open(Files.writeString(dir.resolve("t" + content.hashCode() + ".csv"), content));
    }

    private static Expectation expectation(String type, String kwargs) throws IOException {
        return Expectation.of(type, (ObjectNode) MAPPER.readTree(kwargs));
    }

    private static List<ExpectationResult> run(Table table, Expectation... expectations) {
        return Validation.of(table).run(Suite.of("s", List.of(expectations))).results();
    }

    @Test
    void quantilesAndNamesOfTypesFollowTheEngineThatTheSuiteNames() throws IOException {
        String suite = """
                {"name": "q", "meta": {"clew": {"engine_semantics": "%s"}}, "expectations": [
                 {"type": "expect_column_quantile_values_to_be_between", "kwargs": {"column": "x",
                  "quantile_ranges": {"quantiles": [0.25, 0.5], "value_ranges": [[null, null], [null, null]]}}},
                 {"type": "expect_column_values_to_be_of_type", "kwargs": {"column": "x", "type_": "BIGINT"}}]}""";
        try (var table = table("x\n1\n2\n3\n10\n")) {
            var pandas = Validation.of(table)
                    .run(Suite.parse(suite.formatted("pandas")))
                    .results();
            assertThat(pandas.get(0).result().get("observed_value").get("values"))
                    .hasToString("[2,3]");
            assertThat(pandas.get(1).result().get("observed_value").asText()).isEqualTo("int64");
            var sql = Validation.of(table)
                    .run(Suite.parse(suite.formatted("sql")))
                    .results();
            assertThat(sql.get(0).result().get("observed_value").get("values")).hasToString("[1,2]");
            assertThat(sql.get(1).result().get("observed_value").asText()).isEqualTo("BIGINT");
            assertThat(sql.get(1).success()).isTrue();
            var shortSuite = Suite.parse("""
                    suite: s
                    engine_semantics: sql
                    expectations:
                      - column_quantile_values_to_be_between:
                          column: x
                          quantile_ranges: {quantiles: [0.25], value_ranges: [[1, 1]]}
                    """);
            assertThat(Validation.of(table).run(shortSuite).success()).isTrue();
            assertThatThrownBy(() -> Validation.of(table).run(Suite.parse(suite.formatted("spark"))))
                    .isInstanceOf(QualityException.class)
                    .hasMessage(
                            "Suite 'q' asks for the engine_semantics 'spark'; pandas and sql are known, write one of them.");
        }
    }

    @Test
    void aNanIsMissingUnlessItIsAValue() throws IOException {
        Path file = dir.resolve("nan.parquet");
        try (var connection = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT unnest(['nan'::DOUBLE, 'nan'::DOUBLE, 1, NULL]) AS x) TO '" + file + "'");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        var suite = Suite.of(
                "nan",
                List.of(
                        expectation("expect_column_values_to_not_be_null", "{\"column\":\"x\"}"),
                        expectation("expect_column_values_to_be_unique", "{\"column\":\"x\"}"),
                        expectation("expect_column_max_to_be_between", "{\"column\":\"x\",\"max_value\":5}")));
        try (var table = Table.open(file)) {
            var missing = Validation.of(table).run(suite).results();
            assertThat(missing.get(0).result().get("unexpected_count").asInt()).isEqualTo(3);
            assertThat(missing.get(1).success()).isTrue();
            assertThat(missing.get(2).success()).isTrue();
            var value = Validation.of(table).nanIsNull(false).run(suite).results();
            assertThat(value.get(0).result().get("unexpected_count").asInt()).isEqualTo(1);
            assertThat(value.get(1).result().get("unexpected_count").asInt()).isEqualTo(2);
            assertThat(value.get(2).success()).isFalse();
        }
    }

    @Test
    void wholeNumbersBeyondTheReachOfDoublesKeepTheirDigits() throws IOException {
        long odd = (1L << 53) + 1;
        try (var table = table("id,neg\n" + odd + ",-0.0\n9007199254740992,0.5\n" + Long.MAX_VALUE + ",1\n")) {
            var results = run(
                    table,
                    expectation(
                            "expect_column_max_to_be_between", "{\"column\":\"id\",\"max_value\":9223372036854775806}"),
                    expectation(
                            "expect_column_min_to_be_between", "{\"column\":\"id\",\"min_value\":9007199254740993}"),
                    expectation("expect_column_values_to_be_unique", "{\"column\":\"id\"}"),
                    expectation(
                            "expect_column_values_to_be_in_set",
                            "{\"column\":\"id\",\"value_set\":[9007199254740993,9223372036854775807]}"),
                    expectation(
                            "expect_column_values_to_be_between",
                            "{\"column\":\"id\",\"min_value\":9007199254740993,\"max_value\":9223372036854775806}"),
                    // −0 is 0.
                    expectation("expect_column_min_to_be_between", "{\"column\":\"neg\",\"min_value\":0}"));
            assertThat(results.get(0).success()).isFalse();
            assertThat(results.get(0).result().get("observed_value").asText()).isEqualTo("9223372036854775807");
            assertThat(results.get(1).success()).isFalse();
            assertThat(results.get(2).success()).isTrue();
            assertThat(results.get(3).result().get("partial_unexpected_list")).hasToString("[9007199254740992]");
            assertThat(results.get(4).result().get("partial_unexpected_list"))
                    .hasToString("[9007199254740992,9223372036854775807]");
            assertThat(results.get(5).success()).isTrue();
        }
    }

    @Test
    void parametersAreExpressionsOfNumbersAndTimes() {
        ObjectNode values = Values.object().put("rows", 5).put("share", 0.5);
        LocalDateTime now = LocalDateTime.of(2026, 11, 30, 12, 0, 0);
        record Given(String text, String value) {}
        for (Given given : List.of(
                new Given("rows * 2 - 1", "9"),
                new Given("2 ^ 10 / 4", "256"),
                new Given("-(rows + share) * 1e1", "-55"),
                new Given("max(rows, 2, 7) + min(1, 2)", "8"),
                new Given("abs(-3) + trunc(2.9) + round(2.5) + sgn(-7)", "6"),
                new Given("exp(0) + cos(0)", "2"),
                new Given("PI", "3.141592653589793"),
                new Given("now()", "\"2026-11-30T12:00:00\""),
                new Given("now() - timedelta(days=1, hours=6)", "\"2026-11-29T06:00:00\""),
                new Given("now() - timedelta(weeks = 1) * 2", "\"2026-11-16T12:00:00\""),
                new Given("timedelta(rows) + datetime(2026, 1, 31, 8)", "\"2026-02-05T08:00:00\""),
                new Given("now() + (datetime(2026, 1, 2) - datetime(2026, 1, 1)) / 2", "\"2026-12-01T00:00:00\""))) {
            assertThat(Arithmetic.evaluate(given.text, values, now))
                    .as(given.text)
                    .hasToString(given.value);
        }
        for (String wrong : List.of(
                "",
                "row",
                "now(1)",
                "now() + 1",
                "now() + now()",
                "timedelta(days=1)",
                "timedelta(fortnights=1)",
                "datetime(2026, 2, 30)",
                "datetime(2026)",
                "abs(1, 2)",
                "abs(x=1)",
                "min()",
                "os.system(1)",
                "1 +",
                "(".repeat(60) + "1")) {
            assertThatThrownBy(() -> Arithmetic.evaluate(wrong, values, now))
                    .as(wrong)
                    .isInstanceOf(NotJudged.class)
                    .hasMessageContaining("Parameter '");
        }
    }

    @Test
    void aParameterMayBeATime() throws IOException {
        var suite = Suite.parse("""
                {"name": "fresh", "expectations": [{"type": "expect_column_max_to_be_between", "kwargs": {"column": "day",
                  "min_value": {"$PARAMETER": "now() - timedelta(days=2)"}, "max_value": {"$PARAMETER": "now()"}}}]}""");
        try (var table = table("day\n2026-11-01\n2026-11-29\n")) {
            for (String now : List.of("2026-11-30T00:00:00Z", "2026-12-02T00:00:00Z", "2026-11-20T00:00:00Z")) {
                boolean fresh = now.startsWith("2026-11-30");
                var result = Validation.of(table)
                        .clock(InstantSource.fixed(Instant.parse(now)))
                        .run(suite);
                assertThat(result.isJudged()).isTrue();
                assertThat(result.success()).as(now).isEqualTo(fresh);
            }
        }
    }

    @Test
    void queriesSeeTheTablesBesideThisOneAndNoOthers() throws IOException {
        try (var table = table("id,owner\n1,7\n2,8\n3,9\n");
                var other = table("key,Name\n7,a\n8,b\n");
                var twins = table("k,K\n1,2\n")) {
            String join =
                    "{\"unexpected_rows_query\":\"SELECT id FROM {batch} WHERE owner NOT IN (SELECT key FROM %s)\"}";
            var results = Validation.of(table)
                    .beside("people", other)
                    .beside("twins", twins)
                    .beside("batch", other)
                    .format(ResultFormat.of(ResultFormat.Level.COMPLETE))
                    .run(Suite.of(
                            "q",
                            List.of(
                                    expectation("unexpected_rows_expectation", join.formatted("people")),
                                    expectation("unexpected_rows_expectation", join.formatted("PEOPLE AS p")),
                                    expectation("unexpected_rows_expectation", join.formatted("strangers")),
                                    expectation("unexpected_rows_expectation", join.formatted("twins")),
                                    expectation("unexpected_rows_expectation", join.formatted("batch")))))
                    .results();
            assertThat(results.get(0).exception()).isNull();
            assertThat(results.get(0).result().get("details").get("unexpected_rows"))
                    .hasToString("[{\"id\":3}]");
            assertThat(results.get(1).result().get("observed_value").asInt()).isEqualTo(1);
            assertThat(results.get(2).exception()).contains("strangers");
            assertThat(results.get(3).exception()).contains("\"k\" and \"K\" differ only in case");
            // The table itself is meant by this name, whatever lies beside it.
            assertThat(results.get(4).exception()).contains("key");
        }
    }

    @Test
    void conditionsAsObjectsKeepTheirRules() throws IOException {
        String leaf = "{\"type\":\"comparison\",\"column\":{\"name\":\"x\"},\"operator\":\"%s\",\"parameter\":%s}";
        String group = "{\"type\":\"%s\",\"conditions\":[%s]}";
        String null1 = "{\"type\":\"nullity\",\"column\":{\"name\":\"x\"},\"is_null\":false}";
        record Given(String condition, String said) {}
        try (var table = table("x,s\n1,a\n2,b\n3,c\n")) {
            for (Given given : List.of(
                    new Given(leaf.formatted("IN", "[1, \"a\"]"), "holds 1 and \"a\"; give values of one kind"),
                    new Given(leaf.formatted("==", "null"), "use a condition of type 'nullity'"),
                    new Given(leaf.formatted("~", "1"), "operator '~' is not known"),
                    new Given(
                            group.formatted("and", group.formatted("or", leaf.formatted("==", "1"))),
                            "an 'and' may not contain an 'or'"),
                    new Given(
                            group.formatted("or", group.formatted("or", leaf.formatted("==", "1"))),
                            "an 'or' may not contain an 'or'"),
                    new Given(
                            group.formatted("and", String.join(",", java.util.Collections.nCopies(101, null1))),
                            "more than 100 comparisons"),
                    new Given("{\"type\":\"maybe\"}", "type 'maybe' is not known"))) {
                var result = run(
                                table,
                                expectation(
                                        "expect_column_values_to_not_be_null",
                                        "{\"column\":\"s\",\"row_condition\":" + given.condition + "}"))
                        .getFirst();
                assertThat(result.exception()).as(given.condition).contains(given.said);
            }
            String fine =
                    group.formatted("and", leaf.formatted("IN", "[1, 2.0]") + "," + group.formatted("and", null1));
            JsonNode result = run(
                            table,
                            expectation(
                                    "expect_column_values_to_not_be_null",
                                    "{\"column\":\"s\",\"row_condition\":" + fine + "}"))
                    .getFirst()
                    .result();
            assertThat(result.get("element_count").asInt()).isEqualTo(2);
        }
    }

    @Test
    void equalPlansHaveEqualDigests() throws IOException {
        Expectation regex = expectation("expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":\"^a\"}");
        try (var table = table("x,s\n1,a\n2,b\n");
                var other = table("x,s\n5,q\n")) {
            String first = hash(table, regex);
            assertThat(first).matches("sha256:[0-9a-f]{64}");
            assertThat(hash(other, regex)).isEqualTo(first);
            assertThat(hash(table, expectation("expect_column_values_to_not_be_null", "{\"column\":\"s\"}")))
                    .isNotEqualTo(first);
        }
    }

    private static String hash(Table table, Expectation expectation) {
        return Validation.of(table)
                .format(ResultFormat.of(ResultFormat.Level.BASIC))
                .run(Suite.of("h", List.of(expectation)))
                .json()
                .get("meta")
                .get("clew")
                .get("sql_hash")
                .asText();
    }
}
