package dev.clew.e2e.ledger;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code e2e/verifier/clew_verify.py} in its own environment, one process for many files. Confined to one thread. */
final class PythonVerifier implements AutoCloseable {
    private static final Path HOME = Path.of("verifier").toAbsolutePath();

    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;

    private PythonVerifier(Process process) {
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it; makes the environment from the lock file first if it is not there. */
    static PythonVerifier start(Path userHome) throws IOException, InterruptedException {
        Path python = HOME.resolve(".venv/bin/python");
        if (!Files.isExecutable(python)) {
            run(List.of("python3", "-m", "venv", ".venv"));
            run(List.of(python.toString(), "-m", "pip", "install", "--quiet", "-r", "requirements.txt"));
        }
        ProcessBuilder builder = new ProcessBuilder(python.toString(), "agree.py").directory(HOME.toFile());
        builder.environment().put("HOME", userHome.toString());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new PythonVerifier(builder.start());
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        File directory = HOME.toFile();
        Process setUp =
                new ProcessBuilder(command).directory(directory).inheritIO().start();
        if (!setUp.waitFor(5, TimeUnit.MINUTES) || setUp.exitValue() != 0) {
            setUp.destroyForcibly();
            throw new IOException("Could not set up e2e/verifier/.venv: " + command.getFirst() + " failed.");
        }
    }

    /** Exit code and code of the first failure, such as {@code 1 E06}; {@code -} for no failure. */
    String verdict(Path file) throws IOException {
        questions.write(file + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("The Python verifier ended while it looked at " + file.getFileName() + ".");
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        answers.close();
        process.destroy();
    }
}
