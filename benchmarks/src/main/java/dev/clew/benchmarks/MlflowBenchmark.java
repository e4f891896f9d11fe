package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The same requests to Clew and to the newest MLflow in one run, on 8 connections, in turns: log-metric, log-batch of 1 000 metrics,
 * runs/create, runs/get; then searches of Clew over many runs.
 *
 * <p>Arguments: seconds per load (default 8), runs to search among (default 100 000; 0 leaves the search out).
 */
final class MlflowBenchmark {
    private static final int CONNECTIONS = 8;
    private static final int POINTS = 1_000;
    private static final String API = "/api/2.0/mlflow/";

    private final Report report = new Report("mlflow");
    private final Duration length;

    private MlflowBenchmark(Duration length) {
        this.length = length;
    }

    /** One of the two servers, with a run for each connection. */
    private record Side(String name, String url, DoubleSupplier cpu, List<String> runs, String experiment) {}

    static void main(String... arguments) throws Exception {
        var length = Duration.ofSeconds(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8);
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        new MlflowBenchmark(length).run(runs);
    }

    private void run(int searched) throws IOException, InterruptedException {
        try (var clew = ServedProcess.start();
                var rival = RivalMlflow.start()) {
            report.line("rival", "mlflow %s, SQLite", RivalMlflow.VERSION);
            Side ours = side("clew", clew.url(), clew::cpuSeconds);
            Side theirs = side("mlflow", rival.url(), rival::cpuSeconds);
            compare("log-metric", 1, ours, theirs, (side, c, n) -> metric(side.runs.get(c), n), "runs/log-metric");
            compare(
                    "log-batch of 1 000 metrics",
                    POINTS,
                    ours,
                    theirs,
                    (side, c, n) -> batch(side.runs.get(c), n),
                    "runs/log-batch");
            compare("runs/create", 1, ours, theirs, (side, c, n) -> run(side.experiment, c, n), "runs/create");
            get(ours, theirs);
            if (searched > 0) {
                new SearchLoad(report, ours.url).run(searched);
            }
            report.line("resident", "clew %.0f MiB", clew.residentMiB());
        }
        report.close();
    }

    private interface Requests {
        String body(Side side, int connection, long number);
    }

    private void compare(String what, int items, Side ours, Side theirs, Requests requests, String call) {
        double[] rates = new double[2];
        double p99 = 0;
        int at = 0;
        for (Side side : List.of(theirs, ours)) {
            var load = new Load(side.url, "POST", API + call, items);
            long warm = 1_000_000_000L;
            load.run(CONNECTIONS, Duration.ofSeconds(2), (c, n) -> requests.body(side, c, warm + n), (_, _, _) -> {});
            double cpu = side.cpu.getAsDouble();
            var outcome = load.run(CONNECTIONS, length, (c, n) -> requests.body(side, c, n), (_, _, _) -> {});
            report.load(what + ", " + side.name, outcome, side.cpu.getAsDouble() - cpu);
            rates[at++] = outcome.rate();
            p99 = outcome.millis(0.99);
        }
        report.line("  ratio", "%.1f × (p99 of clew %.2f ms)", rates[1] / rates[0], p99);
    }

    private void get(Side ours, Side theirs) {
        double[] rates = new double[2];
        int at = 0;
        for (Side side : List.of(theirs, ours)) {
            var load = new Load(side.url, "GET", API + "runs/get?run_id=" + side.runs.get(0), 1);
            load.run(CONNECTIONS, Duration.ofSeconds(2), (_, _) -> "", (_, _, _) -> {});
            double cpu = side.cpu.getAsDouble();
            var outcome = load.run(CONNECTIONS, length, (_, _) -> "", (_, _, _) -> {});
            report.load("runs/get, " + side.name, outcome, side.cpu.getAsDouble() - cpu);
            rates[at++] = outcome.rate();
        }
        report.line("  ratio", "%.1f ×", rates[1] / rates[0]);
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

    private static String batch(String run, long number) {
        var text = new StringBuilder(POINTS * 90)
                .append("{\"run_id\":\"")
                .append(run)
                .append("\",\"metrics\":[");
        for (int i = 0; i < POINTS; i++) {
            long step = number * POINTS + i;
            text.append(i == 0 ? "" : ",")
                    .append("{\"key\":\"m%d\",\"value\":%s,\"timestamp\":%d,\"step\":%d}"
                            .formatted(i % 10, (step % 977) / 977.0, 1_700_000_000_000L + step, step));
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
