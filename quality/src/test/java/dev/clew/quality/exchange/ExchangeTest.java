package dev.clew.quality.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.profile.Profiler;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.validation.Validation;
import dev.clew.quality.validation.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {
    @TempDir
    Path dir;

    private Path table() throws IOException {
        return Files.writeString(dir.resolve("t \"1\".csv"), "x,s\n1,a\n2,b\n,c\n");
    }

    private ValidationResult result() throws IOException {
        try (var table = Table.open(table())) {
            return Validation.of(table)
                    .clock(() -> Instant.ofEpochSecond(1_800_000_000))
                    .run(Suite.parse("""
                    suite: loans
                    expectations:
                      - column_values_to_not_be_null: s
                      - column_values_to_not_be_null: {column: x, severity: warning}
                      - column_max_to_be_between: {column: x, max_value: 2}
                      - column_to_exist: {column: nope, severity: info}
                      - column_values_to_be_unique: nope
                    """));
        }
    }

    @Test
    void openLineageReadsTheAssertions() throws IOException {
        JsonNode facet =
                OpenLineageFacets.of(result(), "https://example.com/me").get("dataQualityAssertions");
        assertThat(facet.get("_producer").asText()).isEqualTo("https://example.com/me");
        assertThat(facet.get("_schemaURL").asText()).endsWith("#/$defs/DataQualityAssertionsDatasetFacet");
        JsonNode all = facet.get("assertions");
        assertThat(all).hasSize(5);
        assertThat(all.get(0)).hasToString("""
                {"assertion":"expect_column_values_to_not_be_null","success":true,"column":"s","severity":"error","actual":"0 unexpected of 3"}""");
        assertThat(all.get(1).get("success").asBoolean()).isFalse();
        assertThat(all.get(1).get("severity").asText()).isEqualTo("warn");
        assertThat(all.get(2).get("actual").asDouble()).isEqualTo(2);
        assertThat(all.get(4).get("actual").asText()).startsWith("not judged: ");
    }

    @Test
    void openLineageReadsTheProfile() throws IOException {
        try (var table = Table.open(table())) {
            JsonNode facet = OpenLineageFacets.of(Profiler.profile(table), "https://example.com/me")
                    .get("dataQualityMetrics");
            assertThat(facet.get("rowCount").asInt()).isEqualTo(3);
            JsonNode x = facet.get("columnMetrics").get("x");
            assertThat(x.get("nullCount").asInt()).isEqualTo(1);
            assertThat(x.get("count").asInt()).isEqualTo(2);
            assertThat(x.get("sum").asDouble()).isEqualTo(3);
            assertThat(x.get("quantiles").get("1.0").asDouble()).isEqualTo(2);
            assertThat(facet.get("columnMetrics").get("s").has("sum")).isFalse();
        }
    }

    @Test
    void prometheusReadsFewSeries() throws IOException {
        ValidationResult result = result();
        String labels = "dataset=\"t \\\"1\\\".csv\",suite=\"loans\"";
        assertThat(PrometheusSeries.of(result)).isEqualTo("""
                # TYPE clew_dq_expectation_success gauge
                clew_dq_expectation_success{%1$s,severity="info"} 0.0
                clew_dq_expectation_success{%1$s,severity="warning"} 0.0
                clew_dq_expectation_success{%1$s,severity="critical"} 0.6666666666666666
                # TYPE clew_dq_failed_expectations gauge
                clew_dq_failed_expectations{%1$s} 3.0
                # TYPE clew_dq_last_run_timestamp_seconds gauge
                clew_dq_last_run_timestamp_seconds{%1$s} 1.8E9
                # TYPE clew_dq_run_duration_seconds gauge
                clew_dq_run_duration_seconds{%1$s} %2$s
                """.formatted(labels, result.durationMillis() / 1e3));
    }
}
