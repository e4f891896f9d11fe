package dev.clew.benchmarks;

import dev.clew.ledger.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Proofs of random decisions among many, half of them moved to segments, half still in the database; each first after a start, then warm.
 * Server side: from the access log. Every proof is verified offline.
 *
 * <p>{@code --decisions} stored (1 000 000), {@code --proofs} (1 000), {@code --data} directory that is kept and used again.
 */
final class ProofBenchmark {
    private final Report report = new Report("proof");
    private final int decisions;
    private final int proofs;
    private final String kept;

    private ProofBenchmark(Arguments arguments) {
        this.decisions = arguments.number("decisions", 1_000_000);
        this.proofs = arguments.number("proofs", 1_000);
        this.kept = arguments.text("data", "");
    }

    static void main(String... arguments) throws Exception {
        new ProofBenchmark(new Arguments(List.of("decisions", "proofs", "data"), arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        Path root = kept.isEmpty() ? Files.createTempDirectory("clew-bench") : Files.createDirectories(Path.of(kept));
        Path log = root.resolve("access.log");
        String[] settings = {"ledger.public=all", "http.access_log=all", "http.access_log_file=" + log};
        try (var server =
                kept.isEmpty() ? ServedProcess.start(root, settings) : ServedProcess.startKept(root, settings)) {
            report.line("start to ready", "%d ms", server.timeToStart().toMillis());
            var stored = StoredDecisions.in(root, server.url(), decisions, report);
            List<String> paths = stored.drawn(proofs, 7).stream()
                    .map(id -> "/api/clew/v1/decisions/" + id + "/proof")
                    .toList();
            measure(server, log, "first", paths);
            for (int i = 0; i < 3; i++) {
                new Load(server.url(), "GET", "/", 1).each(paths, (_, _, _) -> {});
            }
            measure(server, log, "warm", paths);
            verify(server, paths);
            report.line("resident", "%.0f MiB", server.residentMiB());
            report.line("stopped", "exit %d", server.stop());
        }
        report.close();
    }

    private void measure(ServedProcess server, Path log, String what, List<String> paths)
            throws IOException, InterruptedException {
        long before = ServedProcess.linesOf(log, "/proof ").size();
        var outcome = new Load(server.url(), "GET", "/", 1).each(paths, (_, _, _) -> {});
        List<String> lines = ServedProcess.awaitLines(log, "/proof ", before + paths.size(), Duration.ofSeconds(5));
        double[] millis = lines.stream()
                .skip(before)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf('=') + 1)) / 1_000)
                .sorted()
                .toArray();
        report.line(
                what,
                "server side p50 %.2f ms, p99 %.2f ms, max %.1f ms; at the client p50 %.2f ms, p99 %.2f ms",
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)],
                Arrays.stream(millis).max().orElse(Double.NaN),
                outcome.millis(0.5),
                outcome.millis(0.99));
    }

    private void verify(ServedProcess server, List<String> paths) throws IOException {
        Path policy = Files.createTempFile("clew-bench", ".policy");
        Path bundle = Files.createTempFile("clew-bench", ".tlog-proof");
        Files.write(policy, Load.once(server.url(), "GET", "/ledger/policy", ""));
        var bundles = new ArrayList<byte[]>();
        new Load(server.url(), "GET", "/", 1).each(paths, (_, _, answer) -> bundles.add(answer));
        for (int i = 0; i < bundles.size(); i++) {
            Files.write(bundle, bundles.get(i));
            String id = paths.get(i).split("/")[5];
            if (Verifier.verifyFile(bundle, Optional.of(policy), Optional.of(id))
                            .exitCode()
                    != 0) {
                throw new IllegalStateException("the proof of decision %s does not verify".formatted(id));
            }
        }
        Files.delete(policy);
        Files.delete(bundle);
        report.line("verified afterwards", "%,d proofs, all valid", bundles.size());
    }
}
