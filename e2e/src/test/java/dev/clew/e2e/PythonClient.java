package dev.clew.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

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
            Programs.run(List.of("python3", "-m", "venv", "--clear", folder.toString()), Map.of(), SETUP_MINUTES);
            Programs.run(
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

    /** The interpreter, in whose folder the programs of the environment lie too. */
    public Path executable() {
        return python;
    }

    /** A process that goes on, such as a server; what it says comes from its input stream. */
    public Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(python.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * Runs a script to its end.
     *
     * @return what it printed
     * @throws IOException with all it printed, unless it ends with 0
     */
    public String run(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return run(RUN_MINUTES, script, environment, arguments);
    }

    /** As {@link #run(Path, Map, String...)}, with other time for it. */
    public String run(int minutes, Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(python.toString(), script.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return Programs.run(command, environment, minutes);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
