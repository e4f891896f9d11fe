package dev.clew.server.tracking;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.tracking.ImportCommand.Taken;
import dev.clew.server.tracking.RunView.Label;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Takes over experiments, runs and logged models of another system with their own ids and times. Doing it again adds what is missing and
 * never replaces what is here. Thread-safe; every call blocks for the store and the journal.
 */
public final class Imports {
    private static final int ROUNDS = 20;

    private final Journal journal;
    private final Tracking tracking;
    private final LoggedModels models;
    private final TrackingStore store;
    private final Keys keys;
    private final RunContents contents;
    private final Reports reports;
    private final InstantSource clock;

    /** Salts the report of an import for its entry's body. */
    @FunctionalInterface
    public interface Reports {
        Body seal(int scope, byte[] json);
    }

    public Imports(Journal journal, Tracking tracking, LoggedModels models, Reports reports, InstantSource clock) {
        this.journal = journal;
        this.tracking = tracking;
        this.models = models;
        this.store = tracking.store();
        this.keys = tracking.keys();
        this.contents = new RunContents(store, keys);
        this.reports = reports;
        this.clock = clock;
    }

    /**
     * Records that an import is done: entry {@code import.complete}, a job that ran. Answers the id of the job.
     *
     * @param kind what was imported from, such as {@code mlflow}
     * @param report JSON, at most 60 KiB
     */
    public Receipt<Uid> complete(Permit permit, int scope, String kind, byte[] report) {
        Uid uid = Uid.next(clock.millis());
        return journal.write(permit, new ImportCompletion(uid, scope, kind, reports.seal(scope, report)));
    }

    /** What became of one run of a batch. */
    public enum Outcome {
        CREATED,
        EXTENDED,
        UNCHANGED,
        REFUSED
    }

    /** @param why why it was refused; empty otherwise */
    public record Done(Uid run, Outcome outcome, String why) {}

    /** Which experiment here took it in. {@code isNew} is false when one of its name was there. */
    public record Home(Experiment experiment, boolean isNew) {}

    /**
     * Makes an experiment, or finds the one of its name and adds the tags it lacks.
     *
     * <p>Entry {@code experiment.create} with reason {@code import}.
     */
    public Home experiment(Permit permit, int scope, ImportedExperiment experiment) {
        Permit importing = importing(permit);
        Uid uid = Uid.next(clock.millis());
        Taken<Experiment> taken = Resolving.write(
                        journal,
                        importing,
                        () -> new ImportCommand.OfExperiment(
                                uid,
                                experiment,
                                scope,
                                permit.who(),
                                keys.names(experiment.tags().keySet())))
                .answer();
        if (!taken.isNew() && taken.row().isActive()) {
            Set<String> known = new HashSet<>();
            tracking.experiment(taken.row().id(), scope)
                    .ifPresent(view -> view.tags().forEach(tag -> known.add(tag.key())));
            experiment.tags().forEach((key, value) -> {
                if (!known.contains(key)) {
                    tracking.tagExperiment(importing, scope, taken.row().id(), key, value);
                }
            });
        }
        return new Home(taken.row(), taken.isNew());
    }

    /** Takes runs over, each in one entry {@code run.create}; parts of runs that are here are added to them. Each succeeds or not by itself. */
    public List<Done> runs(Permit permit, int scope, List<ImportedRun> runs) {
        Permit importing = importing(permit);
        var done = new ArrayList<Done>();
        var there = new ArrayList<ImportedRun>();
        List<ImportedRun> waiting = new ArrayList<>();
        for (ImportedRun run : runs) {
            (run.status() == null ? there : waiting).add(run);
        }
        for (int round = 0; !waiting.isEmpty(); round++) {
            var sent = new ArrayList<CompletableFuture<Receipt<Taken<Run>>>>();
            for (ImportedRun run : waiting) {
                sent.add(journal.submit(
                        importing,
                        new ImportCommand.OfRun(
                                run, scope, permit.who(), keys.names(run.batch().names()))));
            }
            var again = new ArrayList<ImportedRun>();
            for (int i = 0; i < sent.size(); i++) {
                ImportedRun run = waiting.get(i);
                try {
                    if (Journal.await(sent.get(i)).answer().isNew()) {
                        done.add(new Done(run.uid(), Outcome.CREATED, ""));
                    } else {
                        there.add(run);
                    }
                } catch (ClewException e) {
                    if (isPassing(e) && round < ROUNDS) {
                        again.add(run);
                    } else {
                        done.add(refused(run, e));
                    }
                }
            }
            waiting = again;
        }
        there.forEach(run -> done.add(extend(importing, scope, run)));
        return done;
    }

    /** Whether the same command may succeed with the names read anew, or when others are through. */
    private static boolean isPassing(ClewException e) {
        return e.code() == ErrorCode.STALE || e.code() == ErrorCode.OVERLOADED;
    }

    private static Done refused(ImportedRun run, ClewException e) {
        if (e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.READ_ONLY) {
            throw e;
        }
        return new Done(run.uid(), Outcome.REFUSED, String.valueOf(e.getMessage()));
    }

    private Done extend(Permit permit, int scope, ImportedRun run) {
        try {
            Run here = tracking.requireRun(run.uid(), scope);
            LogBatch batch = missing(here, run.batch());
            boolean wrote = false;
            if (!batch.isEmpty()) {
                wrote = !tracking.log(permit, scope, run.uid(), batch, Act.RUN_LOG, false, true)
                        .entries()
                        .isEmpty();
            }
            if (!run.inputs().isEmpty() || !run.models().isEmpty()) {
                wrote |= !tracking.relate(permit, scope, run.uid(), run.inputs(), run.models(), true)
                        .entries()
                        .isEmpty();
            }
            boolean ended = run.status() != null && run.status() != RunStatus.RUNNING;
            if (here.isActive() && here.status() == RunStatus.RUNNING && ended) {
                tracking.updateRun(permit, scope, run.uid(), run.status(), run.endTime(), null);
                wrote = true;
            }
            return new Done(run.uid(), wrote ? Outcome.EXTENDED : Outcome.UNCHANGED, "");
        } catch (ClewException e) {
            return refused(run, e);
        }
    }

    /** All points, and the labels that the run does not have. */
    private LogBatch missing(Run here, LogBatch batch) {
        if (batch.params().isEmpty() && batch.tags().isEmpty()) {
            return batch;
        }
        long[] owner = {here.nid()};
        return store.read(sql ->
                batch.without(labels(store.labels(sql, "param", owner)), labels(store.labels(sql, "tag", owner))));
    }

    private static Set<String> labels(Map<Long, List<Label>> found) {
        var keys = new HashSet<String>();
        found.values().forEach(list -> list.forEach(label -> keys.add(label.key())));
        return keys;
    }

    /** Takes a logged model over; one that is here gets the tags and parameters it lacks. Entry {@code logged.model.create}. */
    public Outcome model(Permit permit, int scope, ImportedModel model) {
        Permit importing = importing(permit);
        Taken<LoggedModel> taken = Resolving.write(
                        journal, importing, () -> new ImportCommand.OfModel(model, scope, permit.who(), names(model)))
                .answer();
        if (taken.isNew()) {
            return Outcome.CREATED;
        }
        if (!taken.row().isActive()) {
            return Outcome.UNCHANGED;
        }
        var view = models.view(taken.row());
        var params = lacking(model.params(), view.params());
        var tags = lacking(model.tags(), view.tags());
        if (params.isEmpty() && tags.isEmpty()) {
            return Outcome.UNCHANGED;
        }
        models.label(importing, scope, model.uid(), params, tags);
        return Outcome.EXTENDED;
    }

    private Names names(ImportedModel model) {
        var names = new LinkedHashSet<>(model.params().keySet());
        names.addAll(model.tags().keySet());
        return keys.names(names);
    }

    private static Map<String, String> lacking(Map<String, String> wanted, List<Label> have) {
        var lacking = new java.util.LinkedHashMap<>(wanted);
        have.forEach(label -> lacking.remove(label.key()));
        return lacking;
    }

    /** What those of these runs that are here hold. */
    public List<RunContent> contents(int scope, Collection<Uid> runs) {
        return contents.of(scope, runs);
    }

    /** The caller's own reason if it gave one: the code says import in any case. */
    private static Permit importing(Permit permit) {
        Reason given = permit.reason();
        return permit.because(Reason.of(Reason.Code.IMPORT, given == null ? "" : given.text()));
    }
}
