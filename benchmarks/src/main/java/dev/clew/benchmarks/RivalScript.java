package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python library of PyPI, installed into a folder of its own, that does the same work in a process of its own.
 *
 * @param lock file of the repository that fixes the versions of everything below it, as the parity tests do
 */
record RivalScript(String library, String version, String script, List<String> further, String lock) {
    /** The library whose drift and tests are compared. */
    static RivalScript evidently(String script) {
        return new RivalScript("evidently", "0.7.21", script, List.of(), "e2e/parity/statistics/requirements.txt");
    }

    /** The library whose expectations are compared; it reads Parquet with the further one. */
    static RivalScript greatExpectations(String script) {
        return new RivalScript(
                "great_expectations",
                "1.24.1",
                script,
                List.of("pyarrow==26.0.1"),
                "e2e/parity/quality/requirements.lock");
    }

    /** Runs the script {@code benchmarks/rivals/SCRIPT.py} and reports the line it prints. */
    void run(Report report, Path... arguments) throws IOException {
        Path home = Path.of(System.getenv().getOrDefault("CLEW_HOME", ".")).toAbsolutePath();
        Path venv = home.resolve("benchmarks/.venv-" + library + "-" + version);
        // The mark is set last: an installation that was interrupted is made again.
        if (!Files.exists(venv.resolve("ready"))) {
            System.out.println("Installing " + library + " " + version + " from PyPI …");
            output(List.of("python3", "-m", "venv", venv.toString()));
            List<String> install = new ArrayList<>(List.of(
                    venv.resolve("bin/pip").toString(),
                    "install",
                    "-q",
                    "-c",
                    home.resolve(lock).toString(),
                    library + "==" + version));
            install.addAll(further);
            output(install);
            Files.createFile(venv.resolve("ready"));
        }
        List<String> command = new ArrayList<>(List.of(
                venv.resolve("bin/python").toString(),
                home.resolve("benchmarks/rivals/" + script + ".py").toString()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        String said = output(command).strip();
        report.line(library + " " + version, "%s", said.substring(said.lastIndexOf('\n') + 1));
    }

    private static String output(List<String> command) throws IOException {
        Path errors = Files.createTempFile("clew-rival", ".txt");
        try {
            return output(command, errors);
        } finally {
            Files.delete(errors);
        }
    }

    private static String output(List<String> command, Path errors) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("DO_NOT_TRACK", "1");
        builder.environment().put("GX_ANALYTICS_ENABLED", "false");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: "
                        + Files.readString(errors, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return said;
    }
}
