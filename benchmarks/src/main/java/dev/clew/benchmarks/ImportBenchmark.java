package dev.clew.benchmarks;

import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A store that MLflow's own tables were filled in, taken over by {@code clew import mlflow} into a running server, and then again, which
 * changes nothing. Afterwards MLflow serves its store, and both servers are compared through MLflow's interface: all counts, and a sample
 * of runs in full.
 *
 * <p>{@code --runs} (100 000), {@code --points} of all of them (1 000 000), {@code --sample} runs that are compared (1 000; 0 leaves the
 * comparison out), {@code --keep} a folder whose store is used when it is there, and stays.
 */
final class ImportBenchmark {
    private static final List<String> FLAGS = List.of(
            "-Xmx448m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:MaxDirectMemorySize=48m",
            "--enable-native-access=ALL-UNNAMED");

    private final Report report = new Report("import");
    private final Arguments arguments;
    private final int runs;
    private final int points;

    private ImportBenchmark(Arguments arguments) {
        this.arguments = arguments;
        this.runs = arguments.number("runs", 100_000);
        this.points = arguments.number("points", 1_000_000);
    }

    static void main(String... arguments) throws Exception {
        new ImportBenchmark(new Arguments(List.of("runs", "points", "sample", "keep"), arguments)).run();
    }

    private void run() throws Exception {
        String keep = arguments.text("keep", "");
        Path root = keep.isEmpty() ? Files.createTempDirectory("clew-import") : Files.createDirectories(Path.of(keep));
        try (var server = ServedProcess.start()) {
            fill(root.resolve("mlflow.db"));
            take("first", root, server);
            take("again", root, server);
            report.line(
                    "server",
                    "at most %.0f MiB resident, database of %,d MiB",
                    server.mostResidentMiB(),
                    Files.size(server.data().resolve("clew.db")) >> 20);
            compare(root, server.url());
        } finally {
            if (keep.isEmpty()) {
                FileTrees.delete(root);
            }
        }
        report.close();
    }

    /** Rows written with MLflow's own tables: its client takes 10 ms a run. */
    private void fill(Path database) throws IOException, InterruptedException {
        if (!Files.exists(database)) {
            RivalMlflow.install();
            RivalMlflow.run(
                    RivalMlflow.python().toString(),
                    script("fill.py"),
                    "sqlite:///" + database,
                    "bulk",
                    Integer.toString(runs),
                    Integer.toString(points));
        }
        report.line("store", "mlflow %s, SQLite, %,d MiB", RivalMlflow.VERSION, Files.size(database) >> 20);
    }

    private static String script(String name) {
        return Path.of(System.getenv().getOrDefault("CLEW_HOME", "."), "e2e", "mlflow", "move", name)
                .toAbsolutePath()
                .toString();
    }

    private void take(String what, Path root, ServedProcess server) throws IOException {
        double before = server.cpuSeconds();
        var usage = LaunchedCommand.once(
                ServedProcess.launched(FLAGS),
                0,
                "import",
                "mlflow",
                "--from",
                "sqlite:///" + root.resolve("mlflow.db").toAbsolutePath(),
                "--server",
                server.url());
        double used = server.cpuSeconds() - before;
        report.line(
                what,
                "%.1f s: %,.0f runs/s; CPU %.1f s, of the command %.1f s, of the server %.1f s; command at most %,d MiB resident",
                usage.seconds(),
                runs / usage.seconds(),
                usage.cpuSeconds() + used,
                usage.cpuSeconds(),
                used,
                usage.mebibytes());
    }

    /** MLflow's server on its own store beside ours. */
    private void compare(Path root, String url) throws IOException, InterruptedException {
        int sample = arguments.number("sample", 1_000);
        if (sample == 0) {
            return;
        }
        RivalMlflow.install();
        try (var rival = RivalMlflow.start(root)) {
            Process process = new ProcessBuilder(
                            RivalMlflow.python().toString(),
                            script("compare.py"),
                            rival.url(),
                            url,
                            "--sample",
                            Integer.toString(sample))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            report.line("compared", "%s", said.substring(said.lastIndexOf('\n') + 1));
            if (!said.contains(" 0 differences")) {
                throw new IllegalStateException("the two servers differ:\n" + said);
            }
        }
    }
}
