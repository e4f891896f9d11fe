package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * From {@code ./clew serve}, the launcher included, to the first answer of {@code /health}: on a new directory, on one that is there, and
 * on one that holds decisions.
 *
 * <p>{@code --runs} of each (5), {@code --decisions} of the last (50 000).
 */
final class StartBenchmark {
    private final Report report = new Report("start");
    private final Path home = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."));
    private final int runs;
    private final int decisions;

    private StartBenchmark(Arguments arguments) {
        this.runs = arguments.number("runs", 5);
        this.decisions = arguments.number("decisions", 50_000);
    }

    static void main(String... arguments) throws Exception {
        new StartBenchmark(new Arguments(List.of("runs", "decisions"), arguments)).run();
    }

    /** @param millis from the command to the first answer */
    private record Start(double millis, double cpuSeconds, double residentMiB) {}

    private void run() throws IOException, InterruptedException {
        Path root = Files.createTempDirectory("clew-bench");
        try {
            start(root.resolve("first")); // makes the cache of classes if there is none, reads the files once
            report.line(
                    "classes",
                    "%s",
                    Files.exists(home.resolve("server/target/clew.aot"))
                            ? "from the cache made ahead of time"
                            : "from the jars; no cache yet");
            for (int i = 0; i < runs; i++) {
                line("new directory", start(root.resolve("new" + i)));
            }
            for (int i = 0; i < runs; i++) {
                line("directory that is there", start(root.resolve("first")));
            }
            if (decisions > 0) {
                try (var server = ServedProcess.startKept(root.resolve("many"))) {
                    StoredDecisions.in(root.resolve("many"), server.url(), decisions, report);
                    server.stop();
                }
                for (int i = 0; i < runs; i++) {
                    line("%,d decisions".formatted(decisions), start(root.resolve("many/data")));
                }
            }
        } finally {
            FileTrees.delete(root);
        }
        report.close();
    }

    private void line(String what, Start start) {
        report.line(
                what,
                "%.0f ms to the first answer, %.2f s of CPU, %.0f MiB resident",
                start.millis,
                start.cpuSeconds,
                start.residentMiB);
    }

    private Start start(Path data) throws IOException, InterruptedException {
        int port = freePort();
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(
                        home.resolve("clew").toString(),
                        "serve",
                        "--data",
                        data.toString(),
                        "--port",
                        Integer.toString(port),
                        "--set",
                        "ledger.anchor_file=" + data.resolveSibling(data.getFileName() + ".anchor"))
                .redirectErrorStream(true)
                .redirectOutput(data.resolveSibling(data.getFileName() + ".log").toFile())
                .start();
        try {
            while (!answers(port)) {
                if (!process.isAlive() || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(60)) {
                    throw new IllegalStateException("the server did not answer: "
                            + Files.readString(data.resolveSibling(data.getFileName() + ".log")));
                }
                Thread.sleep(5);
            }
            double millis = (System.nanoTime() - begin) / 1e6;
            double cpu = process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
            return new Start(millis, cpu, ServedProcess.status(process.pid(), "VmRSS:"));
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static boolean answers(int port) {
        try {
            var connection = (HttpURLConnection) URI.create("http://127.0.0.1:%d/health".formatted(port))
                    .toURL()
                    .openConnection();
            return connection.getResponseCode() == 200
                    && new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8).startsWith("OK");
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
