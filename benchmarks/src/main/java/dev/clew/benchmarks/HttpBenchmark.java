package dev.clew.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What a request costs by itself: answers that need nothing, that need the gate, and that are refused, on 1 and on 64 connections.
 *
 * <p>{@code --seconds} of each load (4), {@code --warm} seconds before (10).
 */
final class HttpBenchmark {
    private final Report report = new Report("http");
    private final Duration length;
    private final Duration warm;

    private HttpBenchmark(Arguments arguments) {
        this.length = Duration.ofSeconds(arguments.number("seconds", 4));
        this.warm = Duration.ofSeconds(arguments.number("warm", 10));
    }

    static void main(String... arguments) throws Exception {
        new HttpBenchmark(new Arguments(List.of("seconds", "warm"), arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        try (var server = ServedProcess.start("ledger.public=all")) {
            report.line("start to ready", "%d ms", server.timeToStart().toMillis());
            var health = new Load(server.url(), "GET", "/health", 1);
            health.run(64, warm, (_, _) -> "", (_, _, _) -> {});
            load(server, "/health", health, "");
            load(server, "/ledger/checkpoint", new Load(server.url(), "GET", "/ledger/checkpoint", 1), "");
            load(
                    server,
                    "experiments/search",
                    new Load(server.url(), "POST", "/api/2.0/mlflow/experiments/search", 1),
                    "{\"max_results\":10}");
            report.line("resident", "%.0f MiB after the load", server.residentMiB());
            report.line("stopped", "exit %d", server.stop());
        }
        report.close();
    }

    private void load(ServedProcess server, String what, Load load, String body) {
        load.run(64, warm.dividedBy(4), (_, _) -> body, (_, _, _) -> {});
        for (int connections : new int[] {1, 64}) {
            double cpu = server.cpuSeconds();
            var outcome = load.run(connections, length, (_, _) -> body, (_, _, _) -> {});
            report.load(what, outcome, server.cpuSeconds() - cpu);
        }
    }
}
