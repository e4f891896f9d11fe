package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.Json;
import dev.clew.server.tracking.RunContent;
import dev.clew.server.tracking.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs of one experiment on their way out. A run that is there already is read back and compared by digest; only what differs is logged
 * again. A new one is made with its tag in the same call, so a stop at any time is found by the next export. Points of new runs go as they
 * come; of known ones {@value #HELD} wait for the comparison. Confined to one thread.
 */
final class RunExport implements Source.Runs {
    private static final String PARENT = "mlflow.parentRunId";
    private static final int HELD = 10_000;

    private final MlflowTarget target;
    private final MoveReport report;
    private final ExportedIds ids;
    private final LongConsumer progress;
    private final String experiment;
    private final ReadBack readBack;
    private final List<Sent> page = new ArrayList<>();
    private @Nullable Sent now;

    /** @param experiment id there */
    RunExport(MlflowTarget target, MoveReport report, ExportedIds ids, LongConsumer progress, String experiment) {
        this.target = target;
        this.report = report;
        this.ids = ids;
        this.progress = progress;
        this.experiment = experiment;
        this.readBack = new ReadBack(target.http(), experiment, ids);
    }

    /** A run being exported. */
    private static final class Sent {
        final Source.Run run;
        final String there;
        final LogCalls calls;
        final RunContent.Digest digest = new RunContent.Digest();
        final List<Source.Point> held = new ArrayList<>();
        final boolean isNew;
        boolean sends;
        long points;

        Sent(Source.Run run, String there, boolean isNew, MlflowTarget target) {
            this.run = run;
            this.there = there;
            this.isNew = isNew;
            this.sends = isNew;
            this.calls = new LogCalls(target, there);
        }
    }

    @Override
    public void begin(Source.Run run) {
        report.source(What.RUNS, 1);
        report.source(What.PARAMS, run.params().size());
        report.source(What.TAGS, run.tags().size());
        progress.accept(report.get(What.RUNS, true));
        now = null;
        String known = ids.run(run.id());
        try {
            Sent sent = known == null ? new Sent(run, create(run), true, target) : new Sent(run, known, false, target);
            ids.putRun(run.id(), sent.there);
            if (!run.models().isEmpty()) {
                ids.putUses(run.id(), run.models());
            }
            ReadBack.digest(sent.digest, run, run.tags());
            now = sent;
        } catch (ClewException e) {
            report.refusedBy(run.id(), e);
        }
    }

    private String create(Source.Run run) {
        var tags = new LinkedHashMap<String, String>();
        tags.put(MlflowTarget.SOURCE_RUN, run.id());
        return target.createRun(experiment, run, tags);
    }

    @Override
    public void point(Source.Point point) {
        Sent sent = now;
        if (sent == null) {
            return;
        }
        sent.digest.point(point.key(), point.step(), point.timestamp(), point.value());
        sent.points++;
        if (sent.sends) {
            attempt(sent, () -> sent.calls.point(point, null));
            return;
        }
        sent.held.add(point);
        if (sent.held.size() == HELD) {
            attempt(sent, () -> reopen(sent));
        }
    }

    private void attempt(Sent sent, Runnable call) {
        try {
            call.run();
        } catch (ClewException e) {
            report.refusedBy(sent.run.id(), e);
            now = null;
        }
    }

    /** Sends what was held back, and from now on everything. */
    private void reopen(Sent sent) {
        sent.sends = true;
        if (ids.isDeletedThere(sent.there)) {
            target.moveRun(sent.there, false);
        }
        sent.held.forEach(point -> sent.calls.point(point, null));
        sent.held.clear();
    }

    @Override
    public void end() {
        Sent sent = now;
        now = null;
        if (sent == null) {
            return;
        }
        report.source(What.POINTS, sent.points);
        report.source(What.INPUTS, ReadBack.distinct(sent.run.inputs()).size());
        page.add(sent);
        if (sent.isNew) {
            attempt(sent, () -> finish(sent));
        }
        if (page.size() == HttpRuns.PAGE) {
            flush();
        }
    }

    /** Everything but the points, which are on their way. */
    private void finish(Sent sent) {
        Source.Run run = sent.run;
        sent.calls.params(run.params());
        sent.calls.tags(ids.mapped(run.tags(), PARENT));
        sent.calls.flush();
        inputs(sent);
        if (!run.status().equals(RunStatus.RUNNING.name()) || run.endTime() != null) {
            ObjectNode body =
                    Json.MAPPER.createObjectNode().put("run_id", sent.there).put("status", run.status());
            if (run.endTime() != null) {
                body.put("end_time", run.endTime());
            }
            target.post("runs/update", body);
        }
    }

    private void inputs(Sent sent) {
        var inputs = ReadBack.distinct(sent.run.inputs());
        if (inputs.isEmpty()) {
            return;
        }
        ObjectNode body = Json.MAPPER.createObjectNode().put("run_id", sent.there);
        ArrayNode datasets = body.putArray("datasets");
        for (Source.Input input : inputs) {
            ObjectNode node = datasets.addObject();
            MlflowTarget.labels(node.putArray("tags"), input.tags());
            ObjectNode dataset = node.putObject("dataset")
                    .put("name", input.name())
                    .put("digest", input.digest())
                    .put("source_type", input.sourceType())
                    .put("source", input.source());
            if (input.schema() != null) {
                dataset.put("schema", input.schema());
            }
            if (input.profile() != null) {
                dataset.put("profile", input.profile());
            }
        }
        target.post("runs/log-inputs", body);
    }

    /** Compares the last runs with what is there, and sends what is missing of those that were there before. */
    void flush() {
        if (page.isEmpty()) {
            return;
        }
        Map<String, ReadBack.Content> there = contents(page);
        var again = new ArrayList<Sent>();
        for (Sent sent : page) {
            ReadBack.Content content = there.get(sent.there);
            if (!sent.isNew && (sent.sends || content == null || content.digest() != sent.digest.value())) {
                attempt(sent, () -> {
                    if (!sent.sends) {
                        reopen(sent);
                    }
                    finish(sent);
                });
                again.add(sent);
            } else {
                compared(sent, content, sent.isNew);
            }
        }
        if (!again.isEmpty()) {
            Map<String, ReadBack.Content> then = contents(again);
            again.forEach(sent -> compared(sent, then.get(sent.there), true));
        }
        page.clear();
    }

    private Map<String, ReadBack.Content> contents(List<Sent> runs) {
        var byId = new HashMap<String, ReadBack.Content>();
        readBack.of(runs.stream().map(sent -> sent.there).toList(), byId);
        return byId;
    }

    private void compared(Sent sent, ReadBack.@Nullable Content there, boolean wrote) {
        if (there == null) {
            report.differs(sent.run.id(), "it is not there");
            return;
        }
        report.target(What.RUNS, 1);
        report.target(What.POINTS, there.points());
        report.target(What.PARAMS, there.params());
        report.target(What.TAGS, there.tags());
        report.target(What.INPUTS, there.inputs());
        report.outcome(sent.isNew ? 1 : 0, !sent.isNew && wrote ? 1 : 0, wrote ? 0 : 1);
        if (there.digest() != sent.digest.value()) {
            boolean waits = sent.run.tags().containsKey(PARENT)
                    && ids.run(String.valueOf(sent.run.tags().get(PARENT))) == null;
            if (waits) {
                ids.parentLater(sent.there, String.valueOf(sent.run.tags().get(PARENT)));
            } else {
                report.differs(
                        sent.run.id(),
                        "here are %d points, %d params, %d tags; there %d, %d, %d"
                                .formatted(
                                        sent.points,
                                        sent.run.params().size(),
                                        sent.run.tags().size(),
                                        there.points(),
                                        there.params(),
                                        there.tags()));
            }
        }
        if (sent.run.deletedAt() != null && !there.deleted()) {
            ids.deleteLater(sent.there);
        }
    }
}
