package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.docs.ValidationPage;
import dev.clew.quality.profile.PersonalColumns;
import dev.clew.quality.profile.PersonalData;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskingTest {
    private static final String TABLE = """
        id,mail,pay,note
        1,anna@mail.example.org,1000,fine
        2,bert@mail.example.org,2000,call +49 30 1234567
        3,anna@mail.example.org,3000,+49 30 1234567
        4,,4000,fine
        5,anna@mail.example.org,5000,fine
        6,cleo@mail.example.org,6000,cleo@mail.example.org
        """;

    /** Every kind of result that can hold a value of a row. */
    private static final String SUITE = """
        - column_values_to_match_regex: {column: mail, regex: "^x"}
        - column_values_to_be_unique: mail
        - column_values_to_be_between: {column: pay, min_value: 5000}
        - column_values_to_be_in_set: {column: note, value_set: [fine]}
        - column_min_to_be_between: {column: pay, min_value: 5000}
        - column_median_to_be_between: {column: pay, min_value: 5000}
        - column_mean_to_be_between: {column: pay, min_value: 5000}
        - column_quantile_values_to_be_between: {column: pay, quantile_ranges: {quantiles: [0.5], value_ranges: [[5000, null]]}}
        - column_most_common_value_to_be_in_set: {column: mail, value_set: [x]}
        - column_distinct_values_to_be_in_set: {column: mail, value_set: [x]}
        - column_kl_divergence_to_be_less_than: {column: mail, partition_object: {values: [x], weights: [1]}, threshold: 0.1}
        - column_pair_values_to_be_equal: {column_A: mail, column_B: note}
        - column_pair_values_a_to_be_greater_than_b: {column_A: id, column_B: pay}
        - compound_columns_to_be_unique: {column_list: [mail, note]}
        - select_column_values_to_be_unique_within_record: {column_list: [mail, note]}
        - multicolumn_sum_to_equal: {column_list: [id, pay], sum_total: 0}
        - unexpected_rows_expectation: {unexpected_rows_query: "SELECT mail AS id, pay FROM {batch}"}
        """;

    private static final List<String> SECRETS = List.of("anna", "bert", "cleo", "1234567");

    @TempDir
    Path dir;

    private ValidationResult run(Masking masking, ResultFormat format) throws IOException {
        Path file = Files.writeString(dir.resolve("t.csv"), TABLE);
        Path suite = Files.writeString(dir.resolve("s.yml"), SUITE);
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            return Validation.of(table).format(format).mask(masking).run(Suite.read(suite));
        }
    }

    private static ResultFormat everything() {
        return new ResultFormat(ResultFormat.Level.COMPLETE, 20, true, List.of("mail"), true, false);
    }

    @Test
    void noValueOfPersonalDataIsInAnyResult() throws IOException {
        for (ResultFormat format : List.of(ResultFormat.SUMMARY, everything())) {
            ValidationResult open = run(Masking.NONE, format);
            assertThat(open.json().toString()).contains(SECRETS);
            assertThat(open.masked()).isEmpty();
            ValidationResult masked = run(PersonalColumns.masking(), format);
            assertThat(masked.results()).allMatch(ExpectationResult::isJudged).noneMatch(ExpectationResult::success);
            assertThat(masked.json().toString()).doesNotContain(SECRETS).contains("<masked:");
            assertThat(ValidationPage.html(masked)).doesNotContain(SECRETS).contains("Values of mail, note are masked");
            assertThat(masked.masked()).containsExactly("mail", "note");
            assertThat(masked.json().at("/meta/clew/masked_columns")).hasSize(2);
            // What is not hidden is as it was.
            ObjectNode plain = masked.results().get(2).result();
            assertThat(plain.get("partial_unexpected_list"))
                    .isEqualTo(open.results().get(2).result().get("partial_unexpected_list"));
            for (int i = 0; i < open.results().size(); i++) {
                assertThat(masked.results().get(i).result().path("unexpected_count"))
                        .isEqualTo(open.results().get(i).result().path("unexpected_count"));
            }
        }
    }

    @Test
    void namedColumnsAreHiddenWhateverTheyHold() throws IOException {
        ValidationResult masked = run(Masking.of(List.of("pay", "mail", "note")), ResultFormat.SUMMARY);
        String text = masked.json().toString();
        assertThat(text).doesNotContain(SECRETS);
        assertThat(masked.results().get(2).result().toString()).doesNotContain("1000", "4000");
        assertThat(masked.results().get(4).result().get("observed_value").asText())
                .startsWith("<masked:");
        assertThat(masked.results().get(5).result().get("observed_value").asText())
                .startsWith("<masked:");
        assertThat(masked.results().get(6).result().get("observed_value").asDouble())
                .isEqualTo(3500);
        JsonNode quantiles = masked.results().get(7).result().get("observed_value");
        assertThat(quantiles.at("/quantiles/0").asDouble()).isEqualTo(0.5);
        assertThat(quantiles.at("/values/0").asText()).matches("<masked:[0-9a-f]{8}>");
        JsonNode pair = masked.results().get(12).result().at("/partial_unexpected_list/0");
        assertThat(pair.get(0).asInt()).isEqualTo(1);
        assertThat(pair.get(1).asText()).startsWith("<masked:");
    }

    @Test
    void equalValuesLookEqualInOneResultAndInNoOther() throws IOException {
        Masking masking = PersonalColumns.masking();
        JsonNode first =
                run(masking, ResultFormat.SUMMARY).results().getFirst().result().get("partial_unexpected_list");
        assertThat(first.get(0)).isEqualTo(first.get(2)).isNotEqualTo(first.get(1));
        JsonNode second =
                run(masking, ResultFormat.SUMMARY).results().getFirst().result().get("partial_unexpected_list");
        assertThat(second.get(0)).isNotEqualTo(first.get(0));
    }

    @Test
    void refusesToMaskAColumnThatIsNotThere() {
        assertThatThrownBy(() -> run(Masking.of(List.of("male")), ResultFormat.SUMMARY))
                .hasMessage("Column 'male' is to be masked, but 't.csv' has none of this name; the closest is 'mail'.");
    }

    @Test
    void findsColumnsOfPersonalDataInASample() throws IOException {
        try (var table = Table.open(Files.writeString(dir.resolve("t.csv"), TABLE), TableOptions.DEFAULTS)) {
            var found = PersonalColumns.of(table);
            assertThat(found.keySet()).containsExactly("mail", "note");
            assertThat(found.get("mail")).containsEntry(PersonalData.EMAIL, 1.0);
            assertThat(found.get("note"))
                    .containsEntry(PersonalData.PHONE, 1 / 6.0)
                    .containsEntry(PersonalData.EMAIL, 1 / 6.0);
        }
    }
}
