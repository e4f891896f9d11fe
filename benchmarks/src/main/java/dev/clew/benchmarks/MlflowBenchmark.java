package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The same requests to Clew and to the newest MLflow in one run, on 8 connections, in turns: log-metric, log-batch of 1 000 metrics,
 * runs/create, runs/get; then searches of both over many runs.
 *
 * <p>Arguments: {@code --only=PART,…} of {@code log-metric, log-batch, create, get, search, search-rival} (the last is left out unless
 * named: one search of MLflow takes most of a minute), {@code --seconds=8} per load, {@code --warm=5} before each of either server,
 * {@code --runs=100000} to search among,
 * {@code --keep=DIR} where the runs to search stay for the next time.
 */
final class MlflowBenchmark {
    private static final int CONNECTIONS = 8;
    private static final int RUNS = 100_000;
    static final int POINTS = 1_000;
    private static final String API = "/api/2.0/mlflow/";

    /** Numbers of the measured requests begin here: steps go on rising after the warm-up, as they do in a training run. */
    private static final long AFTER_WARM = 1_000_000_000L;

    private static final Set<String> COMPARED = Set.of("log-metric", "log-batch", "create", "get");

    private final Set<String> parts;
    private final Report report;
    private final Duration length;
    private final Duration warm;
    private final int runs;
    private final @Nullable Path kept;

    private MlflowBenchmark(Map<String, String> options) {
        this.parts = new LinkedHashSet<>(List.of(options.getOrDefault("only", "log-metric,log-batch,create,get,search")
                .split(",")));
        this.runs = Integer.parseInt(options.getOrDefault("runs", "" + RUNS));
        this.report = new Report((options.containsKey("only") ? "mlflow-" + String.join("-", parts) : "mlflow")
                + (runs == RUNS ? "" : "-" + runs));
        this.length = Duration.ofSeconds(Integer.parseInt(options.getOrDefault("seconds", "8")));
        this.warm = Duration.ofSeconds(Integer.parseInt(options.getOrDefault("warm", "5")));
        this.kept = options.containsKey("keep") ? Path.of(options.get("keep")).toAbsolutePath() : null;
    }

    /** One of the two servers, with a run for each connection. */
    private record Side(String name, String url, DoubleSupplier cpu, List<String> runs, String experiment) {}

    static void main(String... arguments) throws Exception {
        var options = new LinkedHashMap<String, String>();
        for (String argument : arguments) {
            String[] pair = argument.replaceFirst("^--", "").split("=", 2);
            if (pair.length < 2
                    || !Set.of("only", "seconds", "warm", "runs", "keep").contains(pair[0])) {
                throw new IllegalArgumentException(
                        argument + ": --only=…, --seconds=…, --warm=…, --runs=… and --keep=… are known");
            }
            options.put(pair[0], pair[1]);
        }
        new MlflowBenchmark(options).run();
    }

    private void run() throws IOException, InterruptedException {
        if (parts.stream().anyMatch(COMPARED::contains)) {
            both();
        }
        if (parts.contains("search")) {
            try (var clew = kept == null
                    ? ServedProcess.start()
                    : ServedProcess.start(Files.createDirectories(kept.resolve("clew")))
                            .keep()) {
                new SearchLoad(report, "clew", clew.url(), clew::cpuSeconds).run(runs);
                report.line("resident", "clew %.0f MiB", clew.residentMiB());
            }
        }
        if (parts.contains("search-rival")) {
            try (var rival = kept == null ? RivalMlflow.start() : RivalMlflow.start(kept.resolve("mlflow"))) {
                report.line("rival", "mlflow %s, SQLite", RivalMlflow.VERSION);
                new SearchLoad(report, "mlflow", rival.url(), rival::cpuSeconds).once(rival.database(), runs);
            }
        }
        report.close();
    }

    private void both() throws IOException, InterruptedException {
        try (var clew = ServedProcess.start();
                var rival = RivalMlflow.start()) {
            report.line("rival", "mlflow %s, SQLite", RivalMlflow.VERSION);
            Side ours = side("clew", clew.url(), clew::cpuSeconds);
            Side theirs = side("mlflow", rival.url(), rival::cpuSeconds);
            if (parts.contains("log-metric")) {
                var load = new Compared("log-metric", "POST", "runs/log-metric", 1);
                compare(load, ours, theirs, (side, c, n) -> metric(side.runs.get(c), n));
            }
            if (parts.contains("log-batch")) {
                var load = new Compared("log-batch of 1 000 metrics", "POST", "runs/log-batch", POINTS);
                compare(load, ours, theirs, (side, c, n) -> batch(side.runs.get(c), n, i -> "m" + i % 10));
            }
            if (parts.contains("create")) {
                var load = new Compared("runs/create", "POST", "runs/create", 1);
                compare(load, ours, theirs, (side, c, n) -> run(side.experiment, c, n));
            }
            if (parts.contains("get")) {
                compare(new Compared("runs/get", "GET", "runs/get", 1), ours, theirs, (_, _, _) -> "");
            }
            report.line("resident", "clew %.0f MiB", clew.residentMiB());
        }
    }

    /** @param items what a request counts for */
    private record Compared(String what, String method, String call, int items) {
        String path(Side side) {
            return API + call + (method.equals("GET") ? "?run_id=" + side.runs.getFirst() : "");
        }
    }

    private interface Requests {
        String body(Side side, int connection, long number);
    }

    private void compare(Compared compared, Side ours, Side theirs, Requests requests) {
        double[] rates = new double[2];
        double p99 = 0;
        int at = 0;
        for (Side side : List.of(theirs, ours)) {
            var load = new Load(side.url, compared.method, compared.path(side), compared.items);
            load.run(CONNECTIONS, warm, (c, n) -> requests.body(side, c, n), (_, _, _) -> {});
            double cpu = side.cpu.getAsDouble();
            var outcome =
                    load.run(CONNECTIONS, length, (c, n) -> requests.body(side, c, AFTER_WARM + n), (_, _, _) -> {});
            cpu = side.cpu.getAsDouble() - cpu;
            report.load(compared.what + ", " + side.name, outcome, cpu);
            report.line("  CPU per request", "server %.3f ms", cpu * 1e3 / outcome.requests());
            rates[at++] = outcome.rate();
            p99 = outcome.millis(0.99);
        }
        report.line("  ratio", "%.1f × (p99 of clew %.2f ms)", rates[1] / rates[0], p99);
    }

    private static Side side(String name, String url, DoubleSupplier cpu) {
        String experiment = field(
                Load.once(
                        url,
                        "POST",
                        API + "experiments/create",
                        "{\"name\":\"bench-%d\"}".formatted(System.nanoTime())),
                "experiment_id");
        var runs = new ArrayList<String>();
        for (int i = 0; i < CONNECTIONS; i++) {
            runs.add(field(Load.once(url, "POST", API + "runs/create", run(experiment, i, 0)), "run_id"));
        }
        return new Side(name, url, cpu, runs, experiment);
    }

    private static String metric(String run, long number) {
        return "{\"run_id\":\"%s\",\"run_uuid\":\"%s\",\"key\":\"loss\",\"value\":%s,\"timestamp\":%d,\"step\":%d}"
                .formatted(run, run, 1.0 / (number + 1), 1_700_000_000_000L + number, number);
    }

    /** A log-batch whose steps go on from the one with the number before. */
    static String batch(String run, long number, IntFunction<String> key) {
        var text = new StringBuilder(POINTS * 90)
                .append("{\"run_id\":\"")
                .append(run)
                .append("\",\"metrics\":[");
        for (int i = 0; i < POINTS; i++) {
            long step = number * POINTS + i;
            text.append(i == 0 ? "{\"key\":\"" : ",{\"key\":\"")
                    .append(key.apply(i))
                    .append("\",\"value\":")
                    .append(step % 977 / 977.0)
                    .append(",\"timestamp\":")
                    .append(1_700_000_000_000L + step)
                    .append(",\"step\":")
                    .append(step)
                    .append('}');
        }
        return text.append("]}").toString();
    }

    private static String run(String experiment, int connection, long number) {
        return "{\"experiment_id\":\"%s\",\"run_name\":\"r-%d-%d\",\"start_time\":%d,\"tags\":[{\"key\":\"mlflow.user\",\"value\":\"bench\"}]}"
                .formatted(
                        experiment,
                        connection,
                        number,
                        1_700_000_000_000L + ThreadLocalRandom.current().nextInt(1_000));
    }

    static String field(byte[] json, String name) {
        String text = new String(json, StandardCharsets.UTF_8);
        int at = text.indexOf('"' + name + '"');
        int from = text.indexOf('"', text.indexOf(':', at) + 1) + 1;
        return text.substring(from, text.indexOf('"', from));
    }
}
