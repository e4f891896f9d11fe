package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The thread of a decision: random decisions of a deployed model, half of them in segments, each with its explanation and feedback, whose
 * run depends on a pipeline graph with four or five causes a node. Server side: from the access log.
 *
 * <p>{@code --decisions} stored (1 000 000), {@code --links} of the graph (10 000 000), {@code --threads} followed (1 000), {@code --data}
 * directory that is kept and used again.
 */
final class TraceBenchmark {
    private final Report report = new Report("trace");
    private final int decisions;
    private final int links;
    private final int threads;
    private final Path root;
    private final boolean isKept;

    private TraceBenchmark(Arguments arguments) throws IOException {
        this.decisions = arguments.number("decisions", 1_000_000);
        this.links = arguments.number("links", 10_000_000);
        this.threads = arguments.number("threads", 1_000);
        String kept = arguments.text("data", "");
        this.isKept = !kept.isEmpty();
        this.root = isKept ? Files.createDirectories(Path.of(kept)) : Files.createTempDirectory("clew-bench");
    }

    static void main(String... arguments) throws Exception {
        new TraceBenchmark(new Arguments(List.of("decisions", "links", "threads", "data"), arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        var model = new CreditModel();
        if (!Files.exists(root.resolve("graph.done"))) {
            build(model);
        }
        Path log = root.resolve("access.log");
        String[] settings = {"http.access_log=all", "http.access_log_file=" + log};
        try (var server = isKept ? ServedProcess.startKept(root, settings) : ServedProcess.start(root, settings)) {
            report.line("graph", "%s links", Files.readString(root.resolve("graph.done")));
            report.line("start to ready", "%d ms", server.timeToStart().toMillis());
            var stored = StoredDecisions.in(root, server.url(), decisions, model::decision, report);
            List<String> drawn = stored.drawn(threads, 11);
            complete(server, drawn);
            List<String> paths = drawn.stream()
                    .map(id -> "/api/clew/v1/trace/decision/" + id + "?direction=up")
                    .toList();
            measure(server, log, "first", paths);
            new Load(server.url(), "GET", "/", 1).each(paths, (_, _, _) -> {});
            measure(server, log, "warm", paths);
            report.line("resident", "%.0f MiB", server.residentMiB());
            report.line("stopped", "exit %d", server.stop());
        }
        report.close();
    }

    private void build(CreditModel model) throws IOException, InterruptedException {
        String run;
        try (var server = ServedProcess.startKept(root)) {
            run = model.deploy(server.url());
            server.stop();
        }
        long start = System.nanoTime();
        long count = PipelineGraph.add(root.resolve("data"), links, run, 0);
        Files.writeString(root.resolve("graph.done"), "%,d".formatted(count));
        report.line("graph made", "%,d links in %.0f s", count, (System.nanoTime() - start) / 1e9);
    }

    /** Every decision that is looked at has an explanation and feedback. */
    private static void complete(ServedProcess server, List<String> ids) {
        var explanations = ids.stream()
                .map(id -> "/api/clew/v1/decisions/" + id + "/explanation")
                .toList();
        new Load(server.url(), "GET", "/", 1).each(explanations, (_, _, _) -> {});
        var text = new StringBuilder("[");
        for (String id : ids) {
            text.append(text.length() == 1 ? "" : ",")
                    .append("{\"decision\":\"%s\",\"kind\":\"label\",\"value\":\"good\"}".formatted(id));
        }
        Load.once(
                server.url(), "POST", "/api/clew/v1/feedback", text.append(']').toString());
    }

    private void measure(ServedProcess server, Path log, String what, List<String> paths)
            throws IOException, InterruptedException {
        long before = ServedProcess.linesOf(log, "/trace/").size();
        var nodes = new ArrayList<Integer>();
        new Load(server.url(), "GET", "/", 1).each(paths, (_, _, answer) -> nodes.add(threadNodes(answer)));
        double[] millis =
                ServedProcess.awaitLines(log, "/trace/", before + paths.size(), Duration.ofSeconds(5)).stream()
                        .skip(before)
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf('=') + 1)) / 1_000)
                        .sorted()
                        .toArray();
        report.line(
                what,
                "server side p50 %.2f ms, p99 %.2f ms, max %.1f ms; %.0f nodes a thread, at least %d",
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)],
                millis[millis.length - 1],
                nodes.stream().mapToInt(Integer::intValue).average().orElse(0),
                nodes.stream().mapToInt(Integer::intValue).min().orElse(0));
    }

    /** Nodes of a thread; one without explanation, feedback, deployment, version and run is an error. */
    private static int threadNodes(byte[] answer) {
        String text = CreditModel.text(answer);
        for (String kind : List.of("explanation", "feedback", "deployment", "model-version", "run")) {
            if (!text.contains("\"kind\":\"" + kind + "\"")) {
                throw new IllegalStateException(
                        "a thread has no " + kind + ": " + text.substring(0, Math.min(400, text.length())));
            }
        }
        return text.split("\"level\":", -1).length - 1;
    }
}
