package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that say nothing are never judged fine. */
class OddRowsTest {
    @TempDir
    Path dir;

    private String table(String name, int rows, IntFunction<String> row) throws IOException {
        var text = new StringBuilder("y,p,s,g\n");
        for (int i = 0; i < rows; i++) {
            text.append(row.apply(i)).append('\n');
        }
        return Files.writeString(dir.resolve(name), text).toString();
    }

    @Test
    void performanceFairnessAndEstimatesOfNothingAreUndecided() throws IOException {
        var random = new Random(3);
        String good = table(
                "good.csv",
                400,
                i -> random.nextInt(2) + "," + random.nextInt(2) + "," + random.nextDouble()
                        + (i % 2 == 0 ? ",a" : ",b"));
        for (String odd : new String[] {
            table("empty.csv", 0, i -> ""),
            table("one.csv", 1, i -> "1,1,0.5,a"),
            table("null.csv", 400, i -> ",,,"),
            table("infinite.csv", 400, i -> i % 2 + ",1," + (i % 3 == 0 ? "nan" : "inf") + ",a"),
            table("text.csv", 400, i -> (i % 2 == 0 ? "yes" : "no") + ",maybe,high,a")
        }) {
            assertThat(ClewCommand.run("performance", odd, "--target", "y", "--prediction", "p", "--score", "s"))
                    .as(odd)
                    .isEqualTo(ExitCode.UNDECIDED);
            assertThat(ClewCommand.run("fairness", odd, "--outcome", "y", "--prediction", "p", "--group", "g"))
                    .as(odd)
                    .isEqualTo(ExitCode.UNDECIDED);
            assertThat(ClewCommand.run(
                            "estimate",
                            "--reference",
                            good,
                            "--analysis",
                            odd,
                            "--target",
                            "y",
                            "--prediction",
                            "p",
                            "--score",
                            "s"))
                    .as(odd)
                    .isEqualTo(ExitCode.UNDECIDED);
        }
    }
}
