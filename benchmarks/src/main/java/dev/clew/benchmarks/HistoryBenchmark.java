package dev.clew.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;

/**
 * One metric of one run with many points: reading all of them, all sampled to 2 500, and sending a batch again that is stored already,
 * when the run is small and when it is large.
 *
 * <p>{@code --points} to read (1 000 000), {@code --retry} points of the run when the batch is sent again (10 000 000).
 */
final class HistoryBenchmark {
    private static final String API = "/api/2.0/mlflow/";
    private static final int POINTS = MlflowBenchmark.POINTS;
    private static final int REPEATS = 30;
    private static final int SAMPLED = 2_500;

    private final Report report = new Report("history");
    private final int points;
    private final int retried;

    private HistoryBenchmark(Arguments arguments) {
        this.points = arguments.number("points", 1_000_000);
        this.retried = arguments.number("retry", 10_000_000);
    }

    static void main(String... arguments) throws Exception {
        new HistoryBenchmark(new Arguments(List.of("points", "retry"), arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        try (var server = ServedProcess.start();
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            String run = MlflowBenchmark.field(
                    Load.once(server.url(), "POST", API + "runs/create", "{\"experiment_id\":\"0\"}"), "run_id");
            var load = new Load(server.url(), "POST", API + "runs/log-batch", POINTS);
            again("10 000 points", load, run, 0, 10);
            long begin = System.nanoTime();
            fill(load, run, 10 + 2 * REPEATS, points / POINTS);
            report.line("written", "%,d points in %.1f s", points, (System.nanoTime() - begin) / 1e9);
            String query = "?run_id=%s&metric_key=loss".formatted(run);
            double before = server.residentMiB();
            for (int i = 0; i < 3; i++) {
                whole(client, server.url() + API + "metrics/get-history" + query);
            }
            report.line(
                    "resident",
                    "%.0f MiB before, %.0f MiB after, at most %.0f MiB",
                    before,
                    server.residentMiB(),
                    server.mostResidentMiB());
            sampled(server.url(), run);
            fill(load, run, points / POINTS, retried / POINTS);
            again("%,d points".formatted(retried), load, run, retried / POINTS, retried / POINTS);
            report.line(
                    "resident",
                    "%.0f MiB, at most %.0f MiB after %,d points",
                    server.residentMiB(),
                    server.mostResidentMiB(),
                    retried);
        }
        report.close();
    }

    /** Logs the batches from one number up to another. */
    private static void fill(Load load, String run, int from, int to) {
        load.run(1, to - from, (_, n) -> batch(run, from + n));
    }

    /** New batches, and then the same ones again, which change nothing. */
    private void again(String what, Load load, String run, int from, int filled) {
        fill(load, run, from, filled);
        int next = Math.max(from, filled);
        load.run(1, REPEATS, (_, n) -> batch(run, next + n));
        var first = load.run(1, REPEATS, (_, n) -> batch(run, next + REPEATS + n));
        var second = load.run(1, REPEATS, (_, n) -> batch(run, next + REPEATS + n));
        report.line(
                "log-batch of 1 000, " + what,
                "new p50 %.2f ms, max %.1f ms; sent again p50 %.2f ms, max %.1f ms",
                first.millis(0.5),
                first.millis(1),
                second.millis(0.5),
                second.millis(1));
    }

    private void whole(HttpClient client, String url) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var answer =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException("a history was answered " + answer.statusCode());
        }
        long found = 0;
        long bytes = 0;
        double first;
        try (var in = answer.body()) {
            byte[] some = new byte[64 * 1024];
            int got = in.read(some);
            first = (System.nanoTime() - begin) / 1e6;
            for (; got > 0; got = in.read(some)) {
                bytes += got;
                for (int i = 0; i < got; i++) {
                    found += some[i] == '{' ? 1 : 0;
                }
            }
        }
        report.line(
                "all points",
                "first byte %.1f ms, all %,d in %.2f s, %,d MiB",
                first,
                found - 1,
                (System.nanoTime() - begin) / 1e9,
                bytes >> 20);
    }

    private void sampled(String url, String run) {
        String path = API
                + "metrics/get-history-bulk-interval?run_ids=%s&metric_key=loss&max_results=%d".formatted(run, SAMPLED);
        String[] paths = new String[REPEATS];
        Arrays.fill(paths, path);
        long[] most = new long[1];
        var outcome = new Load(url, "GET", path, 1).each(List.of(paths), (_, _, body) -> most[0] = count(body));
        report.line(
                "sampled to " + SAMPLED,
                "p50 %.1f ms, max %.1f ms; %,d points",
                outcome.millis(0.5),
                outcome.millis(1),
                most[0]);
    }

    private static long count(byte[] json) {
        long found = 0;
        for (byte each : json) {
            found += each == '{' ? 1 : 0;
        }
        return found - 1;
    }

    private static String batch(String run, long number) {
        return MlflowBenchmark.batch(run, number, _ -> "loss");
    }
}
