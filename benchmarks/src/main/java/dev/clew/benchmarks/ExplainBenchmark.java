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
import java.util.function.DoubleSupplier;

/**
 * Attributions and scores beside the native code of XGBoost, LightGBM and shap, in turns within one run, one thread each. Figures
 * are CPU time of the process per row (garbage collection counts), which a busy machine distorts less than elapsed time; the load
 * is printed. Medians over the rounds. About two minutes; models of an earlier run are taken again.
 *
 * <p>Arguments: Python of {@code e2e/.venv-explain} (see e2e/parity/explain/README.md), then optionally rounds (default 5).
 */
public final class ExplainBenchmark {
    private static final Path HOME = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."));

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
        String python = arguments.length > 0
                ? arguments[0]
                : HOME.resolve("e2e/.venv-explain/bin/python").toString();
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createDirectories(HOME.resolve("benchmarks/target/explain"));
        Process process = new ProcessBuilder(
                        python, HOME.resolve("e2e/parity/explain/rival.py").toString(), folder.toString())
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
            report.line("figures", "CPU per row, one thread each, medians of %d rounds in turns", rounds);
            new ExplainBenchmark(rows(folder), folder, ask, answer, rounds, report).run();
            report.close();
        } finally {
            process.destroy();
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
        memory();
        Model deep6 = read("depth6.ubj");
        TreeExplainer six = TreeExplainer.of(deep6);
        beside("depth 6, batch of 10000", 3, "depth6 contribs", 500, rows.count(), () -> six.explain(rows));
        beside("depth 6, one at a time", 1.6, "depth6 one", 200, 1_000, () -> oneByOne(six, 1_000));
        Explainer ten = TreeExplainer.of(read("depth10.ubj"));
        Rows part = rows.slice(0, 1_024);
        beside("depth 10, batch of 1024", 1.5, "depth10 contribs", 60, part.count(), () -> ten.explain(part));
        beside("depth 10, one at a time", 0, "depth10 one", 30, 100, () -> oneByOne(ten, 100));
        Explainer light = TreeExplainer.of(read("leaves31.txt"));
        beside(
                "LightGBM 500 x 31, batch of 10000",
                3,
                "leaves31 contribs",
                300,
                rows.count(),
                () -> light.explain(rows));
        Rows few = rows.slice(0, 512);
        beside("interactions, depth 6", 3, "depth6 interactions", 12, few.count(), () -> six.interactions(few, 1));
        double[] margins = new double[rows.count()];
        beside("scores, batch of 10000", 1, "depth6 score", 10_000, rows.count(), () -> deep6.margins(rows, margins));
        Rows background = rows.slice(0, 1_000);
        Explainer thousand = InterventionalExplainer.of(deep6, background);
        beside(
                "interventional, background 1000",
                100,
                "depth6 interventional",
                3,
                few.count(),
                () -> thousand.explain(few));
        say(
                "  tables of that background",
                "%.0f ms".formatted(median(() -> time(() -> InterventionalExplainer.of(deep6, background))) / 1e3));
        double compile = median(() -> time(() -> TreeExplainer.of(deep6))) / 1e3;
        say("compile 500 trees", "%.0f ms; bar 150 ms: %s".formatted(compile, verdict(compile <= 150)));
        double whole = median(() -> time(() -> TreeExplainer.of(quietly("depth6.json")))) / 1e3;
        say("  read from JSON and compile", "%.0f ms".formatted(whole));
        allCores("two threads, depth 6", six);
        allCores("two threads, LightGBM", light);
    }

    private void oneByOne(Explainer explainer, int count) {
        for (int i = 0; i < count; i++) {
            explainer.explain(rows.row(i));
        }
    }

    private Model read(String name) throws IOException {
        return Models.read(folder.resolve(name));
    }

    private Model quietly(String name) {
        try {
            return read(name);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What a model and its explainer hold, after the first rows in a batch and after the first single row. */
    private void memory() throws IOException {
        long file = Files.size(folder.resolve("depth6.ubj"));
        // Classes and constants are there before the model that is measured.
        TreeExplainer.of(read("depth6.ubj")).explain(rows.slice(0, 32));
        long before = used();
        TreeExplainer explainer = TreeExplainer.of(read("depth6.ubj"));
        explainer.explain(rows.slice(0, 32));
        long batch = used() - before;
        explainer.explain(rows.row(0));
        long single = used() - before;
        say(
                "memory, 500 trees of depth 6",
                "%.1f MB, %.1f times the UBJSON file, %.1f times the JSON file; bar 6: %s"
                        .formatted(
                                batch / 1e6,
                                (double) batch / file,
                                (double) batch / Files.size(folder.resolve("depth6.json")),
                                verdict(batch <= 6 * file)));
        say(
                "  with single rows",
                "%.1f MB, %.1f times the UBJSON file: %s"
                        .formatted(single / 1e6, (double) single / file, verdict(single <= 6 * file)));
        java.lang.ref.Reference.reachabilityFence(explainer);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Elapsed time in turns, medians; a busy machine spoils it. */
    private void allCores(String name, Explainer explainer) {
        double[] gain = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            double one = elapsed(() -> explainer.explain(rows, 1));
            gain[i] = one / elapsed(() -> explainer.explain(rows, 2));
        }
        Arrays.sort(gain);
        double middle = gain[rounds / 2];
        say(name, "%.2f times as fast as one, elapsed; bar 1.8: %s".formatted(middle, verdict(middle >= 1.8)));
    }

    private static double elapsed(Runnable job) {
        long start = System.nanoTime();
        job.run();
        return System.nanoTime() - start;
    }

    private double median(DoubleSupplier timing) {
        double[] micros = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            micros[i] = timing.getAsDouble();
        }
        Arrays.sort(micros);
        return micros[rounds / 2];
    }

    /** Microseconds of CPU of the whole process. */
    private static double time(Runnable job) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = system.getProcessCpuTime();
        job.run();
        return (system.getProcessCpuTime() - start) / 1e3;
    }

    /** Ours and theirs in turns; our first runs only warm up. A bar of 0 is none. */
    private void beside(String name, double bar, String rival, int rivalRows, int ourRows, Runnable ours)
            throws IOException {
        time(ours);
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
        String held = bar == 0 ? "" : "; bar %s: %s".formatted(bar, verdict(b / a >= bar));
        say(name, "%.1f µs/row, rival %.1f: %.1f times as fast%s".formatted(a, b, b / a, held));
    }

    private static String verdict(boolean met) {
        return met ? "met" : "MISSED";
    }

    private void say(String name, String text) {
        report.line(name, "%s", text);
    }
}
