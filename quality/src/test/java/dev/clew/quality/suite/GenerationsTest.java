package dev.clew.quality.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.quality.QualityException;
import dev.clew.quality.table.Table;
import dev.clew.quality.validation.Validation;
import dev.clew.quality.validation.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Suites and project folders as releases of Great Expectations have written them (golden/generations, e2e/parity/quality/generations.py). */
class GenerationsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/generations");

    @TempDir
    Path dir;

    private ValidationResult judge(Suite suite) throws IOException {
        Path table = Files.writeString(dir.resolve("t.csv"), "id,age,kind\n1,20.5,card\n2,,cash\n3,70,card\n");
        try (var rows = Table.open(table)) {
            return Validation.of(rows).run(suite);
        }
    }

    @Test
    void whatTheOldGenerationWroteIsReadAndHolds() throws IOException {
        Suite suite = Suite.read(GOLDEN.resolve("0.18.22/suite.json"));
        assertThat(suite.name()).isEqualTo("loans.warning");
        assertThat(suite.expectations()).hasSize(8);
        assertThat(suite.expectations().getFirst().notes()).hasToString("[\"by law\"]");
        ValidationResult result = judge(suite);
        assertThat(result.isJudged()).isTrue();
        assertThat(result.success()).isTrue();
    }

    @Test
    void projectFoldersAreReadByEachOfTheirDocuments() throws IOException {
        for (String version : List.of("1.2.0", "1.24.1")) {
            Path project = GOLDEN.resolve(version);
            for (String document : List.of(
                    "expectations/loans.json", "validation_definitions/nightly.json", "checkpoints/gate.json")) {
                Suite suite = Suite.read(project.resolve(document));
                assertThat(suite.name()).as(document).isEqualTo("loans");
                assertThat(suite.expectations()).as(document).hasSize(7);
                ValidationResult result = judge(suite);
                assertThat(result.isJudged()).isTrue();
                assertThat(result.success()).isTrue();
            }
            assertThat(Suite.read(project.resolve("checkpoints/gate.json"))
                            .meta()
                            .at("/clew/result_format")
                            .asText())
                    .isEqualTo("COMPLETE");
        }
    }

    @Test
    void aProjectFolderThatIsIncompleteSaysWhatIsMissing() throws IOException {
        Path checkpoints = Files.createDirectories(dir.resolve("gx/checkpoints"));
        String document = "{\"name\":\"c\",\"validation_definitions\":[%s]}";
        record Given(String definitions, String said) {}
        for (Given given : Stream.of(
                        new Given("", "names 0 validation definitions"),
                        new Given(
                                "{\"name\":\"a\"},{\"name\":\"b\"}",
                                "names 2 validation definitions (a, b); run one of them"),
                        new Given("{\"name\":\"../../secret\"}", "no name of a file in validation_definitions/"),
                        new Given("{\"name\":\"a\"}", "'a.json' does not exist"))
                .toList()) {
            Path file = Files.writeString(checkpoints.resolve("c.json"), document.formatted(given.definitions));
            assertThatThrownBy(() -> Suite.read(file))
                    .as(given.definitions)
                    .isInstanceOf(QualityException.class)
                    .hasMessageContaining(given.said)
                    .hasMessageEndingWith(".");
        }
    }
}
