package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(page).content().contains("All 1 expectations hold");
        assertThat(docs.resolve("index.html")).exists();
        assertThat(ClewCommand.run("quality", "run", fails, table, "--json")).isEqualTo(ExitCode.FAILED);
        assertThat(ClewCommand.run("quality", "run", odd, table)).isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run("quality", "run", holds, file("ragged.csv", "x,s\n1\n")))
                .isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run("quality", "run", holds)).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality")).isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality", "run", holds, table, "--result-format", "LOUD"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(ClewCommand.run("quality", "infer", table)).isEqualTo(ExitCode.OK);
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
