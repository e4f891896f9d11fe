package dev.clew.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that run to their end. */
public final class Programs {
    private Programs() {}

    /**
     * @param environment beside that of the tests
     * @return what it printed
     * @throws IOException with all it printed, unless it ends with 0 in time
     */
    public static String run(List<String> command, Map<String, String> environment, int minutes)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return run(builder, minutes);
    }

    static String run(ProcessBuilder builder, int minutes) throws IOException, InterruptedException {
        Path output = Files.createTempFile("clew-program", ".log");
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new IOException("%s %s:%n%s"
                        .formatted(String.join(" ", builder.command()), ended ? "failed" : "did not end", said));
            }
            return said;
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
