package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import dev.clew.server.tracking.ImportedRun;
import dev.clew.server.tracking.RunContent;
import dev.clew.server.tracking.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs on their way: gathered into batches, compared with what is here already, sent in parts, and compared again. Holds one batch; the
 * parts of a very long run are sent while it is read. Confined to the reading thread, batches to the one that delivers them.
 */
final class RunBatches implements Source.Runs {
    private static final int RUNS = 500;
    private static final int POINTS = 10_000;
    private static final int CHARS = 8 << 20;

    private final Map<String, String> homes;
    private final Consumer<Batch> deliver;
    private Batch batch = new Batch();
    private @Nullable Reading reading;

    /** @param homes experiments here by their ids there */
    RunBatches(Map<String, String> homes, Consumer<Batch> deliver) {
        this.homes = homes;
        this.deliver = deliver;
    }

    /** A run with its parts so far. {@code parts} are bodies to be sent in order; the first makes the run. */
    static final class Sent {
        final String id;
        final List<ObjectNode> parts = new ArrayList<>();
        final RunContent.Digest digest = new RunContent.Digest();
        long points;
        long params;
        long tags;
        long inputs;

        /** Whether all of it was read; a long run is delivered before. */
        boolean ended;

        Sent(String id) {
            this.id = id;
        }
    }

    /** Runs that are delivered together. */
    static final class Batch {
        final List<Sent> runs = new ArrayList<>();
        long points;
        long chars;

        List<String> ids() {
            return runs.stream().map(run -> run.id).toList();
        }
    }

    private static final class Reading {
        final Sent sent;
        final ObjectNode head;
        ObjectNode part;
        ArrayNode metrics;
        ObjectNode params;
        ObjectNode tags;

        Reading(Sent sent, ObjectNode head) {
            this.sent = sent;
            this.head = head;
            this.part = head.deepCopy();
            this.metrics = part.putArray("metrics");
            this.params = part.putObject("params");
            this.tags = part.putObject("tags");
        }

        void next() {
            sent.parts.add(part);
            part = head.deepCopy();
            metrics = part.putArray("metrics");
            params = part.putObject("params");
            tags = part.putObject("tags");
        }

        boolean isFullOfLabels() {
            return params.size() + tags.size() == ImportedRun.MAX_LABELS;
        }
    }

    @Override
    public void begin(Source.Run run) {
        String home = homes.getOrDefault(run.experiment(), "");
        var sent = new Sent(run.id());
        RunStatus status = RunStatus.parse(run.status()).orElse(RunStatus.RUNNING);
        ObjectNode head = Json.MAPPER.createObjectNode();
        head.put("run_id", run.id())
                .put("experiment_id", home)
                .put("name", run.name())
                .put("user_id", run.user())
                .put("status", status.name())
                .put("start_time", run.startTime());
        if (run.endTime() != null) {
            head.put("end_time", run.endTime());
        }
        if (run.deletedAt() != null) {
            head.put("deleted_at", run.deletedAt());
        }
        if (Importer.staysThere(run.location())) {
            head.put("location", run.location());
        }
        sent.digest.info(home, run.name(), run.user(), status, run.startTime(), run.endTime());
        var now = new Reading(sent, head);
        reading = now;
        run.tags().forEach((key, value) -> {
            room(now, key, value);
            now.tags.put(key, value);
            sent.digest.tag(key, value);
        });
        run.params().forEach((key, value) -> {
            room(now, key, value);
            now.params.put(key, value);
            sent.digest.param(key, value);
        });
        sent.params = run.params().size();
        sent.tags = run.tags().size();
        inputs(now, run.inputs());
    }

    private void room(Reading now, String key, String value) {
        if (now.isFullOfLabels()) {
            now.next();
        }
        batch.chars += key.length() + value.length();
    }

    private void inputs(Reading now, List<Source.Input> inputs) {
        var seen = new HashSet<String>();
        for (Source.Input input : inputs) {
            if (!seen.add(input.name() + '\0' + input.digest())) {
                continue;
            }
            now.sent.digest.input(input.name(), input.digest());
            now.sent.inputs++;
            ObjectNode node = now.part.withArray("/inputs").addObject();
            node.put("name", input.name())
                    .put("digest", input.digest())
                    .put("source_type", input.sourceType())
                    .put("source", input.source());
            batch.chars += input.name().length() + input.source().length();
            if (input.schema() != null) {
                node.put("schema", input.schema());
                batch.chars += input.schema().length();
            }
            if (input.profile() != null) {
                node.put("profile", input.profile());
                batch.chars += input.profile().length();
            }
            ObjectNode tags = node.putObject("tags");
            input.tags().forEach((key, value) -> {
                tags.put(key, value);
                batch.chars += key.length() + value.length();
            });
        }
    }

    @Override
    public void point(Source.Point point) {
        Reading now = require(reading);
        if (now.metrics.size() == ImportedRun.MAX_POINTS) {
            now.next();
            if (now.sent.parts.size() > POINTS / ImportedRun.MAX_POINTS) {
                flushWith(now.sent);
            }
        }
        now.metrics.add(array(point));
        now.sent.digest.point(point.key(), point.step(), point.timestamp(), point.value());
        now.sent.points++;
    }

    static ArrayNode array(Source.Point point) {
        ArrayNode array = Json.MAPPER.createArrayNode().add(point.key());
        if (Double.isFinite(point.value())) {
            array.add(point.value());
        } else {
            array.add(Double.toString(point.value()));
        }
        array.add(point.timestamp()).add(point.step());
        if (point.model() != null) {
            array.add(point.model()).add(point.datasetName()).add(point.datasetDigest());
        }
        return array;
    }

    @Override
    public void end() {
        Reading now = require(reading);
        reading = null;
        now.sent.parts.add(now.part);
        now.sent.ended = true;
        batch.runs.add(now.sent);
        batch.points += now.sent.points;
        if (batch.runs.size() >= RUNS || batch.points >= POINTS || batch.chars >= CHARS) {
            flush();
        }
    }

    /** Sends what there is of a run that goes on. */
    private void flushWith(Sent sent) {
        flush();
        var part = new Sent(sent.id);
        part.parts.addAll(sent.parts);
        sent.parts.clear();
        batch.runs.add(part);
        flush();
    }

    void flush() {
        if (!batch.runs.isEmpty()) {
            deliver.accept(batch);
            batch = new Batch();
        }
    }

    /** What the server says these runs hold, by id. */
    static Map<String, JsonNode> byId(JsonNode contents) {
        var found = new HashMap<String, JsonNode>();
        for (Iterator<JsonNode> each = contents.path("runs").elements(); each.hasNext(); ) {
            JsonNode run = each.next();
            found.put(run.path("run_id").asText(), run);
        }
        return found;
    }

    private static <T> T require(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("A point or an end without a run");
        }
        return value;
    }
}
