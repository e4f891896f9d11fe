package dev.clew.benchmarks;

import dev.clew.ledger.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Decisions over HTTP, durable, 20 features: one a request on 64 connections; 100 a request without a subject, with known subjects, with
 * a new subject each. Afterwards sampled acknowledged decisions are read and their proofs verified.
 *
 * <p>Arguments: seconds per load (default 10).
 */
final class DecisionsBenchmark {
    private static final int CONNECTIONS = 64;
    private static final int BATCH_CONNECTIONS = 4;
    private static final int BATCH = 100;
    private static final int FEATURES = 20;
    private static final int KNOWN = 2_000;
    private static final int CHECKED = 500;

    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final String features;

    private DecisionsBenchmark() {
        var random = new Random(1);
        var text = new StringBuilder("{");
        for (int i = 0; i < FEATURES; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("\"feature_%02d\":%s".formatted(i, Double.toString(random.nextInt(1_000) / 8.0)));
        }
        this.features = text.append('}').toString();
    }

    static void main(String... arguments) throws Exception {
        Duration length = Duration.ofSeconds(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10);
        new DecisionsBenchmark().run(length);
    }

    private void run(Duration length) throws IOException, InterruptedException {
        var report = new Report("decisions");
        try (var server = ServedProcess.start("ledger.public=all")) {
            report.line("start to ready", "%d ms", server.timeToStart().toMillis());
            Duration warm = Duration.ofSeconds(3);
            single(server).run(CONNECTIONS, warm, (c, n) -> one("w1-", c, n, known(c, n)), (_, _, _) -> {});
            load(
                    report,
                    server,
                    "single, 64 connections",
                    single(server),
                    CONNECTIONS,
                    length,
                    (c, n) -> one("s-", c, n, known(c, n)));
            batch(server).run(BATCH_CONNECTIONS, warm, (c, n) -> many("w2-", c, n, 0), (_, _, _) -> {});
            load(
                    report,
                    server,
                    "100 a request, no subject",
                    batch(server),
                    BATCH_CONNECTIONS,
                    length,
                    (c, n) -> many("b0-", c, n, 0));
            load(
                    report,
                    server,
                    "100 a request, known",
                    batch(server),
                    BATCH_CONNECTIONS,
                    length,
                    (c, n) -> many("b1-", c, n, 1));
            load(
                    report,
                    server,
                    "100 a request, each new",
                    batch(server),
                    BATCH_CONNECTIONS,
                    length,
                    (c, n) -> many("b2-", c, n, 2));
            report.line("resident", "%.0f MiB after the load", server.residentMiB());
            check(report, server);
            report.line("stopped", "exit %d", server.stop());
        }
        report.close();
    }

    private void load(
            Report report,
            ServedProcess server,
            String what,
            Load load,
            int connections,
            Duration length,
            Load.Bodies bodies) {
        double cpu = server.cpuSeconds();
        var outcome = load.run(connections, length, bodies, this::keep);
        report.load(what, outcome, server.cpuSeconds() - cpu);
    }

    private static Load single(ServedProcess server) {
        return new Load(server.url(), "POST", "/api/clew/v1/decisions", 1);
    }

    private static Load batch(ServedProcess server) {
        return new Load(server.url(), "POST", "/api/clew/v1/decisions", BATCH);
    }

    /** Every 97th acknowledgement is looked at afterwards. */
    private void keep(int connection, long number, byte[] answer) {
        if (number % 97 == 0) {
            String text = new String(answer, StandardCharsets.UTF_8);
            int at = text.indexOf("\"id\":\"");
            if (!text.contains("created") || at < 0) {
                throw new IllegalStateException(
                        "not acknowledged as new: " + text.substring(0, Math.min(200, text.length())));
            }
            acknowledged.add(text.substring(at + 6, at + 42));
        }
    }

    private String one(String prefix, int connection, long number, String subject) {
        return "{\"client_id\":\"%s%d-%d\",\"features\":%s,\"outcome\":\"approved\",\"score\":0.25%s}"
                .formatted(prefix, connection, number, features, subject);
    }

    /** @param subjects 0 none, 1 known ones, 2 a new one each */
    private String many(String prefix, int connection, long number, int subjects) {
        var text = new StringBuilder(BATCH * 600).append('[');
        for (int i = 0; i < BATCH; i++) {
            String subject = switch (subjects) {
                case 0 -> "";
                case 1 -> known(connection, number * BATCH + i);
                default -> subject("n%s%d-%d-%d".formatted(prefix, connection, number, i));
            };
            text.append(i == 0 ? "" : ",").append(one(prefix, connection, number * BATCH + i, subject));
        }
        return text.append(']').toString();
    }

    private static String known(int connection, long number) {
        return subject("k" + Math.floorMod(connection * 7_919L + number, KNOWN));
    }

    private static String subject(String id) {
        return ",\"subject\":{\"namespace\":\"customer\",\"id\":\"%s\"}".formatted(id);
    }

    private void check(Report report, ServedProcess server) throws IOException {
        Collections.shuffle(acknowledged, new Random(2));
        Path policy = Files.createTempFile("clew-bench", ".policy");
        Path bundle = Files.createTempFile("clew-bench", ".tlog-proof");
        Files.write(policy, Load.once(server.url(), "GET", "/ledger/policy", ""));
        int checked = 0;
        double slowest = 0;
        double total = 0;
        for (String id : acknowledged.subList(0, Math.min(CHECKED, acknowledged.size()))) {
            long begin = System.nanoTime();
            byte[] proof = Load.once(server.url(), "GET", "/api/clew/v1/decisions/" + id + "/proof", "");
            double millis = (System.nanoTime() - begin) / 1e6;
            slowest = Math.max(slowest, millis);
            total += millis;
            Files.write(bundle, proof);
            if (Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id))
                            .exitCode()
                    != 0) {
                throw new IllegalStateException("the proof of acknowledged decision %s does not verify".formatted(id));
            }
            checked++;
        }
        report.line(
                "verified afterwards",
                "%d of %d sampled acknowledgements, all valid; proof over a new connection %.2f ms mean, %.1f ms max",
                checked,
                acknowledged.size(),
                total / Math.max(1, checked),
                slowest);
        Files.delete(policy);
        Files.delete(bundle);
        if (checked == 0) {
            throw new IllegalStateException("nothing was acknowledged");
        }
    }
}
