package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.quality.docs.ValidationPage;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.quality.table.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
    private static final String TABLE =
            "id,mail,\"select \"\"x\",Pay\n1,a@b.example,1,1\n2,,2,2\n3,c@d.example,x,3\n4,,4,4\n";
    private static final String SUITE = """
        - column_values_to_not_be_null: mail
        - column_values_to_match_regex: {column: mail, regex: "^a"}
        - column_values_to_be_between: {column: id, max_value: 3, mostly: 0.5}
        - column_values_to_be_between: {column: id, min_value: 0}
        - column_max_to_be_between: {column: id, max_value: 3}
        - column_values_to_not_be_null: nothing
        - column_pair_values_a_to_be_greater_than_b: {column_A: id, column_B: Pay, or_equal: false}
        """;

    @TempDir
    Path dir;

    private final List<String> rows = new ArrayList<>();

    private ValidationResult run(Quarantine quarantine, String suite, String content) throws IOException {
        Path file = Files.writeString(dir.resolve("t.csv"), content);
        Path expectations = Files.writeString(dir.resolve("s.yml"), suite);
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            return Validation.of(table).quarantine(quarantine).run(Suite.read(expectations));
        }
    }

    private List<String> read(Path file) throws Exception {
        rows.clear();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT to_json(r)::VARCHAR FROM '" + file + "' AS r")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    @Test
    void holdsThePositionsOfFailedRowsAndWhatTheyFail() throws Exception {
        Path file = dir.resolve("failed.parquet");
        ValidationResult result = run(Quarantine.in(file), SUITE.replace("or_equal: false", "or_equal: true"), TABLE);
        assertThat(read(file))
                .containsExactly(
                        "{\"clew_row\":1,\"clew_failed\":[\"expect_column_values_to_not_be_null(mail)\"],\"clew_failed_at\":[0]}",
                        "{\"clew_row\":2,\"clew_failed\":[\"expect_column_values_to_match_regex(mail)\"],\"clew_failed_at\":[1]}",
                        "{\"clew_row\":3,\"clew_failed\":[\"expect_column_values_to_not_be_null(mail)\"],\"clew_failed_at\":[0]}");
        var written = result.quarantine();
        assertThat(written.rows()).isEqualTo(3);
        assertThat(written.columns()).isEmpty();
        assertThat(written.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
        assertThat(result.json().at("/meta/clew/quarantine/file").asText()).isEqualTo("failed.parquet");
        assertThat(result.json().at("/meta/clew/quarantine/rows").asLong()).isEqualTo(3);
        assertThat(ValidationPage.html(result)).contains("3 failed rows are in failed.parquet, by position.");
    }

    @Test
    void holdsTheColumnsThatWereAskedFor() throws Exception {
        Path file = dir.resolve("failed.parquet");
        run(Quarantine.in(file).with(List.of("select \"x", "id")), SUITE, TABLE);
        assertThat(read(file))
                .hasSize(4)
                .first()
                .isEqualTo(
                        "{\"clew_row\":0,\"clew_failed\":[\"expect_column_pair_values_a_to_be_greater_than_b(id, Pay)\"],\"clew_failed_at\":[6],\"select \\\"x\":\"1\",\"id\":1}");
        run(Quarantine.in(file).withAll(), SUITE, TABLE);
        assertThat(read(file).get(1))
                .endsWith("\"clew_failed_at\":[0,6],\"id\":2,\"mail\":null,\"select \\\"x\":\"2\",\"Pay\":2}");
    }

    @Test
    void isWrittenAnewWhenNothingFails() throws Exception {
        Path file = Files.writeString(dir.resolve("failed.parquet"), "of yesterday");
        ValidationResult result = run(Quarantine.in(file), "- column_values_to_not_be_null: id\n", TABLE);
        assertThat(result.success()).isTrue();
        assertThat(result.quarantine().rows()).isZero();
        assertThat(read(file)).isEmpty();
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            assertThat(table.columns())
                    .extracting(TableColumn::name)
                    .containsExactly("clew_row", "clew_failed", "clew_failed_at");
        }
    }

    @Test
    void refusesWhatCannotBeWritten() {
        Path file = dir.resolve("failed.parquet");
        assertThatThrownBy(() -> run(Quarantine.in(file).with(List.of("Id")), SUITE, TABLE))
                .hasMessage(
                        "Column 'Id' was asked for in the quarantine, but 't.csv' has none of this name; the closest is 'id'.");
        assertThatThrownBy(() -> run(Quarantine.in(file).withAll(), SUITE, "a,A\n1,2\n"))
                .hasMessageContaining("Column 'A' cannot go into the quarantine beside 'a'");
        assertThatThrownBy(() -> run(Quarantine.in(dir.resolve("no/where.parquet")), SUITE, TABLE))
                .hasMessage("The quarantine 'where.parquet' cannot be written; name another file.");
    }
}
