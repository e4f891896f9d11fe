package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Eighteen clients that write until the server is gone: eight on runs and four with single decisions, which never rest; two with batches of
 * decisions, one each with feedback, erasures, backups and proofs. Every request is written down before it is sent and after it was
 * answered.
 */
final class CrashClients {
    private static final int BATCH = 12;
    private static final int ON_RUNS = 8;
    private static final int WITH_SINGLES = 4;
    private static final int WITH_BATCHES = 2;
    private static final Set<Integer> PUT_OFF = Set.of(408, 409, 503);

    /** What feedback on the decision of an erased person is answered. */
    private static final String ERASED = "the decision was erased";

    private static final long PATIENT_NANOS = 2_000_000;
    private static final int POINTS = 5;
    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String API = "/api/clew/v1/";

    private final CrashServer server;
    private final Acknowledgements acks;
    private final String cycle;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean stopped;

    /** @param cycle part of every name, so that no two cycles send the same */
    CrashClients(CrashServer server, Acknowledgements acks, String cycle) {
        this.server = server;
        this.acks = acks;
        this.cycle = cycle;
    }

    private interface Client {
        /** One request, or a few that belong together. */
        void write(int number) throws IOException;
    }

    void start() {
        for (int i = 0; i < ON_RUNS; i++) {
            run(runs(i));
        }
        for (int i = 0; i < WITH_SINGLES; i++) {
            run(singles(i));
        }
        for (int i = 0; i < WITH_BATCHES; i++) {
            run(batches(i));
        }
        run(feedback());
        run(erasures());
        run(backups());
        run(proofs());
    }

    /** Returns when every run is written to and decisions are acknowledged. */
    void awaitWarm(Duration patience) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        while (acks.decisions.isEmpty()
                || acks.runs.size() < ON_RUNS
                || acks.runs.values().stream().anyMatch(run -> run.told.isEmpty())) {
            if (System.nanoTime() > until) {
                throw new IOException(
                        "the clients were not answered within %s: %s".formatted(patience, acks.unexpected));
            }
            LockSupport.parkNanos(PATIENT_NANOS);
        }
    }

    /** How many writers have a request out, once it is so many, or when patience ends. */
    int awaitWaiting(int least, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (waiting.get() < least && System.nanoTime() < until) {
            LockSupport.parkNanos(PATIENT_NANOS / 10);
        }
        return waiting.get();
    }

    /** Waits until every client has noticed that the server is gone. */
    void join() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void run(Client client) {
        threads.add(Thread.ofPlatform().start(() -> {
            for (int number = 0; !stopped; number++) {
                try {
                    client.write(number);
                } catch (IOException | ClewException e) {
                    // The connection broke: what was asked last is neither acknowledged nor refused.
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }));
    }

    /** The answer's body, or null when the server refused for now. */
    private @Nullable JsonNode send(Connection who, String path, Object body) throws IOException {
        HttpResponse<byte[]> answer;
        waiting.incrementAndGet();
        try {
            answer = who.send("POST", path, Json.MAPPER.writeValueAsBytes(body), "application/json");
        } finally {
            waiting.decrementAndGet();
        }
        if (answer.statusCode() / 100 == 2) {
            answer.headers()
                    .firstValue("Clew-Seq")
                    .ifPresent(seq -> acks.entries.add(new Acknowledgements.Entry(
                            Long.parseLong(seq),
                            answer.headers().firstValue("Clew-Leaf").orElseThrow())));
            return Json.MAPPER.readTree(answer.body());
        }
        acks.refused.incrementAndGet();
        String said = new String(answer.body(), StandardCharsets.UTF_8);
        if (!PUT_OFF.contains(answer.statusCode()) && !said.contains(ERASED)) {
            acks.unexpected.add("%s was answered %d: %s".formatted(path, answer.statusCode(), said));
        }
        return null;
    }

    private Client runs(int writer) {
        Connection who = server.as(CrashServer.Part.SCIENTIST);
        String[] run = new String[1];
        return number -> {
            if (run[0] == null) {
                acks.runsAsked.incrementAndGet();
                JsonNode made = send(
                        who,
                        MLFLOW + "runs/create",
                        Map.of(
                                "experiment_id",
                                "0",
                                "run_name",
                                cycle + "-" + writer,
                                "start_time",
                                1_700_000_000_000L));
                if (made != null) {
                    run[0] = made.path("run").path("info").path("run_id").textValue();
                    acks.runs.put(run[0], new Acknowledgements.Run());
                }
                return;
            }
            var known = Objects.requireNonNull(acks.runs.get(run[0]));
            String name = switch (number % 4) {
                        case 0 -> "b";
                        case 1 -> "t";
                        case 2 -> "p";
                        default -> "s";
                    }
                    + number;
            known.sent.add(name);
            JsonNode answer = switch (number % 4) {
                case 0 -> send(who, MLFLOW + "runs/log-batch", batch(run[0], name, number));
                case 1 -> send(who, MLFLOW + "runs/set-tag", Map.of("run_id", run[0], "key", name, "value", name));
                case 2 ->
                    send(who, MLFLOW + "runs/log-parameter", Map.of("run_id", run[0], "key", name, "value", name));
                default -> send(who, MLFLOW + "runs/log-metric", metric(run[0], "s", number));
            };
            if (answer != null) {
                known.told.add(name);
            }
        };
    }

    private static Map<String, Object> batch(String run, String name, int number) {
        var metrics = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < POINTS; i++) {
            metrics.add(point("m", number * POINTS + i));
        }
        List<Map<String, String>> own = List.of(Map.of("key", name, "value", name));
        return Map.of("run_id", run, "metrics", metrics, "params", own, "tags", own);
    }

    private static Map<String, Object> metric(String run, String key, int step) {
        var metric = new java.util.HashMap<>(point(key, step));
        metric.put("run_id", run);
        return metric;
    }

    private static Map<String, Object> point(String key, int step) {
        return Map.of("key", key, "value", step / 8.0, "timestamp", 1_700_000_000_000L + step, "step", step);
    }

    /** Steps that a batch of this number logs. */
    static List<Long> steps(int number) {
        var steps = new ArrayList<Long>();
        for (int i = 0; i < POINTS; i++) {
            steps.add((long) number * POINTS + i);
        }
        return steps;
    }

    private Map<String, Object> decision(String clientId, String subject) {
        acks.decisionsSent.add(clientId);
        return Map.of(
                "client_id",
                clientId,
                "features",
                Map.of("amount", 12.5, "months", 24),
                "outcome",
                "approved",
                "score",
                0.25,
                "subject",
                Map.of("namespace", "customer", "id", subject));
    }

    private void told(String clientId, JsonNode item) {
        String status = item.path("status").asText();
        if (status.equals("created") || status.equals("duplicate")) {
            acks.told(
                    clientId,
                    new Acknowledgements.Decision(
                            item.path("id").textValue(), item.path("digest").textValue()));
        }
    }

    private Client singles(int writer) {
        Connection who = server.as(CrashServer.Part.SCORER);
        return number -> {
            String id = "%s-one%d-%d".formatted(cycle, writer, number);
            String subject = number % 2 == 0 ? "known-" + number % 50 : id;
            JsonNode answer = send(who, API + "decisions", decision(id, subject));
            if (answer != null) {
                told(id, answer);
            }
        };
    }

    private Client batches(int writer) {
        Connection who = server.as(CrashServer.Part.SCORER);
        return number -> {
            var ids = new ArrayList<String>();
            var items = new ArrayList<Map<String, Object>>();
            for (int i = 0; i < BATCH; i++) {
                String id = "%s-many%d-%d-%d".formatted(cycle, writer, number, i);
                ids.add(id);
                items.add(decision(id, id));
            }
            JsonNode answer = send(who, API + "decisions", items);
            if (answer != null) {
                for (int i = 0; i < BATCH; i++) {
                    told(ids.get(i), answer.path("items").path(i));
                }
            }
            LockSupport.parkNanos(20_000_000);
        };
    }

    private Client feedback() {
        Connection who = server.as(CrashServer.Part.CASE_WORKER);
        return number -> {
            var decision = acks.any();
            if (decision == null) {
                LockSupport.parkNanos(5_000_000);
                return;
            }
            String value = cycle + "-" + number;
            var about = acks.feedback.computeIfAbsent(decision.id(), _ -> new Acknowledgements.Feedback());
            about.sent.add(value);
            String path = API + "decisions/" + decision.id() + "/feedback";
            JsonNode answer = send(who, path, Map.of("kind", "outcome", "value", value));
            if (answer != null) {
                about.told.add(value);
                acks.records.put(
                        answer.path("id").asText().replace("-", ""),
                        answer.path("digest").asText());
            }
            LockSupport.parkNanos(10_000_000);
        };
    }

    private Client erasures() {
        Connection worker = server.as(CrashServer.Part.CASE_WORKER).purpose("subject-request");
        Connection officer = server.as(CrashServer.Part.PRIVACY).purpose("subject-request");
        int[] next = {1};
        return _ -> {
            // The odd single decisions are each about a person of their own.
            String clientId = "%s-one0-%d".formatted(cycle, next[0]);
            var decision = acks.decisions.get(clientId);
            if (decision == null) {
                LockSupport.parkNanos(20_000_000);
                return;
            }
            next[0] += 2;
            JsonNode found = send(worker, API + "subjects/lookup", Map.of("namespace", "customer", "id", clientId));
            if (found == null) {
                return;
            }
            var erasure = new Acknowledgements.Erasure(decision.id());
            acks.erasures.add(erasure);
            JsonNode asked =
                    send(worker, API + "subjects/" + found.path("handle").asText() + "/erase", Map.of());
            if (asked == null) {
                return;
            }
            String id = asked.path("erasure").textValue();
            erasure.id = id;
            erasure.executing = true;
            JsonNode done = send(officer, API + "erasures/" + id + "/execute", Map.of());
            if (done != null) {
                erasure.verified = done.path("state").asText().equals("verified");
                erasure.accepted = true;
            }
            LockSupport.parkNanos(50_000_000);
        };
    }

    private Client backups() {
        Connection operator = server.operator();
        return number -> {
            Path target = server.root().resolve("backup-%s-%d".formatted(cycle, number));
            Path keys = server.root().resolve("keys-%s-%d".formatted(cycle, number));
            JsonNode begun =
                    send(operator, API + "backups", Map.of("target", target.toString(), "keys", keys.toString()));
            while (begun != null && begun.path("state").asText().equals("running") && !stopped) {
                LockSupport.parkNanos(50_000_000);
                begun = operator.get(API + "backups/" + begun.path("backup").asText());
            }
            if (begun != null && begun.path("state").asText().equals("done")) {
                acks.backups.incrementAndGet();
            }
            LockSupport.parkNanos(200_000_000);
        };
    }

    private Client proofs() {
        Connection auditor = server.as(CrashServer.Part.AUDITOR);
        Connection reader = server.as(CrashServer.Part.CASE_WORKER);
        return number -> {
            var decision = acks.any();
            if (decision != null && acks.proofs.size() < 20) {
                var proof = reader.send("GET", API + "decisions/" + decision.id() + "/proof", null, "");
                if (proof.statusCode() == 200) {
                    acks.proofs.add(proof.body());
                }
            }
            if (number % 10 == 0) {
                var checkpoint = auditor.send("GET", "/ledger/checkpoint", null, "");
                if (checkpoint.statusCode() == 200) {
                    acks.checkpoints.add(checkpoint.body());
                }
            }
            LockSupport.parkNanos(20_000_000);
        };
    }
}
