package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew performance --slices}. */
class PerformanceSlicesTest {
    private static final Path REFERENCE = Path.of("../examples/employment/employment-ma-reference.parquet");

    @TempDir
    Path dir;

    /** Answers that are wrong more often in the north beyond sixty. */
    private String table(String name, double wrong) throws IOException {
        var random = new Random(7);
        var rows = new StringBuilder("age,region,code,truth,said,amount,guess\n");
        for (int i = 0; i < 6_000; i++) {
            int age = 20 + random.nextInt(60);
            boolean north = random.nextInt(3) == 0;
            boolean truth = random.nextBoolean();
            boolean fails = random.nextDouble() < (north && age > 60 ? wrong : 0.1);
            double amount = random.nextDouble() * 100;
            rows.append(age)
                    .append(north ? ",north," : ",south,")
                    .append("c")
                    .append(i)
                    .append(truth ? ",yes," : ",no,")
                    .append(truth == fails ? "no," : "yes,")
                    .append(amount)
                    .append(',')
                    .append(amount + random.nextGaussian() * (fails ? 20 : 1))
                    .append('\n');
        }
        return Files.writeString(dir.resolve(name), rows).toString();
    }

    private JsonNode kept(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile()).get("slices");
    }

    @Test
    void findsKeepsAndJudgesAgain() throws IOException {
        String table = table("t.csv", 0.5);
        Path file = dir.resolve("slices.json");
        assertThat(ClewCommand.run(
                        "performance",
                        table,
                        "--target",
                        "truth",
                        "--prediction",
                        "said",
                        "--slices",
                        "auto",
                        "--save-slices",
                        file.toString()))
                .isEqualTo(ExitCode.OK);
        JsonNode slices = kept(file);
        assertThat(slices).isNotEmpty();
        assertThat(slices.get(0)).hasSize(2);
        assertThat(slices.get(0).toString()).contains("\"north\"", "\"above\":");
        assertThat(ClewCommand.run(
                        "performance",
                        table("later.csv", 0.1),
                        "--target",
                        "truth",
                        "--prediction",
                        "said",
                        "--slices",
                        file.toString(),
                        "--json"))
                .isEqualTo(ExitCode.OK);
        assertThat(ClewCommand.run(
                        "performance",
                        table,
                        "--target",
                        "amount",
                        "--prediction",
                        "guess",
                        "--slices",
                        "age,region",
                        "--save-slices",
                        file.toString(),
                        "--json"))
                .isEqualTo(ExitCode.OK);
        assertThat(kept(file).get(0).toString()).contains("\"north\"");
    }

    @Test
    void theRealModelHasWeakSlices() throws IOException {
        Path file = dir.resolve("slices.json");
        assertThat(ClewCommand.run(
                        "performance",
                        REFERENCE.toString(),
                        "--target",
                        "employed",
                        "--prediction",
                        "prediction",
                        "--score",
                        "predicted_probability",
                        "--slices",
                        "auto",
                        "--save-slices",
                        file.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(kept(file)).isNotEmpty();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        String table = table("t.csv", 0.5);
        String[] both = {"performance", table, "--target", "truth", "--prediction", "said"};
        assertThat(run(both, "--save-slices", "x.json")).isEqualTo(ExitCode.USAGE);
        assertThat(run(both, "--slices", "nothing")).isEqualTo(ExitCode.UNDECIDED);
        assertThat(run(both, "--slices", dir.resolve("none.json").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(run(
                        both,
                        "--slices",
                        Files.writeString(dir.resolve("odd.json"), "{\"slices\":[[{\"column\":\"age\"}]]}")
                                .toString()))
                .isEqualTo(ExitCode.UNDECIDED);
        assertThat(ClewCommand.run(
                        "performance",
                        table,
                        "--user",
                        "region",
                        "--target",
                        "amount",
                        "--score",
                        "guess",
                        "--slices",
                        "auto"))
                .isEqualTo(ExitCode.UNDECIDED);
    }

    private static int run(String[] first, String... more) {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return ClewCommand.run(all);
    }
}
