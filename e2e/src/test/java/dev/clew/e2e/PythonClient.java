package dev.clew.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Python scripts with their libraries, in an environment made from a lock file. The environment lies in {@code e2e/.venv-NAME} and is
 * made anew only when the lock changes.
 */
public final class PythonClient {
    private static final int SETUP_MINUTES = 15;
    private static final int RUN_MINUTES = 10;
    private static final String STAMP = "lock.sha256";

    private final Path python;

    private PythonClient(Path python) {
        this.python = python;
    }

    /** @param lock {@code pip} requirements, every version pinned */
    public static PythonClient of(String name, Path lock) throws IOException, InterruptedException {
        Path folder = Path.of(".venv-" + name).toAbsolutePath();
        Path python = folder.resolve("bin").resolve("python");
        String digest = sha256(Files.readAllBytes(lock));
        Path stamp = folder.resolve(STAMP);
        if (!Files.exists(stamp) || !Files.readString(stamp).equals(digest)) {
            run(List.of("python3", "-m", "venv", "--clear", folder.toString()), Map.of(), SETUP_MINUTES);
            run(
                    List.of(
                            python.toString(),
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--no-deps",
                            "-r",
                            lock.toAbsolutePath().toString()),
                    Map.of(),
                    SETUP_MINUTES);
            Files.writeString(stamp, digest);
        }
        return new PythonClient(python);
    }

    /**
     * Runs a script to its end.
     *
     * @return what it printed
     * @throws IOException with all it printed, unless it ends with 0
     */
    public String run(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(python.toString(), script.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return run(command, environment, RUN_MINUTES);
    }

    private static String run(List<String> command, Map<String, String> environment, int minutes)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("clew-python", ".log");
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(
                        "%s %s:%n%s".formatted(String.join(" ", command), ended ? "failed" : "did not end", said));
            }
            return said;
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
