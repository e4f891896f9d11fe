package dev.clew.benchmarks;

import dev.clew.explain.Explainer;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.InterventionalExplainer;
import dev.clew.explain.tree.TreeExplainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Attributions and scores beside XGBoost's and LightGBM's own native code, in turns within one run, one thread each. Figures
 * are CPU time per row, which a busy machine distorts less than elapsed time; the load is printed.
 *
 * <p>Arguments: Python of {@code e2e/.venv-explain} (see e2e/parity/explain/README.md), then optionally rounds (default 5).
 */
public final class ExplainBenchmark {
    private final Rows rows;
    private final Path folder;
    private final Writer ask;
    private final BufferedReader answer;
    private final int rounds;
    private final Report report;

    private ExplainBenchmark(Rows rows, Path folder, Writer ask, BufferedReader answer, int rounds, Report report) {
        this.rows = rows;
        this.folder = folder;
        this.ask = ask;
        this.answer = answer;
        this.rounds = rounds;
        this.report = report;
    }

    /** Runs it and prints its figures. */
    public static void main(String... arguments) throws Exception {
        Path home = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."));
        String python = arguments.length > 0
                ? arguments[0]
                : home.resolve("e2e/.venv-explain/bin/python").toString();
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createTempDirectory("clew-explain");
        Process process = new ProcessBuilder(
                        python, home.resolve("e2e/parity/explain/rival.py").toString(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var ask = process.outputWriter(StandardCharsets.UTF_8);
                var answer =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String ready = answer.readLine();
            if (ready == null || !ready.startsWith("ready")) {
                throw new IOException("the rival did not start; install e2e/parity/explain/requirements.txt first");
            }
            var report = new Report("explain");
            report.line("rivals", "%s", ready.substring(6));
            new ExplainBenchmark(rows(folder), folder, ask, answer, rounds, report).run();
            report.close();
        } finally {
            process.destroy();
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static Rows rows(Path folder) throws IOException {
        List<double[]> rows = Files.readAllLines(folder.resolve("rows.csv")).stream()
                .skip(1)
                .map(line -> Arrays.stream(line.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();
        return Rows.of(rows);
    }

    private void run() throws IOException {
        Model deep6 = read("depth6.ubj");
        Model deep10 = read("depth10.ubj");
        Model leaves = read("leaves31.txt");
        Explainer six = TreeExplainer.of(deep6);
        beside("depth 6, batch of 10000", "depth6 contribs", 1_000, rows.count(), () -> six.explain(rows));
        beside("depth 6, one at a time", "depth6 one", 300, 1_000, () -> {
            for (int i = 0; i < 1_000; i++) {
                six.explain(rows.row(i));
            }
        });
        Explainer ten = TreeExplainer.of(deep10);
        Rows part = rows.slice(0, 2_048);
        beside("depth 10, batch of 2048", "depth10 contribs", 200, part.count(), () -> ten.explain(part));
        Rows single = rows.slice(0, 100);
        beside("depth 10, one at a time", "depth10 one", 50, 100, () -> {
            for (int i = 0; i < 100; i++) {
                ten.explain(single.row(i));
            }
        });
        Explainer light = TreeExplainer.of(leaves);
        beside("LightGBM 500 x 31, batch of 10000", "leaves31 contribs", 500, rows.count(), () -> light.explain(rows));
        Rows few = rows.slice(0, 1_024);
        beside(
                "interactions, depth 6",
                "depth6 interactions",
                20,
                few.count(),
                () -> ((TreeExplainer) six).interactions(few, 1));
        double[] margins = new double[rows.count()];
        beside("scores, batch of 10000", "depth6 score", 10_000, rows.count(), () -> deep6.margins(rows, margins));
        Explainer thousand = InterventionalExplainer.of(deep6, rows.slice(0, 1_000));
        beside("interventional, background 1000", "depth6 interventional", 5, few.count(), () -> thousand.explain(few));
        say("compile 500 trees", "%.0f ms".formatted(median(() -> time(() -> TreeExplainer.of(deep6))) / 1e3));
        allCores(six);
    }

    private Model read(String name) throws IOException {
        return Models.read(folder.resolve(name));
    }

    private void allCores(Explainer explainer) {
        double one = elapsed(() -> explainer.explain(rows, 1));
        double two = elapsed(() -> explainer.explain(rows, 2));
        say("two threads", "%.2f times as fast as one, elapsed".formatted(one / two));
    }

    private static double elapsed(Runnable job) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            job.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    @FunctionalInterface
    private interface Timing {
        double micros() throws IOException;
    }

    private double median(Timing timing) throws IOException {
        double[] micros = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            micros[i] = timing.micros();
        }
        Arrays.sort(micros);
        return micros[rounds / 2];
    }

    private static double time(Runnable job) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        job.run();
        return (threads.getCurrentThreadCpuTime() - start) / 1e3;
    }

    /** Ours and theirs in turns; our first run only warms up. */
    private void beside(String name, String rival, int rivalRows, int ourRows, Runnable ours) throws IOException {
        time(ours);
        double[] own = new double[rounds];
        double[] other = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            own[i] = time(ours) / ourRows;
            ask.write(rival + " " + rivalRows + "\n");
            ask.flush();
            other[i] = Double.parseDouble(answer.readLine());
        }
        Arrays.sort(own);
        Arrays.sort(other);
        double a = own[rounds / 2];
        double b = other[rounds / 2];
        say(name, "%.1f µs/row, rival %.1f: %.1f times as fast".formatted(a, b, b / a));
    }

    private void say(String name, String text) {
        report.line(name, "%s", text);
    }
}
