package dev.clew.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Searches over many runs of 10 metrics, 10 parameters and 3 tags: each form some times warm, one connection. */
final class SearchLoad {
    private static final String API = "/api/2.0/mlflow/";
    private static final int REPEATS = 40;
    private static final int LOADERS = 8;
    /** The value index is brought up to date when runs go quiet. */
    private static final long QUIET_MILLIS = 5_000;

    private final Report report;
    private final String url;

    SearchLoad(Report report, String url) {
        this.report = report;
        this.url = url;
    }

    void run(int runs) throws InterruptedException {
        String experiment = MlflowBenchmark.field(
                Load.once(url, "POST", API + "experiments/create", "{\"name\":\"search-%d\"}".formatted(runs)),
                "experiment_id");
        long begin = System.nanoTime();
        fill(experiment, runs);
        report.line("runs to search", "%,d runs written in %.1f s", runs, (System.nanoTime() - begin) / 1e9);
        Thread.sleep(QUIET_MILLIS);
        forms().forEach((what, query) -> {
            String body = "{\"experiment_ids\":[\"%s\"],\"max_results\":50,%s}".formatted(experiment, query);
            double[] millis = new double[REPEATS];
            int found = 0;
            for (int i = 0; i < REPEATS; i++) {
                long start = System.nanoTime();
                byte[] answer = Load.once(url, "POST", API + "runs/search", body);
                millis[i] = (System.nanoTime() - start) / 1e6;
                found = count(answer);
            }
            double cold = millis[0];
            Arrays.sort(millis);
            report.line(
                    "search: " + what,
                    "median %.1f ms, p99 %.1f ms, first %.1f ms; %d runs on the page",
                    millis[REPEATS / 2],
                    millis[REPEATS - 1],
                    cold,
                    found);
        });
    }

    private static Map<String, String> forms() {
        var forms = new LinkedHashMap<String, String>();
        forms.put("metric, ordered by it", "\"filter\":\"metrics.m2 < 0.5\",\"order_by\":[\"metrics.m2 DESC\"]");
        forms.put("params and metrics", "\"filter\":\"params.p3 = '42' and metrics.m2 < 0.5\"");
        forms.put("tag LIKE", "\"filter\":\"tags.t1 LIKE 'team-1%'\"");
        forms.put("name ILIKE", "\"filter\":\"attributes.run_name ILIKE 'RUN-77%'\"");
        forms.put("three conditions", "\"filter\":\"params.p1 = '7' and metrics.m1 > 0.2 and tags.t2 = 'b'\"");
        forms.put("ordered by a parameter", "\"order_by\":[\"params.p4 ASC\"]");
        forms.put("newest", "\"order_by\":[\"attributes.start_time DESC\"]");
        return forms;
    }

    private void fill(String experiment, int runs) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (int loader = 0; loader < LOADERS; loader++) {
            int first = loader;
            threads.add(Thread.ofPlatform().start(() -> {
                var random = new Random(first);
                try (var create = new Kept(url, API + "runs/create");
                        var log = new Kept(url, API + "runs/log-batch")) {
                    for (int i = first; i < runs; i += LOADERS) {
                        String run = MlflowBenchmark.field(create.post(runBody(experiment, i)), "run_id");
                        log.post(batch(run, random));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static String runBody(String experiment, int i) {
        return """
                {"experiment_id":"%s","run_name":"run-%d","start_time":%d,"tags":[{"key":"t1","value":"team-%d"},\
                {"key":"t2","value":"%s"},{"key":"t3","value":"x%d"}]}""".formatted(experiment, i, 1_700_000_000_000L + i, i % 100, "abc".charAt(i % 3), i);
    }

    private static String batch(String run, Random random) {
        var text = new StringBuilder("{\"run_id\":\"").append(run).append("\",\"metrics\":[");
        for (int m = 0; m < 10; m++) {
            text.append(m == 0 ? "" : ",")
                    .append("{\"key\":\"m%d\",\"value\":%s,\"timestamp\":1700000000000,\"step\":0}"
                            .formatted(m, random.nextDouble()));
        }
        text.append("],\"params\":[");
        for (int p = 0; p < 10; p++) {
            text.append(p == 0 ? "" : ",")
                    .append("{\"key\":\"p%d\",\"value\":\"%d\"}".formatted(p, random.nextInt(100)));
        }
        return text.append("]}").toString();
    }

    private static int count(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        int count = 0;
        for (int at = text.indexOf("\"run_uuid\""); at >= 0; at = text.indexOf("\"run_uuid\"", at + 1)) {
            count++;
        }
        return count;
    }
}
