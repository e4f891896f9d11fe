package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Searches over many runs of 10 metrics, 10 parameters and 3 tags: each form some times warm, one connection. */
final class SearchLoad {
    private static final String API = "/api/2.0/mlflow/";
    private static final int WARM = 100;
    private static final int REPEATS = 60;
    private static final int LOADERS = 2;
    private static final int BATCH = 500;
    private static final int PAGE = 50;
    /** The value index is brought up to date when runs go quiet: until a search takes as long as the one before. */
    private static final long QUIET_MILLIS = 5_000;

    private static final Pattern TOTAL = Pattern.compile("\"total_count\"\\s*:\\s*\"?(\\d+)");

    private final Report report;
    private final String name;
    private final String url;
    private final DoubleSupplier cpu;

    SearchLoad(Report report, String name, String url, DoubleSupplier cpu) {
        this.report = report;
        this.name = name;
        this.url = url;
        this.cpu = cpu;
    }

    /** Writes the runs that are not there yet, then searches. */
    void run(int runs) throws InterruptedException {
        String experiment = experiment(runs);
        int there = there(experiment);
        if (there < runs) {
            long begin = System.nanoTime();
            fill(experiment, Math.max(0, there - LOADERS * BATCH), runs);
            if (there(experiment) != runs) {
                throw new IllegalStateException("Of %d runs %d are there".formatted(runs, there(experiment)));
            }
            report.line(
                    "runs to search",
                    "%,d runs, %,d of them written in %.1f s",
                    runs,
                    runs - there,
                    (System.nanoTime() - begin) / 1e9);
            Thread.sleep(QUIET_MILLIS);
        } else {
            report.line("runs to search", "%,d runs, written before", runs);
        }
        forms().forEach((what, query) -> measure(what, body(experiment, query, null)));
        measure("page 100 by a metric", page(experiment, "\"order_by\":[\"metrics.m2 DESC\"]"));
        measure("page 100, newest", page(experiment, ""));
    }

    /** How many runs an earlier time has written, which may have been ended. */
    private int there(String experiment) {
        String answer = search("{\"experiment_ids\":[\"%s\"],\"count_only\":true}".formatted(experiment));
        var count = TOTAL.matcher(answer);
        if (!count.find()) {
            throw new IllegalStateException("No total_count in " + answer);
        }
        return Integer.parseInt(count.group(1));
    }

    /** Each form one time, on runs that are put into the rival's database as its own store writes them. */
    void once(Path database, int runs) throws IOException, InterruptedException {
        String experiment = experiment(runs);
        long begin = System.nanoTime();
        RivalMlflow.run(
                RivalMlflow.python().toString(),
                Path.of(System.getenv().getOrDefault("CLEW_HOME", "."), "benchmarks", "fill_mlflow.py")
                        .toString(),
                database.toString(),
                experiment,
                Integer.toString(runs));
        report.line("runs to search, " + name, "%,d runs, %.1f s", runs, (System.nanoTime() - begin) / 1e9);
        search(body(experiment, "", null));
        forms().forEach((what, query) -> {
            long start = System.nanoTime();
            String answer = search(body(experiment, query, null));
            report.line(
                    "search: " + what + ", " + name,
                    "%,.0f ms, once; %d runs on the page",
                    (System.nanoTime() - start) / 1e6,
                    count(answer));
        });
    }

    /** The experiment that so many runs belong to, made when it is not there. */
    String experiment(int runs) {
        String all = new String(
                Load.once(url, "POST", API + "experiments/search", "{\"max_results\":1000}"), StandardCharsets.UTF_8);
        String wanted = "search-%d".formatted(runs);
        int at = all.indexOf('"' + wanted + '"');
        if (at < 0) {
            return MlflowBenchmark.field(
                    Load.once(url, "POST", API + "experiments/create", "{\"name\":\"%s\"}".formatted(wanted)),
                    "experiment_id");
        }
        int id = all.lastIndexOf("\"experiment_id\"", at);
        return MlflowBenchmark.field(all.substring(id).getBytes(StandardCharsets.UTF_8), "experiment_id");
    }

    private void measure(String what, String body) {
        double[] millis = new double[REPEATS];
        String answer = "";
        long start = System.nanoTime();
        for (int i = 0; i < WARM; i++) {
            search(body);
        }
        double warm = (System.nanoTime() - start) / 1e6 / WARM;
        double before = cpu.getAsDouble();
        for (int i = 0; i < REPEATS; i++) {
            start = System.nanoTime();
            answer = search(body);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        double used = (cpu.getAsDouble() - before) * 1e3 / REPEATS;
        Arrays.sort(millis);
        report.line(
                "search: " + what,
                "median %.1f ms, p99 %.1f ms; CPU of the server %.1f ms each; warming %.1f ms each; %d runs on the page",
                millis[REPEATS / 2],
                millis[REPEATS - 1],
                used,
                warm,
                count(answer));
    }

    private String search(String body) {
        return new String(Load.once(url, "POST", API + "runs/search", body), StandardCharsets.UTF_8);
    }

    private static String body(String experiment, String query, @Nullable String token) {
        return "{\"experiment_ids\":[\"%s\"],\"max_results\":%d%s%s}"
                .formatted(
                        experiment,
                        PAGE,
                        query.isEmpty() ? "" : "," + query,
                        token == null ? "" : ",\"page_token\":\"%s\"".formatted(token));
    }

    /** The request for the hundredth page. */
    private String page(String experiment, String query) {
        String body = body(experiment, query, null);
        for (int i = 1; i < 100; i++) {
            byte[] answer = search(body).getBytes(StandardCharsets.UTF_8);
            body = body(experiment, query, MlflowBenchmark.field(answer, "next_page_token"));
        }
        return body;
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

    /** As an importer brings them, which shares transactions; what an earlier time has brought is not taken again. */
    private void fill(String experiment, int from, int runs) throws InterruptedException {
        var next = new AtomicInteger(from);
        var threads = new ArrayList<Thread>();
        for (int loader = 0; loader < LOADERS; loader++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (var imports = new Kept(url, "/api/clew/v1/imports/runs")) {
                    for (int i = next.getAndAdd(BATCH); i < runs; i = next.getAndAdd(BATCH)) {
                        String batch = IntStream.range(i, Math.min(runs, i + BATCH))
                                .mapToObj(each -> imported(experiment, each))
                                .collect(Collectors.joining(",", "{\"runs\":[", "]}"));
                        String answer = new String(imports.post(batch), StandardCharsets.UTF_8);
                        if (!answer.contains("\"refused\":[]")) {
                            throw new IllegalStateException("Runs were not taken: " + answer);
                        }
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Run number {@code i}: always the same. */
    private static String imported(String experiment, int i) {
        var random = new SplittableRandom(i);
        String metrics = IntStream.range(0, 10)
                .mapToObj(m -> "[\"m%d\",%s,1700000000000,0]".formatted(m, random.nextDouble()))
                .collect(Collectors.joining(","));
        String params = IntStream.range(0, 10)
                .mapToObj(p -> "\"p%d\":\"%d\"".formatted(p, random.nextInt(100)))
                .collect(Collectors.joining(","));
        return """
                {"run_id":"%s","experiment_id":"%s","name":"run-%d","status":"FINISHED","start_time":%d,"end_time":%4$d,\
                "metrics":[%s],"params":{%s},"tags":{"mlflow.runName":"run-%3$d","t1":"team-%d","t2":"%s","t3":"x%3$d"}}""".formatted(
                new UUID(random.nextLong(), random.nextLong()).toString().replace("-", ""),
                experiment,
                i,
                1_700_000_000_000L + i,
                metrics,
                params,
                i % 100,
                "abc".charAt(i % 3));
    }

    private static int count(String answer) {
        int count = 0;
        for (int at = answer.indexOf("\"run_uuid\""); at >= 0; at = answer.indexOf("\"run_uuid\"", at + 1)) {
            count++;
        }
        return count;
    }
}
