package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Runs of an import. Each batch is compared by count and digest with what the server holds, before it is sent and after. Confined to one
 * thread, but for its own senders.
 */
final class RunImport {
    private static final int SENDERS = 2;

    private final Source source;
    private final ImportCalls calls;
    private final LongConsumer progress;
    private final MoveReport report;
    private final Map<String, String> homes;
    private final Map<String, List<Source.ModelUse>> uses = new HashMap<>();

    /** @param homes experiments here by their ids there */
    RunImport(Source source, ImportCalls calls, LongConsumer progress, MoveReport report, Map<String, String> homes) {
        this.source = source;
        this.calls = calls;
        this.progress = progress;
        this.report = report;
        this.homes = homes;
    }

    /** All runs, by two senders while they are read. */
    void all() {
        try (var senders = new ThreadPoolExecutor(
                SENDERS,
                SENDERS,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                new ThreadPoolExecutor.CallerRunsPolicy())) {
            var failed = new CompletableFuture<Void>();
            var batches = new RunBatches(homes, batch -> {
                if (failed.isCompletedExceptionally()) {
                    failed.join();
                }
                boolean isPart = !batch.runs.getFirst().ended;
                if (isPart) {
                    deliver(batch);
                    return;
                }
                senders.execute(() -> {
                    try {
                        deliver(batch);
                    } catch (RuntimeException e) {
                        failed.completeExceptionally(e);
                    }
                });
            });
            source.runs(new Source.Runs() {
                @Override
                public void begin(Source.Run run) {
                    report.source(What.RUNS, 1);
                    progress.accept(report.get(What.RUNS, true));
                    report.source(What.PARAMS, run.params().size());
                    report.source(What.TAGS, run.tags().size());
                    if (!run.models().isEmpty()) {
                        uses.put(run.id(), run.models());
                    }
                    batches.begin(run);
                }

                @Override
                public void point(Source.Point point) {
                    batches.point(point);
                }

                @Override
                public void end() {
                    batches.end();
                }
            });
            batches.flush();
            senders.shutdown();
            while (!senders.awaitTermination(1, TimeUnit.SECONDS)) {
                // The senders end: every request of theirs has a time limit.
            }
            failed.complete(null);
            failed.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "Interrupted; the same import goes on where it stopped.", e);
        }
    }

    private void deliver(RunBatches.Batch batch) {
        Map<String, JsonNode> before = contents(batch.ids());
        var wanted = new ArrayList<RunBatches.Sent>();
        long same = 0;
        for (RunBatches.Sent run : batch.runs) {
            JsonNode here = before.get(run.id);
            if (run.ended && here != null && isSame(run, here)) {
                same++;
                count(run, here);
            } else {
                wanted.add(run);
            }
        }
        report.outcome(0, 0, same);
        send(wanted);
        var ended = wanted.stream().filter(run -> run.ended).toList();
        if (!ended.isEmpty()) {
            Map<String, JsonNode> after =
                    contents(ended.stream().map(run -> run.id).toList());
            for (RunBatches.Sent run : ended) {
                JsonNode here = after.get(run.id);
                if (here == null) {
                    report.source(What.POINTS, run.points);
                    report.source(What.INPUTS, run.inputs);
                } else {
                    count(run, here);
                    if (!isSame(run, here)) {
                        report.differs(run.id, difference(run, here));
                    }
                }
            }
        }
    }

    private void count(RunBatches.Sent run, JsonNode here) {
        report.source(What.POINTS, run.points);
        report.source(What.INPUTS, run.inputs);
        report.target(What.RUNS, 1);
        report.target(What.POINTS, here.path("points").asLong());
        report.target(What.PARAMS, here.path("params").asLong());
        report.target(What.TAGS, here.path("tags").asLong());
        report.target(What.INPUTS, here.path("inputs").asLong());
    }

    private static boolean isSame(RunBatches.Sent run, JsonNode here) {
        return here.path("digest").asText().equals(Long.toHexString(run.digest.value()))
                && here.path("points").asLong() == run.points
                && here.path("params").asLong() == run.params
                && here.path("tags").asLong() == run.tags;
    }

    private static String difference(RunBatches.Sent run, JsonNode here) {
        return "source has %d points, %d params, %d tags; here are %d, %d, %d"
                .formatted(
                        run.points,
                        run.params,
                        run.tags,
                        here.path("points").asLong(),
                        here.path("params").asLong(),
                        here.path("tags").asLong());
    }

    /** First parts together, then second parts, and so on: a run's parts go in order. */
    private void send(List<RunBatches.Sent> runs) {
        for (int part = 0; ; part++) {
            ObjectNode body = Json.MAPPER.createObjectNode();
            ArrayNode list = body.putArray("runs");
            for (RunBatches.Sent run : runs) {
                if (part < run.parts.size()) {
                    list.add(run.parts.get(part));
                }
            }
            if (list.isEmpty()) {
                return;
            }
            JsonNode taken = calls.post("runs", body);
            if (part == 0) {
                report.outcome(
                        taken.path("created").asLong(),
                        taken.path("extended").asLong(),
                        taken.path("unchanged").asLong());
            }
            calls.refusals(taken);
        }
    }

    private Map<String, JsonNode> contents(List<String> ids) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("runs");
        ids.stream().filter(id -> id.matches("[0-9a-fA-F]{32}")).forEach(list::add);
        return list.isEmpty() ? Map.of() : RunBatches.byId(calls.post("contents", body));
    }

    /** Logged models that runs read and made, told once the models are there. */
    void modelUses() {
        uses.forEach((run, models) -> {
            ObjectNode part = ImportCalls.part(run);
            ArrayNode list = part.putArray("models");
            models.forEach(use -> list.addObject()
                    .put("model_id", use.model())
                    .put("output", use.isOutput())
                    .put("step", use.step()));
            calls.sendPart(part);
        });
    }
}
