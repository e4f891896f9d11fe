package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** No command about files writes over what it reads, by whatever path it is named. */
class OutputsTest {
    @TempDir
    Path dir;

    @Test
    void aCommandLeavesWhatItReads() throws Exception {
        String rows = "a,b\n" + "1,2\n2,3\n".repeat(50);
        String claims = "- column_values_to_be_between: {column: a, max_value: 1}\n";
        Path table = Files.writeString(dir.resolve("table.csv"), rows);
        Path suite = Files.writeString(dir.resolve("suite.yml"), claims);
        Path linked = Files.createSymbolicLink(dir.resolve("linked.csv"), table);
        for (Path written : List.of(table, linked, dir.resolve("x/../table.csv"), suite)) {
            assertThat(ClewCommand.run("quality", "run", suite + "", table + "", "--quarantine", written + ""))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(ClewCommand.run("quality", "run", suite + "", table + "", "--html", written + ""))
                    .isEqualTo(ExitCode.USAGE);
        }
        assertThat(table).hasContent(rows);
        assertThat(suite).hasContent(claims);
        assertThat(ClewCommand.run("quality", "run", suite + "", table + "", "--quarantine", dir.resolve("rows") + ""))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void everyCommandNamesWhatWouldBeOverwritten() {
        refused("--html would overwrite 't.csv', which FILE", new ProfileCommand(), "t.csv", "--html", "./t.csv");
        refused("which CURRENT", new DriftCommand(), "r.csv", "t.csv", "--evidently", "t.csv");
        refused("which DATA", new ExplainCommand(), "m.json", "t.csv", "--parquet", "t.csv");
        refused("which --background", new ExplainCommand(), "m.json", "t.csv", "--background", "b", "--html", "b");
        refused("which --beside", new QualityRunCommand(), "s", "t", "--beside", "o=other.csv", "--html", "other.csv");
        refused(
                "--html would overwrite 'page', which --evidently",
                new DriftCommand(),
                "r.csv",
                "t.csv",
                "--html",
                "page",
                "--evidently",
                "page");
        assertThatCode(() -> check(new DriftCommand(), "r.csv", "t.csv", "--html", "page", "--evidently", "other"))
                .doesNotThrowAnyException();
    }

    private static void refused(String words, Object command, String... arguments) {
        assertThatThrownBy(() -> check(command, arguments))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(words)
                .hasMessageContaining("name another file");
    }

    private static void check(Object command, String... arguments) {
        Outputs.requireApart(new CommandLine(command).parseArgs(arguments));
    }
}
