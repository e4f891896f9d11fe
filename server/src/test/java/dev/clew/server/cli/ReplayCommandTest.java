package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew explain --records} and {@code --replay}, in processes of their own. */
class ReplayCommandTest {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "credit").toAbsolutePath().normalize();
    private static final String MODEL = EXAMPLE.resolve("model.json").toString();
    private static final String DATA = EXAMPLE.resolve("applications.csv").toString();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Ended run(String... arguments) throws Exception {
        return Ended.of(folder, arguments);
    }

    /** Records of today are identical tomorrow; of another background, or of another model, they are not. */
    @Test
    void explainsAgainAndSaysWhetherItIsTheSame() throws Exception {
        String file = folder.resolve("records.jsonl").toString();
        assertThat(run("explain", MODEL, DATA, "--rows", "1-40", "--records", file)
                        .code())
                .isZero();
        List<String> lines = Files.readAllLines(Path.of(file));
        assertThat(lines).hasSize(40);
        assertThat(JSON.readTree(lines.get(2)).get("row").asInt()).isEqualTo(3);
        assertThat(JSON.readTree(lines.get(2)).get("digest").asText()).hasSize(64);
        var same = run("explain", MODEL, DATA, "--rows", "3-12", "--replay", file);
        assertThat(same.code()).as(same.err()).isZero();
        assertThat(same.out()).isEqualTo("10 identical, 0 equivalent, 0 different\n");
        var other = run("explain", MODEL, DATA, "--rows", "1-2", "--rounds", "10", "--replay", file, "--json");
        assertThat(other.code()).isEqualTo(ExitCode.FAILED);
        JsonNode line = JSON.readTree(other.out().lines().findFirst().orElseThrow());
        assertThat(line.get("outcome").asText()).isEqualTo("DIFFERENT");
        assertThat(line.get("differing")).extracting(JsonNode::asText).contains("values", "config_digest");
        assertThat(line.get("largest_difference").asDouble()).isPositive();
        var unknown = run("explain", MODEL, DATA, "--rows", "40-41", "--replay", file);
        assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
        assertThat(unknown.out()).contains("row 41: UNKNOWN", "1 identical");

        Files.writeString(Path.of(file), lines.get(0).replace("\"record\":\"s", "\"record\":\"t") + "\n");
        var damaged = run("explain", MODEL, DATA, "--rows", "1", "--replay", file);
        assertThat(damaged.code()).isEqualTo(ExitCode.FAILED);
        assertThat(damaged.err() + damaged.out()).contains("row 1").doesNotContain("\tat ");
        Files.writeString(Path.of(file), "hello\n");
        assertThat(run("explain", MODEL, DATA, "--replay", file).err())
                .contains("Line 1 of \"records.jsonl\" is no record");
        assertThat(run("explain", MODEL, DATA, "--replay", "none.jsonl").err()).contains("There is no \"none.jsonl\"");
        assertThat(run("explain", MODEL, DATA, "--records", file, "--html", "x.html")
                        .code())
                .isEqualTo(ExitCode.USAGE);
    }
}
