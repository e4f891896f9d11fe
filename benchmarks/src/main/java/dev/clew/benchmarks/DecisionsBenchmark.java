package dev.clew.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Decisions over HTTP, durable and sealed, 20 features: one a request on 64 connections; 100 a request without a subject, with known
 * subjects, with a new subject each. Known subjects are 20 000 persons, each sent once before anything is measured. Afterwards sampled
 * acknowledgements are proven and verified offline.
 *
 * <p>{@code --seconds} of each load (8), {@code --warm} seconds before each (20 before the first, then 5), {@code --only} one load:
 * {@code single}, {@code plain}, {@code known} or {@code new}; {@code --connections} that send batches (8).
 */
final class DecisionsBenchmark {
    private static final int CONNECTIONS = 64;
    private static final int BATCH = 100;
    private static final int FEATURES = 20;
    private static final int KNOWN = 20_000;

    private final Report report = new Report("decisions");
    private final Acknowledged acknowledged = new Acknowledged();
    private final String features;
    private final Duration length;
    private final Duration warm;
    private final String only;
    private final int batchConnections;

    private DecisionsBenchmark(Arguments arguments) {
        this.length = Duration.ofSeconds(arguments.number("seconds", 8));
        this.warm = Duration.ofSeconds(arguments.number("warm", 20));
        this.only = arguments.text("only", "");
        this.batchConnections = arguments.number("connections", 8);
        var random = new Random(1);
        var text = new StringBuilder("{");
        for (int i = 0; i < FEATURES; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("\"feature_%02d\":%s".formatted(i, Double.toString(random.nextInt(1_000) / 8.0)));
        }
        this.features = text.append('}').toString();
    }

    static void main(String... arguments) throws Exception {
        new DecisionsBenchmark(new Arguments(List.of("seconds", "warm", "only", "connections"), arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        try (var server = ServedProcess.start("ledger.public=all")) {
            report.line("start to ready", "%d ms", server.timeToStart().toMillis());
            ramp(server);
            var single = new Load(server.url(), "POST", "/api/clew/v1/decisions", 1);
            var batch = new Load(server.url(), "POST", "/api/clew/v1/decisions", BATCH);
            load(
                    server,
                    "single",
                    "single, 64 connections",
                    single,
                    CONNECTIONS,
                    warm,
                    (c, n) -> one("s", c, n, known(c, n)));
            Duration again = warm.dividedBy(4);
            load(
                    server,
                    "plain",
                    "100 a request, no subject",
                    batch,
                    batchConnections,
                    again,
                    (c, n) -> many("p", c, n, ""));
            load(
                    server,
                    "known",
                    "100 a request, known",
                    batch,
                    batchConnections,
                    again,
                    (c, n) -> many("k", c, n, "known"));
            load(
                    server,
                    "new",
                    "100 a request, each new",
                    batch,
                    batchConnections,
                    again,
                    (c, n) -> many("n", c, n, "new"));
            report.line(
                    "resident",
                    "%.0f MiB after the load, at most %.0f MiB",
                    server.residentMiB(),
                    server.mostResidentMiB());
            acknowledged.verify(report, server.url());
            report.line("stopped", "exit %d", server.stop());
        }
        report.close();
    }

    /** Every known person is sent once. */
    private void ramp(ServedProcess server) {
        var load = new Load(server.url(), "POST", "/api/clew/v1/decisions", BATCH);
        load.run(1, KNOWN / BATCH, (_, n) -> {
            var text = new StringBuilder(BATCH * 600).append('[');
            for (int i = 0; i < BATCH; i++) {
                text.append(i == 0 ? "" : ",").append(one("r", 0, n * BATCH + i, person("k" + (n * BATCH + i))));
            }
            return text.append(']').toString();
        });
    }

    private void load(
            ServedProcess server,
            String name,
            String what,
            Load load,
            int connections,
            Duration before,
            Load.Bodies bodies) {
        if (!only.isEmpty() && !only.equals(name)) {
            return;
        }
        load.run(connections, before, (c, n) -> bodies.body(c, -1 - n), (_, _, _) -> {});
        double cpu = server.cpuSeconds();
        var outcome = load.run(connections, length, bodies, acknowledged);
        report.load(what, outcome, server.cpuSeconds() - cpu);
    }

    private String one(String prefix, int connection, long number, String subject) {
        return "{\"client_id\":\"" + prefix + connection + '/' + number + "\",\"features\":" + features
                + ",\"outcome\":\"approved\",\"score\":0.25" + subject + '}';
    }

    private String many(String prefix, int connection, long number, String subjects) {
        var text = new StringBuilder(BATCH * 600).append('[');
        for (int i = 0; i < BATCH; i++) {
            long at = number * BATCH + i;
            String subject = switch (subjects) {
                case "known" -> known(connection, at);
                case "new" -> person("n%d/%d".formatted(connection, at));
                default -> "";
            };
            text.append(i == 0 ? "" : ",").append(one(prefix, connection, at, subject));
        }
        return text.append(']').toString();
    }

    private static String known(int connection, long number) {
        return person("k" + Math.floorMod(connection * 7_919L + number, KNOWN));
    }

    private static String person(String id) {
        return ",\"subject\":{\"namespace\":\"customer\",\"id\":\"" + id + "\"}";
    }
}
