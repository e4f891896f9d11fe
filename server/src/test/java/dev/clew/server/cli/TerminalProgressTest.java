package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of long work: a line on the terminal that comes after a second and goes before anything else is printed. */
@EnabledOnOs(OS.LINUX)
class TerminalProgressTest {
    private static final String CLEARED = "\r\u001B[K";

    @TempDir
    Path dir;

    /** Enough rows that an interpreting virtual machine is busy for seconds. */
    private Path table() throws IOException {
        var random = new SplittableRandom(4);
        var text = new StringBuilder("a,b,c\n");
        for (int i = 0; i < 120_000; i++) {
            text.append(random.nextDouble())
                    .append(',')
                    .append(random.nextInt())
                    .append(",word ")
                    .append(random.nextInt(50_000))
                    .append('\n');
        }
        return Files.writeString(dir.resolve("long.csv"), text);
    }

    /** Runs a shell's line on a terminal of its own; returns all that the terminal has shown. */
    private String onTerminal(String line, boolean told) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("script", "-qec", line, "/dev/null");
        builder.environment().remove("CLEW_TERMINAL");
        if (told) {
            builder.environment().put("CLEW_TERMINAL", "1");
        }
        Process process = builder.redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(shown).isZero();
        return shown;
    }

    private String profile(Path table) {
        return String.join(
                " ",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xint",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        "'" + System.getProperty("java.class.path") + "'",
                        "dev.clew.server.Main",
                        "profile",
                        "'" + table + "'"));
    }

    @Test
    void longWorkSaysHowFarItHasComeAndTidiesUp() throws Exception {
        Path table = table();
        String shown = onTerminal(profile(table), false);
        assertThat(shown).containsPattern("\\r\\u001B\\[K[a-z][^\\r]* \\d+ %");
        assertThat(shown).contains(CLEARED + "long.csv: 120,000 rows, 3 columns");
        // What stands after the line was taken away is the answer alone.
        assertThat(shown.substring(shown.lastIndexOf(CLEARED) + CLEARED.length()))
                .startsWith("long.csv: ");
    }

    @Test
    void progressIsSeenWhileTheAnswerGoesIntoAFile() throws Exception {
        Path table = table();
        Path answer = dir.resolve("answer.json");
        String shown = onTerminal(profile(table) + " --json > '" + answer + "'", true);
        assertThat(shown).containsPattern("\\r\\u001B\\[K[a-z][^\\r]* \\d+ %").endsWith(CLEARED);
        assertThat(answer).content().startsWith("{").doesNotContain("\u001B");
        // Neither a terminal nor told of one: nothing but the answer.
        assertThat(onTerminal(profile(table) + " --json > '" + answer + "' 2>&1 < /dev/null", false))
                .isEmpty();
        assertThat(answer).content().startsWith("{").doesNotContain("\u001B");
    }
}
