package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.quality.profile.Profiler;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.quality.translate.Dbt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew profile} and {@code clew quality}: exit codes and files. */
class QualityCommandTest {
    @TempDir
    Path dir;

    private String file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content).toString();
    }

    @Test
    void saysByItsExitCodeWhetherASuiteHolds() throws IOException {
        String table = file("t.csv", "x,s\n1,a\n2,b\n");
        String holds = file(
                "holds.json",
                "{\"name\":\"h\",\"expectations\":[{\"type\":\"expect_column_values_to_not_be_null\",\"kwargs\":{\"column\":\"x\"}}]}");
        String fails = file(
                "fails.json",
                "{\"expectation_suite_name\":\"f\",\"expectations\":[{\"expectation_type\":\"expect_column_max_to_be_between\",\"kwargs\":{\"column\":\"x\",\"max_value\":1}}]}");
        String odd = file(
                "odd.json",
                "{\"name\":\"o\",\"expectations\":[{\"type\":\"expect_column_values_to_not_be_null\",\"kwargs\":{\"column\":\"zz\"}}]}");
        Path page = dir.resolve("page.html");
        Path docs = dir.resolve("docs");
        assertThat(ClewCommand.run(
                        "quality", "run", holds, table, "--html", page.toString(), "--docs", docs.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(page).content().contains("The expectation holds");
        assertThat(docs.resolve("index.html")).exists();
        Path facets = dir.resolve("facets.json");
        Path gauges = dir.resolve("gauges.prom");
        String shortSuite = file("short.yml", "suite: s\nexpectations:\n  - column_values_to_not_be_null: x\n");
        assertThat(ClewCommand.run(
                        "quality",
                        "run",
                        shortSuite,
                        table,
                        "--openlineage",
                        facets.toString(),
                        "--prometheus",
                        gauges.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(facets).content().contains("\"assertion\" : \"expect_column_values_to_not_be_null\"");
        assertThat(gauges).content().contains("clew_dq_failed_expectations{dataset=\"t.csv\",suite=\"s\"} 0.0");
        assertThat(ClewCommand.run("quality", "run", fails, table, "--json")).isEqualTo(ExitCode.FAILED);
        assertThat(ClewCommand.run("quality", "run", odd, table)).isEqualTo(ExitCode.UNDECIDED);
        String nothing = file("nothing.json", "{\"name\":\"n\",\"expectations\":[]}");
        assertThat(ClewCommand.run("quality", "run", nothing, table, "--html", page.toString()))
                .isEqualTo(ExitCode.UNDECIDED);
        assertThat(page).content().contains("The suite has no expectations, so nothing was judged");
        assertThat(ClewCommand.run("quality", "run", holds, file("ragged.csv", "x,s\n1\n")))
                .isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run("quality", "run", holds)).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality")).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality", "run", holds, table, "--result-format", "LOUD"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality", "infer", table)).isEqualTo(ExitCode.OK);
    }

    @Test
    void looksBackOnTheRunsInTheDocs() throws IOException {
        String suite = file("back.yml", """
            - table_row_count_to_be_between:
                min_value: {$PARAMETER: low}
                windows: [{constraint_fn: mean, parameter_name: low, range: 3, offset: {negative: 0.1, positive: 0.1}}]
            """);
        String docs = dir.resolve("docs").toString();
        String full = file("full.csv", "x\n1\n2\n3\n4\n");
        assertThat(ClewCommand.run("quality", "run", suite, full, "--docs", docs))
                .isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run("quality", "run", suite, full, "--docs", docs))
                .isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("quality", "run", suite, file("half.csv", "x\n1\n2\n"), "--docs", docs))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void rehearsesCommandsOneAfterAnother() throws IOException {
        Path page = dir.resolve("rehearsed.html");
        String table = file("t.csv", "x\n1\n2\n");
        String commands = file(
                "commands",
                "profile\tnone.csv\nrehearse\t%s\nprofile\t%s\t--html\t%s\n"
                        .formatted(dir.resolve("commands"), table, page));
        assertThat(ClewCommand.run("rehearse", commands)).isEqualTo(ExitCode.OK);
        assertThat(page).content().contains("2 rows");
        assertThat(ClewCommand.run("rehearse", dir.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void masksPersonalDataAndPutsFailedRowsAside() throws IOException {
        String table = file("t.csv", "id,mail,pay\n1,anna@mail.example.org,1\n2,bert@mail.example.org,-2\n");
        String suite = file(
                "s.yml",
                "- column_values_to_match_regex: {column: mail, regex: ^x}\n- column_values_to_be_between: {column: pay, min_value: 0}\n");
        Path page = dir.resolve("page.html");
        Path rows = dir.resolve("failed.parquet");
        assertThat(ClewCommand.run("quality", "run", suite, table, "--html", page.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(page).content().contains("&lt;masked:", "-2").doesNotContain("anna");
        assertThat(ClewCommand.run("quality", "run", suite, table, "--html", page.toString(), "--mask", "none"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(page).content().contains("anna").doesNotContain("&lt;masked:");
        assertThat(ClewCommand.run("quality", "run", suite, table, "--html", page.toString(), "--mask", "auto,pay"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(page).content().doesNotContain("anna", "<code>-2");
        assertThat(ClewCommand.run(
                        "quality",
                        "run",
                        suite,
                        table,
                        "--json",
                        "--quarantine",
                        rows.toString(),
                        "--quarantine-columns",
                        "id,pay"))
                .isEqualTo(ExitCode.FAILED);
        try (var kept = Table.open(rows, TableOptions.DEFAULTS)) {
            assertThat(kept.rowCount()).isEqualTo(2);
            assertThat(kept.columns()).hasSize(5);
        }
        assertThat(ClewCommand.run("quality", "run", suite, table, "--quarantine-columns", "all"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality", "run", suite, table, "--mask", "none,mail"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality", "run", suite, table, "--mask", "male"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void translatesChecksThatNeedAnotherTableOrTwo() throws IOException {
        String dbt = file("schema.yml", """
                models:
                  - name: orders
                    columns:
                      - name: owner
                        tests:
                          - relationships: {to: ref('people'), field: key}
                """);
        String tfdv = file("schema.pbtxt", """
                feature { name: "company" type: BYTES drift_comparator { infinity_norm { threshold: 0.01 } } }
                """);
        assertThat(ClewCommand.run("quality", "translate", "dbt", dbt)).isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("quality", "translate", "tfdv", tfdv)).isEqualTo(ExitCode.OK);
        String suite = file(
                "orders.json",
                Dbt.read(Files.readString(Path.of(dbt)), "").suite().text());
        String orders = file("orders.csv", "id,owner\n1,7\n2,8\n");
        String people = file("people.csv", "key\n7\n8\n");
        String fewer = file("fewer.csv", "key\n7\n");
        assertThat(ClewCommand.run("quality", "run", suite, orders, "--beside", "people=" + people))
                .isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("quality", "run", suite, orders, "--beside", "people=" + fewer))
                .isEqualTo(ExitCode.FAILED);
        assertThat(ClewCommand.run("quality", "run", suite, orders)).isEqualTo(ExitCode.UNDECIDED);
    }

    @Test
    void nanMayBeAValue() throws IOException {
        Path table = dir.resolve("nan.parquet");
        try (var connection = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT unnest(['nan'::DOUBLE, 1]) AS x) TO '" + table + "'");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        String suite = file("present.yml", "- column_values_to_not_be_null: x\n");
        assertThat(ClewCommand.run("quality", "run", suite, table.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(ClewCommand.run("quality", "run", suite, table.toString(), "--nan-is-value"))
                .isEqualTo(ExitCode.OK);
    }

    private String part(String name, String content) throws IOException {
        try (var table = Table.open(Path.of(file(name, content)), TableOptions.DEFAULTS)) {
            return file(
                    name + ".json",
                    Profiler.part(table, Progress.NONE).document().toString());
        }
    }

    @Test
    void mergesProfilesOfParts() throws IOException {
        String one = part("one.csv", "x,s\n1,a\n2,b\n");
        String two = part("two.csv", "x,s\n3,a\n");
        Path page = dir.resolve("merged.html");
        assertThat(ClewCommand.run("profile", "--merge", one, two)).isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("profile", "--merge", one, two, "--json", "--sketches", "--html", page.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(page)
                .content()
                .contains("one.csv + two.csv", "Merged of 2 parts", "Not known from the parts", "Rank correlations")
                .doesNotContain("no duplicates");
        String table = file("three.csv", "x,s\n1,a\n");
        assertThat(ClewCommand.run("profile", table, "--json", "--sketches")).isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("profile", "--merge", one, table)).isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run("profile", one, two)).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("profile", "--merge", one, one)).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("profile", "--merge", one, "--against", two)).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("profile", table, "--sketches")).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run(
                        "profile", "--merge", dir.resolve("none.json").toString()))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void profilesAndCompares() throws IOException {
        String before = file("before.csv", "x\n1\n2\n");
        String after = file("after.csv", "x,y\n1,2\n9,3\n");
        Path page = dir.resolve("page.html");
        assertThat(ClewCommand.run("profile", before)).isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("profile", before, "--json", "--html", page.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(page).content().contains("2 rows, 1 columns");
        assertThat(ClewCommand.run("profile", after, "--against", before)).isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run("profile", dir.resolve("none.csv").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("profile", file("empty.csv", ""))).isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run("profile", before, "--encoding", "klingon")).isEqualTo(ExitCode.USAGE);
    }
}
