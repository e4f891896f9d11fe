package dev.clew.quality.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.profile.Profiler;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.validation.Validation;
import dev.clew.quality.validation.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
    private static final String HOSTILE = "<script>alert(1)</script>";

    @TempDir
    Path dir;

    private Table table() throws IOException {
        return Table.open(Files.writeString(
                dir.resolve("t.csv"), "x,\"" + HOSTILE + "\"\n1,a\n5,\"<img src=http://127.0.0.1/x>\"\n9,b\n"));
    }

    private static Expectation expectation(String type, String kwargs) throws IOException {
        return Expectation.of(type, (ObjectNode) new ObjectMapper().readTree(kwargs));
    }

    private static ValidationResult run(Table table) throws IOException {
        return Validation.of(table)
                .run(Suite.of(
                        "loans & more",
                        List.of(
                                expectation("expect_column_values_to_be_between", "{\"column\":\"x\",\"min_value\":2}"),
                                expectation(
                                        "expect_column_values_to_be_in_set",
                                        "{\"column\":\"" + HOSTILE + "\",\"value_set\":[\"a\"]}"),
                                expectation("expect_column_mean_to_be_between", "{\"column\":\"x\",\"max_value\":10}"),
                                expectation("expect_nothing", "{}"))));
    }

    /** Nothing is fetched, nothing runs, whatever a file holds. */
    private static void isSelfContained(String page) {
        assertThat(page)
                .doesNotContain("<script")
                .doesNotContain("<img")
                .doesNotContain("src=\"")
                .doesNotContain("url(")
                .doesNotContain("@import")
                .doesNotContain("<link")
                .contains("prefers-color-scheme:dark")
                .contains("@media print")
                .contains("default-src 'none'");
    }

    @Test
    void saysWhatFailedFirstInPlainWords() throws IOException {
        try (var table = table()) {
            String page = ValidationPage.html(run(table));
            isSelfContained(page);
            assertThat(page)
                    .contains("2 of 4 expectations do not hold, 1 could not be judged")
                    .contains("Values of <b>x</b> are at least 2.")
                    .contains("The mean of <b>x</b> is at most 10.")
                    .contains("ExpectationNotFoundError");
            assertThat(page.indexOf("Does not hold")).isLessThan(page.indexOf("Could not be judged"));
            assertThat(page.indexOf("Could not be judged")).isLessThan(page.indexOf("<h2>Holds"));
        }
    }

    @Test
    void saysWhichColumnsAreOutOfPlace() throws IOException {
        try (var table = table()) {
            String page = ValidationPage.html(Validation.of(table)
                    .run(Suite.of(
                            "columns",
                            List.of(
                                    expectation(
                                            "expect_table_columns_to_match_ordered_list",
                                            "{\"column_list\":[\"x\",\"y\",\"z\"]}"),
                                    expectation(
                                            "expect_table_columns_to_match_set", "{\"column_set\":[\"x\",\"y\"]}")))));
            isSelfContained(page);
            assertThat(page)
                    .contains("Column 2 is <b>&lt;script&gt;alert(1)&lt;/script&gt;</b>; <b>y</b> was expected.")
                    .contains("Column 3 is not there; <b>z</b> was expected.")
                    .contains("Missing: <b>y</b>.")
                    .doesNotContain("Expected Column Position");
        }
    }

    @Test
    void showsAProfile() throws IOException {
        try (var table = table()) {
            String page = ProfilePage.html(Profiler.profile(table));
            isSelfContained(page);
            assertThat(page).contains("3 rows, 2 columns").contains("&lt;script&gt;");
        }
    }

    @Test
    void keepsDocsWithHistory() throws IOException {
        Path docs = dir.resolve("docs");
        try (var table = table()) {
            Path first = DataDocs.in(docs).add(run(table));
            byte[] before = Files.readAllBytes(first);
            Path second = DataDocs.in(docs).add(run(table));
            assertThat(second).isNotEqualTo(first);
            assertThat(first).hasBinaryContent(before);
            assertThat(Files.readString(second)).contains("the last 2 runs of this suite");
            String index = Files.readString(docs.resolve("index.html"));
            isSelfContained(index);
            assertThat(index).contains("loans &amp; more").contains("runs/" + second.getFileName());
        }
    }

    @Test
    void hasASentenceForEveryType() {
        for (String type : Validation.types()) {
            String sentence = Sentences.of(
                    Expectation.of(type, new ObjectMapper().createObjectNode().put("column", "c")));
            assertThat(sentence).as(type).doesNotContain("expect").endsWith(".");
        }
    }
}
