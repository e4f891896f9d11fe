package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.io.IOException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moves a store of MLflow to a server: experiments, runs, logged models, files, registered models, in this order, in batches. Each batch
 * is compared by count and digest with what the server holds, before it is sent and after: what is there already is not sent, and what is
 * there at the end is what the source holds. Stopping anywhere is harmless; the next import goes on.
 */
final class Importer {
    private static final String API = "/api/clew/v1/imports/";
    private static final int SENDERS = 2;
    private static final int VERSIONS = 200;
    private static final int MODEL_POINTS = 900;
    private static final int ATTEMPTS = 6;

    private static final Pattern OF_RUN = Pattern.compile(".*?([^/]+)/([0-9a-f]{32})/artifacts(/.*)?");
    private static final Pattern OF_MODEL = Pattern.compile(".*/models/(m-[0-9a-f]{32})(/.*)?");
    private static final Pattern REMOTE = Pattern.compile("(?i)(s3|s3a|gs|abfs|abfss|wasb|wasbs|hdfs|dbfs|r2)://.*");

    private final Source source;
    private final Connection server;
    private final LongConsumer progress;
    private final MoveReport report = new MoveReport("here");
    private final Map<String, String> homes = new HashMap<>();

    /** Logged models that runs read and made, told once the models are there. */
    private final Map<String, List<Source.ModelUse>> uses = new HashMap<>();

    Importer(Source source, Connection server, LongConsumer progress) {
        this.source = source;
        this.server = server;
        this.progress = progress;
    }

    /** Whether files of this location stay where they are, because clients reach them there by themselves. */
    static boolean staysThere(String location) {
        return REMOTE.matcher(location).matches();
    }

    MoveReport report() {
        return report;
    }

    /** @param withFiles whether files move too */
    void run(boolean withFiles) throws IOException {
        source.experiments(this::experiment);
        runs();
        source.models(this::model);
        modelPoints();
        modelUses();
        if (withFiles) {
            var upload = new Upload(server, report);
            source.owners(owner -> files(upload, owner));
        }
        source.registered(this::registered);
    }

    private void experiment(Source.Experiment experiment) {
        report.source(What.EXPERIMENTS, 1);
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode node = body.putArray("experiments").addObject();
        node.put("id", experiment.id())
                .put("name", experiment.name())
                .put("deleted", experiment.deleted())
                .put("created_at", experiment.createdAt())
                .put("updated_at", experiment.updatedAt());
        ObjectNode tags = node.putObject("tags");
        experiment.tags().forEach(tags::put);
        JsonNode home = post("experiments", body).path("experiments").path(0);
        String id = home.path("experiment_id").asText();
        homes.put(experiment.id(), id);
        report.target(What.EXPERIMENTS, 1);
        if (!id.equals(experiment.id())) {
            report.warn("Experiment %s \"%s\" is experiment %s here: %s."
                    .formatted(
                            experiment.id(),
                            experiment.name(),
                            id,
                            home.path("created").asBoolean() ? "that id was taken" : "one of its name was there"));
        }
        if (home.path("deleted").asBoolean() && !experiment.deleted()) {
            report.warn("Experiment \"%s\" is deleted here; its runs come into sight when it is restored."
                    .formatted(experiment.name()));
        }
    }

    private void runs() {
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
            JsonNode taken = post("runs", body);
            if (part == 0) {
                report.outcome(
                        taken.path("created").asLong(),
                        taken.path("extended").asLong(),
                        taken.path("unchanged").asLong());
            }
            refusals(taken);
        }
    }

    private void refusals(JsonNode taken) {
        taken.path("refused")
                .forEach(refusal -> report.refused(
                        refusal.path("id").asText(), refusal.path("why").asText()));
        taken.path("notes").forEach(note -> report.warn(note.asText()));
    }

    private Map<String, JsonNode> contents(List<String> ids) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("runs");
        ids.stream().filter(id -> id.matches("[0-9a-fA-F]{32}")).forEach(list::add);
        return list.isEmpty() ? Map.of() : RunBatches.byId(post("contents", body));
    }

    private void model(Source.Model model) {
        report.source(What.LOGGED_MODELS, 1);
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode node = body.putArray("models").addObject();
        node.put("model_id", model.id())
                .put("experiment_id", homes.getOrDefault(model.experiment(), ""))
                .put("name", model.name())
                .put("model_type", model.type())
                .put("status", model.status())
                .put("deleted", model.deleted())
                .put("created_at", model.createdAt())
                .put("updated_at", model.updatedAt());
        if (model.sourceRun() != null) {
            node.put("source_run_id", model.sourceRun());
        }
        if (staysThere(model.location())) {
            node.put("location", model.location());
        }
        ObjectNode params = node.putObject("params");
        model.params().forEach(params::put);
        ObjectNode tags = node.putObject("tags");
        model.tags().forEach(tags::put);
        JsonNode taken = post("logged-models", body);
        refusals(taken);
        report.target(What.LOGGED_MODELS, taken.path("refused").isEmpty() ? 1 : 0);
    }

    /** Points of logged models, sent as parts of the runs that logged them. */
    private void modelPoints() {
        var held = new ArrayList<Source.Point>();
        String[] of = {""};
        source.modelPoints((run, point) -> {
            if (!run.equals(of[0]) || held.size() == MODEL_POINTS) {
                sendModelPoints(of[0], held);
                held.clear();
                of[0] = run;
            }
            held.add(point);
        });
        sendModelPoints(of[0], held);
    }

    private void sendModelPoints(String run, List<Source.Point> points) {
        if (points.isEmpty()) {
            return;
        }
        report.source(What.MODEL_POINTS, points.size());
        ObjectNode part = part(run);
        ArrayNode metrics = part.putArray("metrics");
        points.forEach(point -> metrics.add(RunBatches.array(point)));
        if (sendPart(part)) {
            report.target(What.MODEL_POINTS, points.size());
        }
    }

    private void modelUses() {
        uses.forEach((run, models) -> {
            ObjectNode part = part(run);
            ArrayNode list = part.putArray("models");
            models.forEach(use -> list.addObject()
                    .put("model_id", use.model())
                    .put("output", use.isOutput())
                    .put("step", use.step()));
            sendPart(part);
        });
    }

    /** A part for a run that is here: it says nothing of the run itself. */
    private ObjectNode part(String run) {
        return Json.MAPPER.createObjectNode().put("run_id", run).put("experiment_id", "0");
    }

    private boolean sendPart(ObjectNode part) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("runs").add(part);
        JsonNode taken = post("runs", body);
        refusals(taken);
        return taken.path("refused").isEmpty();
    }

    private void files(Upload upload, Source.Owner owner) {
        if (staysThere(owner.location())) {
            report.count(
                    "%s whose files stay on %s"
                            .formatted(owner.isModel() ? "logged model" : "run", LocalFiles.scheme(owner.location())),
                    1);
            return;
        }
        String root = "%s/%s"
                .formatted(
                        homes.getOrDefault(owner.experiment(), ""),
                        owner.isModel() ? "models/" + owner.id() + "/artifacts" : owner.id() + "/artifacts");
        try {
            String why = source.files(owner, (path, content) -> upload.file(root + "/" + path, content));
            if (why != null) {
                report.count(
                        "%s whose files were not taken over: %s"
                                .formatted(owner.isModel() ? "logged model" : "run", why),
                        1);
            }
        } catch (IOException e) {
            report.refused(owner.id(), "its files could not be read: " + e.getMessage());
        }
        progress.accept(report.get(What.FILES, true));
    }

    private void registered(Source.Registered model) {
        report.source(What.REGISTERED_MODELS, 1);
        report.source(What.VERSIONS, model.versions().size());
        int from = 0;
        do {
            int to = Math.min(model.versions().size(), from + VERSIONS);
            boolean isLast = to == model.versions().size();
            ObjectNode body = Json.MAPPER.createObjectNode();
            ObjectNode node = body.putArray("models").addObject();
            node.put("name", model.name())
                    .put("description", model.description())
                    .put("created_at", model.createdAt())
                    .put("updated_at", model.updatedAt());
            ObjectNode tags = node.putObject("tags");
            model.tags().forEach(tags::put);
            ArrayNode versions = node.putArray("versions");
            model.versions().subList(from, to).forEach(version -> version(versions.addObject(), version));
            if (isLast) {
                ObjectNode aliases = node.putObject("aliases");
                model.aliases().forEach(aliases::put);
            }
            JsonNode taken = post("registered-models", body);
            refusals(taken);
            boolean modelRefused = false;
            for (JsonNode refusal : taken.path("refused")) {
                modelRefused |= refusal.path("id").asText().equals(model.name());
            }
            report.target(What.REGISTERED_MODELS, isLast && !modelRefused ? 1 : 0);
            report.target(
                    What.VERSIONS,
                    modelRefused ? 0 : to - from - taken.path("refused").size());
            from = to;
        } while (from < model.versions().size());
    }

    private void version(ObjectNode node, Source.Version version) {
        node.put("version", Long.toString(version.number()))
                .put("source", version.source())
                .put("run_id", version.runId())
                .put("run_link", version.runLink())
                .put("description", version.description())
                .put("stage", version.stage().isEmpty() ? "None" : version.stage())
                .put("created_at", version.createdAt())
                .put("updated_at", version.updatedAt());
        String files =
                version.source().startsWith("models:/m-") || version.storage().isEmpty()
                        ? version.source()
                        : version.storage();
        Matcher ofModel = OF_MODEL.matcher(files.startsWith("models:/") ? "/" + files.replace(":", "") : files);
        Matcher ofRun = OF_RUN.matcher(files);
        if (ofModel.matches()) {
            node.put("model_id", ofModel.group(1)).put("location", "models:/" + ofModel.group(1));
        } else if (ofRun.matches() && homes.containsKey(ofRun.group(1)) && !staysThere(files)) {
            node.put(
                    "location",
                    "mlflow-artifacts:/%s/%s/artifacts%s"
                            .formatted(
                                    homes.get(ofRun.group(1)),
                                    ofRun.group(2),
                                    ofRun.group(3) == null ? "" : ofRun.group(3)));
        }
        ObjectNode tags = node.putObject("tags");
        version.tags().forEach(tags::put);
    }

    /** Records the import: entry {@code import.complete}. Returns its id. */
    String complete(ObjectNode summary) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("kind", "mlflow").set("report", summary);
        return post("complete", body).path("id").asText();
    }

    /** Sends a batch; again after a pause when the server is busy or not there: everything may be sent twice. */
    private JsonNode post(String path, ObjectNode body) {
        for (int attempt = 1; ; attempt++) {
            try {
                return server.post(API + path, body);
            } catch (ClewException e) {
                boolean passes = e.code() == ErrorCode.UNAVAILABLE
                        || e.code() == ErrorCode.OVERLOADED
                        || e.code() == ErrorCode.STALE;
                if (!passes || attempt == ATTEMPTS) {
                    throw e;
                }
                Backoff.pause(attempt);
            }
        }
    }
}
