package dev.clew.quality.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.profile.PersonalColumns;
import dev.clew.quality.profile.Profile;
import dev.clew.quality.profile.Profiler;
import dev.clew.quality.profile.Profiles;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files and suites hold that nobody meant: each ends with a sentence or a judgement, and spoils nothing beside it. */
class BadInputTest {
    @TempDir
    Path dir;

    private static Expectation expectation(String type, String kwargs) throws IOException {
        return Expectation.of(type, (ObjectNode) new ObjectMapper().readTree(kwargs));
    }

    @Test
    void oddTablesAreProfiledMergedJudgedAndPutAside() throws IOException {
        record File(String name, String content, long rows) {}
        for (File given : List.of(
                new File("empty.csv", "x,s\n", 0),
                new File("one.csv", "x,s\n1,a\n", 1),
                new File("constant.csv", "x,s\n1,a\n1,a\n1,a\n", 3),
                new File("null.jsonl", "{\"x\":null,\"s\":null}\n{\"x\":null,\"s\":null}\n", 2),
                new File("odd.csv", "x,s\nnan,a\ninf,b\n-inf,c\n1,d\n", 4),
                new File("infinite.csv", "x,s\ninf,a\n-inf,b\n", 2),
                new File("sql.csv", "x,s,\"x\"\"; DROP TABLE t; --\"\n1,a,1\n2,b,2\n", 2))) {
            Path file = Files.writeString(dir.resolve(given.name), given.content);
            try (var table = Table.open(file, TableOptions.DEFAULTS)) {
                Profile profile = Profiler.part(table, Progress.NONE);
                assertThat(profile.rows()).as(given.name).isEqualTo(given.rows);
                Profile read = Profiles.parse(given.name, profile.document().toString());
                assertThat(read.json())
                        .as(given.name)
                        .isEqualTo(Profiles.parse("", profile.json().toString()).json());
                Profile twice = Profiles.merge(List.of(
                        read, Profiles.parse(given.name, profile.document().toString())));
                assertThat(twice.rows()).isEqualTo(2 * given.rows);
                assertThat(twice.column("s").orElseThrow().distinct())
                        .as(given.name)
                        .isEqualTo(profile.column("s").orElseThrow().distinct());
                String column = table.columns().getLast().name();
                var result = Validation.of(table)
                        .mask(PersonalColumns.masking().and(List.of(column)))
                        .quarantine(Quarantine.in(dir.resolve("aside.parquet")).withAll())
                        .run(Suite.of(
                                "s",
                                List.of(
                                        Expectation.of(
                                                "expect_column_values_to_be_null",
                                                new ObjectMapper()
                                                        .createObjectNode()
                                                        .put("column", column)),
                                        expectation(
                                                "expect_table_row_count_to_equal", "{\"value\":" + given.rows + "}"))));
                assertThat(result.isJudged()).as(given.name).isTrue();
                assertThat(result.results().getLast().success()).isTrue();
                assertThat(result.quarantine().rows())
                        .as(given.name)
                        .isEqualTo(profile.column(column).orElseThrow().present());
            }
        }
    }

    @Test
    void aMillionCategoriesAreCountedExactlyAndShownFew() throws IOException {
        Path file = dir.resolve("many.csv");
        try (var out = Files.newBufferedWriter(file)) {
            out.write("c\n");
            for (int i = 0; i < 1_000_000; i++) {
                out.write("category " + i + "\n");
            }
        }
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            var results = Validation.of(table)
                    .run(
                            Suite.of(
                                    "many",
                                    List.of(
                                            expectation("expect_column_values_to_be_unique", "{\"column\":\"c\"}"),
                                            expectation(
                                                    "expect_column_unique_value_count_to_be_between",
                                                    "{\"column\":\"c\",\"min_value\":1000000,\"max_value\":1000000}"),
                                            expectation(
                                                    "expect_column_distinct_values_to_be_in_set",
                                                    "{\"column\":\"c\",\"value_set\":[\"category 1\"]}"),
                                            expectation(
                                                    "expect_column_kl_divergence_to_be_less_than",
                                                    "{\"column\":\"c\",\"partition_object\":{\"values\":[\"a\"],\"weights\":[1]},\"threshold\":1}"))))
                    .results();
            assertThat(results.get(0).success()).isTrue();
            assertThat(results.get(1).success()).isTrue();
            assertThat(results.get(2).result().get("unexpected_count").asLong()).isEqualTo(999_999);
            assertThat(results.get(2).result().get("partial_unexpected_list")).hasSize(20);
            assertThat(results.get(3).exception()).contains("more than", "levels; give a partition into bins");
            Profile profile = Profiler.part(table, Progress.NONE);
            assertThat(profile.column("c").orElseThrow().distinct()).isEqualTo(1_000_000);
            assertThat(profile.column("c").orElseThrow().top()).isEmpty();
            assertThat(profile.document().toString()).hasSizeLessThan(100_000);
        }
    }

    @Test
    void schemasAreNeverFetched() throws Exception {
        var visits = new AtomicInteger();
        try (var server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        server.accept().close();
                        visits.incrementAndGet();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            String base = "http://127.0.0.1:" + server.getLocalPort();
            try (var table = Table.open(Files.writeString(dir.resolve("j.jsonl"), "{\"j\":\"{}\",\"n\":1}\n"))) {
                for (String schema : List.of(
                        "{\"$ref\":\"" + base + "/a\"}",
                        "{\"properties\":{\"a\":{\"$ref\":\"" + base + "/a#/b\"}}}",
                        "{\"$id\":\"" + base + "/root.json\",\"$ref\":\"other.json\"}",
                        "{\"$id\":\"" + base + "/root.json\",\"allOf\":[{\"$ref\":\"/other.json\"}]}",
                        "{\"$schema\":\"" + base + "/meta\",\"type\":\"object\"}",
                        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$dynamicRef\":\"" + base
                                + "/a\"}",
                        "{\"$ref\":\"file:///etc/passwd\"}",
                        "{\"$ref\":\"classpath:/draft-07/schema\"}")) {
                    var results = Validation.of(table)
                            .run(Suite.of(
                                    "remote",
                                    List.of(
                                            expectation(
                                                    "expect_column_values_to_match_json_schema",
                                                    "{\"column\":\"j\",\"json_schema\":" + schema + "}"),
                                            expectation("expect_column_values_to_not_be_null", "{\"column\":\"n\"}"))))
                            .results();
                    assertThat(results.getFirst().isJudged()).as(schema).isFalse();
                    assertThat(results.getFirst().exception())
                            .as(schema)
                            .startsWith("json_schema ")
                            .endsWith(".");
                    assertThat(results.getLast().success()).isTrue();
                }
            }
        }
        assertThat(visits).hasValue(0);
    }

    @Test
    void patternsThatExplodeGiveUpOrAnswer() throws IOException {
        Path file = Files.writeString(dir.resolve("bomb.csv"), "s\n" + "a".repeat(40) + "!\n");
        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
            for (String regex : List.of(
                    "^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){25}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(a+)+\\\\1$")) {
                var result = Validation.of(table)
                        .run(Suite.of(
                                "bomb",
                                List.of(expectation(
                                        "expect_column_values_to_match_regex",
                                        "{\"column\":\"s\",\"regex\":\"" + regex + "\"}"))))
                        .results()
                        .getFirst();
                assertThat(
                                result.isJudged()
                                        ? result.result()
                                                .get("unexpected_count")
                                                .asText()
                                        : result.exception())
                        .as(regex)
                        .matches("1|.*backtracks without end.*");
            }
        }
    }

    @Test
    void argumentsOfTheWrongKindAreRepeatedWithWhatIsWanted() throws IOException {
        try (var table = Table.open(Files.writeString(dir.resolve("t.csv"), "x,s\n1,a\n"), TableOptions.DEFAULTS)) {
            var results = Validation.of(table)
                    .run(Suite.of(
                            "wrong",
                            List.of(
                                    expectation(
                                            "expect_column_values_to_match_regex", "{\"column\":\"s\",\"regex\":5}"),
                                    expectation(
                                            "expect_column_values_to_match_regex_list",
                                            "{\"column\":\"s\",\"regex_list\":\"a\"}"),
                                    expectation(
                                            "expect_column_value_z_scores_to_be_less_than",
                                            "{\"column\":\"x\",\"threshold\":\"high\"}"),
                                    expectation(
                                            "expect_column_values_to_not_be_null", "{\"column\":\"x\",\"mostly\":7}"),
                                    expectation("unexpected_rows_expectation", "{\"unexpected_rows_query\":\" \"}"))))
                    .results();
            assertThat(results)
                    .extracting(ExpectationResult::exception)
                    .containsExactly(
                            "Argument 'regex' of expect_column_values_to_match_regex is 5; give a text.",
                            "Argument 'regex_list' of expect_column_values_to_match_regex_list is \"a\"; give a list.",
                            "Argument 'threshold' of expect_column_value_z_scores_to_be_less_than is \"high\"; give a number.",
                            "Argument 'mostly' of expect_column_values_to_not_be_null is 7.0; give a share between 0 and 1.",
                            "The query is empty; write one SELECT over {batch}.");
        }
    }

    @Test
    void unreadableTablesSayWhichLineAndWhatToDo() throws IOException {
        Path ragged = Files.writeString(dir.resolve("ragged.csv"), "a,b\n1,2\n3\n");
        Path twice = Files.writeString(dir.resolve("twice.csv"), "a,a\n1,2\n");
        Path corrupt = Files.writeString(dir.resolve("corrupt.parquet"), "PAR1 and nothing else PAR1");
        Path mixed = dir.resolve("mixed.csv");
        Files.write(mixed, "a\nä\n".getBytes(StandardCharsets.UTF_8));
        Files.write(mixed, "ä\n".getBytes(StandardCharsets.ISO_8859_1), java.nio.file.StandardOpenOption.APPEND);
        for (Path file : List.of(ragged, twice, corrupt, mixed)) {
            assertThatThrownBy(() -> {
                        try (var table = Table.open(file, TableOptions.DEFAULTS)) {
                            Profiler.part(table, Progress.NONE);
                        }
                    })
                    .as(file.toString())
                    .isInstanceOf(QualityException.class)
                    .hasMessageContaining(file.getFileName().toString())
                    .hasMessageEndingWith(".")
                    .message()
                    .doesNotContain(dir.toString(), "SELECT", "Exception");
        }
    }
}
