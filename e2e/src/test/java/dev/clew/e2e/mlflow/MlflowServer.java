package dev.clew.e2e.mlflow;

import dev.clew.e2e.PythonClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MLflow's own tracking server on an SQLite store, as its documentation starts it, in a process of its own. Confined to one test class. */
final class MlflowServer implements AutoCloseable {
    static final String VERSION = "3.17.2";
    private static final Pattern READY = Pattern.compile("Uvicorn running on (http://127\\.0\\.0\\.1:\\d+)");

    /** What every process of MLflow runs with. */
    static final Map<String, String> ENVIRONMENT = Map.of(
            "MLFLOW_DISABLE_TELEMETRY",
            "true",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
            "0",
            "GIT_PYTHON_REFRESH",
            "quiet",
            "MPLBACKEND",
            "Agg");

    private final Process process;
    private final String url;
    private final Path directory;

    private MlflowServer(Process process, String url, Path directory) {
        this.process = process;
        this.url = url;
        this.directory = directory;
    }

    /** The Python that MLflow is installed in. */
    static PythonClient python() throws IOException, InterruptedException {
        return PythonClient.of("mlflow-" + VERSION, Path.of("mlflow", "requirements-" + VERSION + ".txt"));
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param directory for its store and files
     */
    static MlflowServer start(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        var environment = new HashMap<>(ENVIRONMENT);
        environment.put("HOME", directory.toString());
        environment.put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
        // The differential runner makes webhooks that nobody is called by.
        environment.put("MLFLOW_WEBHOOK_ALLOWED_SCHEMES", "http,https");
        environment.put("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true");
        Process process = python().start(
                        environment,
                        "-m",
                        "mlflow",
                        "server",
                        "--backend-store-uri",
                        "sqlite:///" + directory.resolve("mlflow.db"),
                        "--artifacts-destination",
                        directory.resolve("mlartifacts").toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--workers",
                        "1");
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        var said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                Thread.ofVirtual().start(() -> drain(output));
                return new MlflowServer(process, ready.group(1), directory);
            }
        }
        throw new IOException("MLflow did not start:\n" + said);
    }

    /** What it says later is of no interest, but must not fill the pipe. */
    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {
                // dropped
            }
        } catch (IOException e) {
            return; // it was stopped
        }
    }

    String url() {
        return url;
    }

    /** Its store, as clients that need no server name it. */
    String store() {
        return "sqlite:///" + directory.resolve("mlflow.db");
    }

    @Override
    public void close() {
        var all = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
