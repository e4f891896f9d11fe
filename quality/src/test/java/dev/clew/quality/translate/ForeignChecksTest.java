package dev.clew.quality.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.quality.QualityException;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.Validation;
import dev.clew.statistics.drift.DriftMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents as each tool writes them, translated and run on a table that they accept. */
class ForeignChecksTest {
    @TempDir
    Path dir;

    private void holds(Translation translation, String csv) throws IOException {
        try (var table = Table.open(Files.writeString(dir.resolve("t.csv"), csv))) {
            var results = Validation.of(table).run(translation.suite()).results();
            assertThat(results).isNotEmpty();
            for (ExpectationResult result : results) {
                assertThat(result.exception())
                        .as(result.expectation().toString())
                        .isNull();
                assertThat(result.success()).as(result.expectation().toString()).isTrue();
            }
        }
    }

    private static List<String> types(Translation translation) {
        return translation.suite().expectations().stream()
                .map(each -> each.type().replace("expect_", ""))
                .toList();
    }

    @Test
    void soda() throws IOException {
        Translation translation = Soda.read("""
                checks for loans:
                  - row_count between 2 and 10
                  - missing_count(id) = 0
                  - missing_percent(amount) < 50%
                  - duplicate_count(id) = 0:
                      name: No loan twice
                  - invalid_count(kind) = 0:
                      valid values: [card, cash]
                  - invalid_percent(code) < 5%:
                      valid regex: ^[A-Z]+$
                  - avg(amount) >= 1
                  - max(amount):
                      warn: when > 100
                      fail: when > 1000
                  - freshness(day) < 1d
                  - freshness(day):
                      warn: when > 2h30m
                  - freshness(day using clock) < 1d
                  - schema:
                      fail:
                        when required column missing: [id, kind]
                """, "loans");
        assertThat(types(translation))
                .containsExactly(
                        "table_row_count_to_be_between",
                        "column_values_to_not_be_null",
                        "column_values_to_not_be_null",
                        "column_values_to_be_unique",
                        "column_values_to_be_in_set",
                        "column_values_to_match_regex",
                        "column_mean_to_be_between",
                        "column_max_to_be_between",
                        "column_max_to_be_between",
                        "column_max_to_be_between",
                        "column_max_to_be_between",
                        "column_to_exist",
                        "column_to_exist");
        assertThat(translation.suite().expectations().get(7).severity()).isEqualTo(Severity.WARNING);
        assertThat(translation
                        .suite()
                        .expectations()
                        .get(2)
                        .kwargs()
                        .get("mostly")
                        .asDouble())
                .isEqualTo(Math.nextUp(0.5));
        assertThat(translation.untranslated()).singleElement().asString().contains("freshness(day using clock)");
        String now = LocalDateTime.now(ZoneOffset.UTC).withNano(0).toString();
        holds(
                translation,
                "id,amount,kind,code,day\n1,5,card,A,2020-01-01\n2,7,cash,B,%s\n3,,cash,C,\n".formatted(now));
    }

    @Test
    void sodasFreshnessLooksBackFromNow() throws IOException {
        Translation translation = Soda.read("""
                checks for loans:
                  - freshness(day) < 1d6h
                  - freshness(day):
                      fail: when > 90m
                """, "");
        assertThat(translation.untranslated()).isEmpty();
        assertThat(translation.suite().expectations().get(0).kwargs())
                .hasToString(
                        "{\"column\":\"day\",\"min_value\":{\"$PARAMETER\":\"now() - timedelta(days=1, hours=6)\"},\"strict_min\":true,\"parse_strings_as_datetimes\":true}");
        Instant now = Instant.parse("2026-11-30T12:00:00Z");
        record Given(String day, boolean first, boolean second) {}
        for (Given given : List.of(
                new Given("2026-11-30 11:00:00", true, true),
                new Given("2026-11-30T10:30:00", true, true),
                new Given("2026-11-30 10:29:59", true, false),
                new Given("2026-11-29T06:00:01", true, false),
                new Given("2026-11-29T06:00:00", false, false),
                new Given("2026-11-30", true, false))) {
            for (boolean dates : new boolean[] {false, true}) {
                Path file = Files.writeString(dir.resolve("f.csv"), "day\n2020-01-01\n" + given.day + "\n");
                try (var table = Table.open(file, TableOptions.DEFAULTS.withDates(dates))) {
                    var results = Validation.of(table)
                            .clock(InstantSource.fixed(now))
                            .run(translation.suite())
                            .results();
                    assertThat(results)
                            .as(given + " " + dates)
                            .extracting(ExpectationResult::success)
                            .containsExactly(given.first, given.second);
                }
            }
        }
        Path odd = Files.writeString(dir.resolve("odd.csv"), "day\n2026-11-30\nyesterday\n");
        try (var table = Table.open(odd, TableOptions.DEFAULTS.withDates(false))) {
            assertThat(Validation.of(table).run(translation.suite()).results())
                    .allSatisfy(result ->
                            assertThat(result.exception()).contains("\"day\" holds 1 texts that are no times"));
        }
    }

    @Test
    void dbt() throws IOException {
        Translation translation = Dbt.read("""
                version: 2
                models:
                  - name: orders
                    columns:
                      - name: order_id
                        tests:
                          - unique
                          - not_null
                      - name: status
                        data_tests:
                          - accepted_values:
                              values: ['placed', 'returned']
                              config:
                                severity: warn
                          - not_null:
                              config:
                                where: "order_id > 1"
                      - name: customer_id
                        tests:
                          - relationships:
                              to: ref('customers')
                              field: customer_id
                      - name: amount
                        tests:
                          - dbt_expectations.expect_column_values_to_be_between:
                              min_value: 0
                              max_value: 100
                """, "orders");
        assertThat(types(translation))
                .containsExactly(
                        "column_values_to_be_unique",
                        "column_values_to_not_be_null",
                        "column_values_to_be_in_set",
                        "column_values_to_not_be_null",
                        "unexpected_rows_expectation",
                        "column_values_to_be_between");
        assertThat(translation.suite().expectations().get(2).severity()).isEqualTo(Severity.WARNING);
        assertThat(translation.untranslated()).isEmpty();
        assertThat(translation.remarks()).singleElement().asString().contains("--beside customers=FILE");
        String orders = "order_id,status,customer_id,amount\n1,,7,5\n2,placed,8,6\n3,returned,7,7\n4,placed,,8\n";
        assertThat(relationship(translation, orders, "customer_id,name\n7,a\n8,b\n")
                        .success())
                .isTrue();
        ExpectationResult broken = relationship(translation, orders, "customer_id,name\n7,a\n9,b\n");
        assertThat(broken.success()).isFalse();
        assertThat(broken.result().get("observed_value").asInt()).isEqualTo(1);
        try (var table = Table.open(Files.writeString(dir.resolve("alone.csv"), orders))) {
            ExpectationResult alone =
                    Validation.of(table).run(translation.suite()).results().get(4);
            assertThat(alone.exception()).contains("customers").endsWith(".");
        }
    }

    private ExpectationResult relationship(Translation translation, String orders, String customers)
            throws IOException {
        try (var table = Table.open(Files.writeString(dir.resolve("orders.csv"), orders));
                var other = Table.open(Files.writeString(dir.resolve("customers.csv"), customers))) {
            var results = Validation.of(table)
                    .beside("customers", other)
                    .run(translation.suite())
                    .results();
            assertThat(results)
                    .allSatisfy(result -> assertThat(result.exception())
                            .as(result.expectation().toString())
                            .isNull());
            return results.get(4);
        }
    }

    @Test
    void pandera() throws IOException {
        Translation translation = Pandera.read("""
                schema_type: dataframe
                version: 0.24.0
                columns:
                  id:
                    dtype: int64
                    nullable: false
                    checks:
                    - value: 1
                      options:
                        check_name: greater_than_or_equal_to
                        raise_warning: false
                    unique: true
                    required: true
                  age:
                    dtype: float64
                    nullable: true
                    checks:
                      in_range:
                        min_value: 18
                        max_value: 100
                    required: true
                  grade:
                    dtype: str
                    nullable: false
                    isin: [a, b]
                    str_length:
                      min_value: 1
                      max_value: 1
                      exact_value: null
                    required: false
                strict: true
                """);
        assertThat(translation.untranslated()).isEmpty();
        assertThat(types(translation)).contains("column_value_lengths_to_be_between", "table_columns_to_match_set");
        holds(translation, "id,age,grade\n1,20.5,a\n2,,b\n");
    }

    @Test
    void deequ() throws IOException {
        Translation translation = Deequ.read("""
                VerificationSuite().onData(data)
                  .addCheck(Check(CheckLevel.Error, "integrity")
                    .hasSize(_ == 3)
                    .isComplete("id").isUnique("id")
                    .isContainedIn("priority", Array("high", "low"))
                    .isNonNegative("views")
                    .hasMax("views", _ <= 10.0)
                    .hasApproxQuantile("views", 0.5, _ <= 6)
                    .satisfies("views < 100", "few views"))
                  .addCheck(Check(CheckLevel.Warning, "distribution")
                    .hasCompleteness("note", _ >= 0.5)
                    .containsURL("note", _ >= 0.5)
                    .hasEntropy("views", _ > 1))
                """);
        assertThat(types(translation))
                .containsExactly(
                        "table_row_count_to_be_between",
                        "column_values_to_not_be_null",
                        "column_values_to_be_unique",
                        "column_values_to_be_in_set",
                        "column_values_to_be_between",
                        "column_max_to_be_between",
                        "column_quantile_values_to_be_between",
                        "unexpected_rows_expectation",
                        "column_values_to_not_be_null");
        assertThat(translation.remarks()).singleElement().asString().contains("hasApproxQuantile");
        assertThat(translation.suite().expectations().getLast().severity()).isEqualTo(Severity.WARNING);
        assertThat(translation.untranslated()).anyMatch(each -> each.contains("hasEntropy"));
        holds(translation, "id,priority,views,note\n1,high,0,x\n2,low,10,\n3,low,5,y\n");
        assertThat(types(Deequ.read("check.hasMin('age', lambda x: x >= 18).isComplete('age')")))
                .containsExactly("column_min_to_be_between", "column_values_to_not_be_null");
    }

    @Test
    void tfdv() throws IOException {
        Translation translation = Tfdv.read("""
                # a schema
                feature {
                  name: "trip_miles"
                  type: FLOAT
                  float_domain { min: 0.0 max: 1e3 }
                  presence { min_fraction: 1.0 min_count: 1 }
                  drift_comparator { jensen_shannon_divergence { threshold: 0.1 } }
                }
                feature {
                  name: "company"
                  type: BYTES
                  domain: "company"
                  presence { min_fraction: 0.5 }
                  drift_comparator { infinity_norm { threshold: 0.01 } }
                  skew_comparator { normalized_abs_difference { threshold: 0.01 } }
                }
                string_domain { name: "company" value: "Blue \\"Cab\\"" value: "Yellow" }
                """);
        assertThat(types(translation))
                .containsExactly(
                        "column_values_to_not_be_null",
                        "column_values_to_be_between",
                        "column_values_to_not_be_null",
                        "column_values_to_be_in_set");
        assertThat(translation.untranslated()).singleElement().asString().contains("skew_comparator of company");
        assertThat(translation.monitors())
                .containsExactly(
                        new Translation.Monitor(
                                "trip_miles",
                                "jensenshannon",
                                Math.sqrt(0.1 * Math.log(2)),
                                "drift_comparator.jensen_shannon_divergence"),
                        new Translation.Monitor("company", "l_infinity", 0.01, "drift_comparator.infinity_norm"));
        assertThat(translation.suite().meta().get("clew").get("monitor").get(1))
                .hasToString(
                        "{\"column\":\"company\",\"method\":\"l_infinity\",\"threshold\":0.01,\"from\":\"drift_comparator.infinity_norm\"}");
        for (Translation.Monitor monitor : translation.monitors()) {
            assertThat(DriftMethod.named(monitor.method())).isPresent();
        }
        holds(translation, "trip_miles,company\n1.5,Yellow\n2.5,\"Blue \"\"Cab\"\"\"\n");
    }

    @Test
    void refusesWhatIsNoDocument() {
        for (Runnable read : List.<Runnable>of(
                () -> Soda.read("- a", ""),
                () -> Soda.read("a: [", ""),
                () -> Dbt.read("version: 2", ""),
                () -> Pandera.read("x: 1"),
                () -> Tfdv.read("feature { name: \"x\""),
                () -> Tfdv.read("nothing"))) {
            assertThatThrownBy(read::run)
                    .isInstanceOf(QualityException.class)
                    .extracting(failure -> ((QualityException) failure).code())
                    .isEqualTo(QualityException.Code.BAD_DOCUMENT);
        }
    }
}
