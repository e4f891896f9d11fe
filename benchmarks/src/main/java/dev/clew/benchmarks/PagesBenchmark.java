package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pages in the system's Chromium, and the same walk through as many runs in MLflow's own pages: first rows, frames while scrolling,
 * memory of the page's process. What is done in the browser stands in {@code web/test/measure.mjs}.
 *
 * <p>Arguments: {@code --runs 100000} in one experiment of either, {@code --parts load,runs,chart,thread,rival}, {@code --keep DIR} where
 * both keep their runs for the next time.
 */
final class PagesBenchmark {
    private static final String ALL = "load,runs,chart,thread,rival";

    private final Report report = new Report("pages");
    private final String runs;
    private final List<String> parts;
    private final @Nullable Path kept;

    private PagesBenchmark(Arguments arguments) {
        this.runs = Integer.toString(arguments.number("runs", 100_000));
        this.parts = List.of(arguments.text("parts", ALL).split(","));
        String keep = arguments.text("keep", "");
        this.kept = keep.isEmpty() ? null : Path.of(keep).toAbsolutePath();
    }

    static void main(String... arguments) throws Exception {
        new PagesBenchmark(new Arguments(List.of("runs", "parts", "keep"), arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        var ours = parts.stream().filter(part -> !part.equals("rival")).toList();
        if (!ours.isEmpty()) {
            try (var clew = kept == null ? ServedProcess.start() : ServedProcess.startKept(kept)) {
                browse(List.of("CLEW_URL=" + clew.url()), ours);
                report.line("resident, server", "clew %.0f MiB", clew.residentMiB());
            }
        }
        if (parts.contains("rival")) {
            try (var rival = kept == null ? RivalMlflow.start() : RivalMlflow.start(kept.resolve("mlflow"))) {
                report.line("rival", "mlflow %s, SQLite", RivalMlflow.VERSION);
                String experiment = experiment(rival);
                browse(List.of("RIVAL_URL=" + rival.url(), "RIVAL_EXPERIMENT=" + experiment), List.of("rival"));
            }
        }
        report.close();
    }

    /** An experiment with so many runs, put into the database as MLflow's own store writes them. */
    private String experiment(RivalMlflow rival) throws IOException, InterruptedException {
        String experiment =
                new SearchLoad(report, "mlflow", rival.url(), rival::cpuSeconds).experiment(Integer.parseInt(runs));
        RivalMlflow.run(
                RivalMlflow.python().toString(),
                home().resolve("benchmarks/fill_mlflow.py").toString(),
                rival.database().toString(),
                experiment,
                runs);
        return experiment;
    }

    private void browse(List<String> environment, List<String> what) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("node", "test/measure.mjs", String.join(",", what))
                .directory(home().resolve("web").toFile())
                .redirectErrorStream(true);
        builder.environment().put("CLEW_RUNS", runs);
        for (String each : environment) {
            builder.environment().put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        Process browsing = builder.start();
        try (var lines = browsing.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> report.line("", "%s", line.strip()));
        }
        if (browsing.waitFor() != 0) {
            throw new IOException("the walk through the pages failed; what it said stands above");
        }
    }

    private static Path home() {
        Path home = Path.of(System.getenv().getOrDefault("CLEW_HOME", ".")).toAbsolutePath();
        if (!Files.isDirectory(home.resolve("web/node_modules"))) {
            throw new IllegalStateException("web/node_modules is missing; run npm ci in web first.");
        }
        return home;
    }
}
