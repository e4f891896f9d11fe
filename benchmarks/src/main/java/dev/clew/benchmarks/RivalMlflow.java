package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real MLflow server of PyPI on SQLite, installed into a folder of its own, as its documentation starts it. */
final class RivalMlflow implements AutoCloseable {
    static final String VERSION = "3.17.2";

    private final Process process;
    private final Path root;
    private final String url;
    private final boolean kept;

    private RivalMlflow(Process process, Path root, String url, boolean kept) {
        this.process = process;
        this.root = root;
        this.url = url;
        this.kept = kept;
    }

    /** On an empty directory that goes with it. */
    static RivalMlflow start() throws IOException, InterruptedException {
        return start(Files.createTempDirectory("mlflow-bench"), false);
    }

    /** On a directory that stays. */
    static RivalMlflow start(Path root) throws IOException, InterruptedException {
        return start(Files.createDirectories(root), true);
    }

    /** Its own Python, with its packages. */
    static Path python() {
        return venv().resolve("bin/python");
    }

    private static Path venv() {
        Path home = Path.of(System.getenv().getOrDefault("CLEW_HOME", ".")).toAbsolutePath();
        return home.resolve("benchmarks/.venv-mlflow-" + VERSION);
    }

    /** Unless it is there. */
    static void install() throws IOException, InterruptedException {
        Path venv = venv();
        if (!Files.isExecutable(venv.resolve("bin/mlflow"))) {
            System.out.println("Installing mlflow " + VERSION + " from PyPI …");
            run("python3", "-m", "venv", venv.toString());
            run(venv.resolve("bin/pip").toString(), "install", "-q", "mlflow==" + VERSION);
        }
    }

    private static RivalMlflow start(Path root, boolean kept) throws IOException, InterruptedException {
        install();
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        venv().resolve("bin/mlflow").toString(),
                        "server",
                        "--backend-store-uri",
                        "sqlite:///" + root.resolve("mlflow.db"),
                        "--artifacts-destination",
                        root.resolve("artifacts").toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("server.log").toFile())
                .start();
        String url = "http://127.0.0.1:" + port;
        for (int i = 0; i < 600; i++) {
            if (answers(url)) {
                return new RivalMlflow(process, root, url, kept);
            }
            Thread.sleep(500);
        }
        process.destroyForcibly();
        throw new IOException("MLflow did not start:\n" + Files.readString(root.resolve("server.log")));
    }

    Path database() {
        return root.resolve("mlflow.db");
    }

    String url() {
        return url;
    }

    /** Seconds of CPU of the server and its workers. */
    double cpuSeconds() {
        double seconds = 0;
        var open = new ArrayDeque<>(List.of(process.toHandle()));
        while (!open.isEmpty()) {
            ProcessHandle handle = open.poll();
            seconds +=
                    handle.info().totalCpuDuration().map(d -> d.toNanos() / 1e9).orElse(0.0);
            handle.children().forEach(open::add);
        }
        return seconds;
    }

    @Override
    public void close() throws IOException {
        var all = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (kept) {
            return;
        }
        FileTrees.delete(root);
    }

    private static boolean answers(String url) {
        try {
            var connection =
                    (HttpURLConnection) URI.create(url + "/health").toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(2_000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}
