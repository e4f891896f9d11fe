package dev.clew.server.tracking;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.journal.Tables;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Order;
import dev.clew.server.search.Page;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import dev.clew.server.tracking.RunView.ExperimentView;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Experiments and runs: what the protocols ask of tracking. Thread-safe; every call blocks for the store or the journal. */
public final class Tracking {
    /** Root of all locations of files that this server keeps. */
    public static final String ARTIFACT_ROOT = "mlflow-artifacts:/";

    /** Owner of what nobody is known to have made. */
    public static final String UNKNOWN_PRINCIPAL = "sys:unknown";

    /** Facts of a run that never change, kept so that logging needs no read. */
    private static final int MAX_KEPT_FACTS = 100_000;

    /** Data sets and models related to a run by one call. */
    public static final int MAX_RELATED = 1_000;

    private static final int MAX_LOOKS = 10;

    private final Journal journal;
    private final InstantSource clock;
    private final Keys keys;
    private volatile Bindings bindings = Bindings.NONE;
    private final TrackingStore store;
    private final MetricHistory history;
    private final MetricLines lines;
    private final RunSearch search;
    private final ExperimentSearch experimentSearch;
    private final Map<Uid, Fact> facts = new ConcurrentHashMap<>();

    private record Fact(long nid, long experiment, int scope) {}

    public Tracking(Journal journal, Database database, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
        this.keys = new Keys(database);
        this.store = new TrackingStore(database, keys);
        this.history = new MetricHistory(database);
        this.lines = new MetricLines(store, keys, history);
        this.search = new RunSearch(store, keys, RunSearch.Bounds.MEASURED);
        this.experimentSearch = new ExperimentSearch(store, keys);
    }

    /** What tracking stores. */
    public static Tables tables() {
        return Tables.of(
                        KeyName.KEYS,
                        Experiment.EXPERIMENTS,
                        Run.RUNS,
                        LoggedModel.LOGGED_MODELS,
                        Labelled.PARAMS,
                        Labelled.TAGS,
                        RunInput.INPUTS,
                        RunModel.RUN_MODELS,
                        StoredFile.FILES,
                        MetricBlock.BLOCKS,
                        MetricOwner.OWNERS,
                        Latest.LATEST,
                        ModelMetric.MODEL_METRICS,
                        LoggedDataset.DATASETS)
                .rebuiltBy(new MetricRebuild())
                .naming(StoredFile.FILES, "sha256");
    }

    /** Makes sure that the default experiment exists. Called once at start. */
    public void open() {
        if (store.experiment(0).isEmpty()) {
            Permit system = Permit.system(Permission.EXPERIMENT_WRITE, Scopes.DEFAULT_PROJECT);
            journal.write(
                    system,
                    new ExperimentCommand.Create(
                            Uid.next(clock.millis()),
                            0,
                            Scopes.DEFAULT_PROJECT,
                            "Default",
                            system.who(),
                            null,
                            Names.NONE,
                            Map.of()));
        }
    }

    public Receipt<Experiment> createExperiment(
            Permit permit, int scope, String name, @Nullable String location, Map<String, String> tags) {
        Uid uid = Uid.next(clock.millis());
        return Resolving.write(
                journal,
                permit,
                () -> new ExperimentCommand.Create(
                        uid, -1, scope, name, permit.who(), location, keys.names(tags.keySet()), tags));
    }

    public Receipt<Experiment> renameExperiment(Permit permit, int scope, long id, String name) {
        Experiment found = requireExperiment(id, scope);
        return journal.write(permit, new ExperimentCommand.Rename(id, found.uid(), scope, name));
    }

    public Receipt<Experiment> moveExperiment(Permit permit, int scope, long id, Lifecycle to) {
        Experiment found = requireExperiment(id, scope);
        return journal.write(permit, new ExperimentCommand.Move(id, found.uid(), scope, to));
    }

    /** Sets a tag of an experiment, or removes it with a null value. */
    public Receipt<Experiment> tagExperiment(Permit permit, int scope, long id, String key, @Nullable String value) {
        Experiment found = requireExperiment(id, scope);
        return Resolving.write(
                journal, permit, () -> new ExperimentCommand.Tag(found, keys.names(List.of(key)), value));
    }

    public Optional<ExperimentView> experiment(long id, int scope) {
        return store.read(sql -> TrackingStore.experiment(sql, id)
                .filter(found -> found.scope() == scope)
                .map(found -> store.experimentViews(sql, List.of(found)).getFirst()));
    }

    public Optional<ExperimentView> experiment(String name, int scope) {
        return store.experiment(scope, name)
                .map(found -> store.read(
                        sql -> store.experimentViews(sql, List.of(found)).getFirst()));
    }

    /** The experiment alone, without its tags. */
    public Optional<Experiment> plainExperiment(long id, int scope) {
        return store.experiment(id).filter(found -> found.scope() == scope);
    }

    /** Where the files of these experiments lie, by id; unknown ones are left out. */
    public Map<Long, String> locations(Collection<Long> ids) {
        return store.read(sql -> TrackingStore.experiments(sql, ids)).stream()
                .collect(Collectors.toMap(Experiment::id, Experiment::location));
    }

    /** Whether the scope has this run. */
    public boolean hasRun(Uid uid, int scope) {
        Fact known = facts.get(uid);
        return known != null
                ? known.scope == scope
                : store.run(uid).filter(run -> run.scope() == scope).isPresent();
    }

    /** Whether the scope has this logged model. */
    public boolean hasModel(Uid uid, int scope) {
        return store.model(uid).filter(model -> model.scope() == scope).isPresent();
    }

    /**
     * One page of experiments, newest first unless the order says otherwise.
     *
     * @param filter over the attributes {@code name, experiment_id, creation_time, last_update_time} and the entity {@code tag}
     * @param order of the same attributes
     */
    public Page<ExperimentView> experiments(
            int scope, Filter filter, RunQuery.View view, List<Order> order, int limit, @Nullable String token) {
        return experimentSearch.find(scope, filter, view, order, limit, token);
    }

    /** Makes a run. {@code tags} must hold {@code mlflow.runName}. */
    public Receipt<Run> createRun(
            Permit permit, int scope, long experiment, String userName, long startTime, Map<String, String> tags) {
        Uid uid = Uid.next(clock.millis());
        String name = require(tags.get(RunTags.NAME));
        var receipt = Resolving.write(
                journal,
                permit,
                () -> new RunCommand.Create(
                        uid,
                        experiment,
                        scope,
                        name,
                        userName,
                        permit.who(),
                        startTime,
                        keys.names(tags.keySet()),
                        tags));
        remember(receipt.answer().uid(), fact(receipt.answer()));
        return receipt;
    }

    public Receipt<Run> updateRun(
            Permit permit,
            int scope,
            Uid uid,
            @Nullable RunStatus status,
            @Nullable Long endTime,
            @Nullable String name) {
        Run found = requireRun(uid, scope);
        return Resolving.write(
                journal,
                permit,
                () -> new RunCommand.Update(
                        found, status, endTime, name, name == null ? Names.NONE : keys.names(List.of(RunTags.NAME))));
    }

    /** What versions bind neither changes nor goes. */
    public void bindTo(Bindings binding) {
        this.bindings = binding;
    }

    Bindings bindings() {
        return bindings;
    }

    /** Deletes a run or restores it. Deleting is refused with HELD while a version of a model is registered of it. */
    public Receipt<Run> moveRun(Permit permit, int scope, Uid uid, Lifecycle to) {
        Bindings binding = bindings;
        try {
            return Resolving.write(
                    journal,
                    permit,
                    () -> new RunCommand.Move(
                            requireRun(uid, scope),
                            to,
                            to == Lifecycle.DELETED ? binding.registered(uid) : Bindings.UNREGISTERED));
        } catch (ClewException e) {
            if (e.code() == ErrorCode.HELD) {
                binding.refused(permit, uid);
            }
            throw e;
        }
    }

    public Receipt<Run> deleteTag(Permit permit, int scope, Uid uid, String key) {
        Run found = requireRun(uid, scope);
        return journal.write(
                permit,
                new RunCommand.DeleteTag(found, key, keys.names(List.of(key)).known()[0]));
    }

    /**
     * Records data sets and models a run read and models it made; what is there already stays as it is.
     *
     * @param inputs of several with the same version the first holds; with the models at most {@value #MAX_RELATED}
     */
    public Receipt<Run> relate(Permit permit, int scope, Uid uid, List<DatasetInput> inputs, List<RunModel> models) {
        return relate(permit, scope, uid, inputs, models, false);
    }

    /** @param evenDeleted whether a deleted run takes it too */
    Receipt<Run> relate(
            Permit permit, int scope, Uid uid, List<DatasetInput> inputs, List<RunModel> models, boolean evenDeleted) {
        Run found = requireRun(uid, scope);
        var distinct = new LinkedHashMap<Uid, DatasetInput>();
        inputs.forEach(input -> distinct.putIfAbsent(input.version(), input));
        var distinctModels = new LinkedHashMap<Key, RunModel>();
        for (RunModel model : models) {
            RunModel row = model.of(found);
            distinctModels.putIfAbsent(RunModel.RUN_MODELS.keyOf(row), row);
        }
        return journal.write(
                permit,
                new RunCommand.Relate(
                        found, List.copyOf(distinct.values()), List.copyOf(distinctModels.values()), evenDeleted));
    }

    /** Appends a model to the run's list of models, as clients before logged models keep it: a tag with a JSON list. */
    public Receipt<Run> recordModel(Permit permit, int scope, Uid uid, ObjectNode model) {
        Run found = requireRun(uid, scope);
        return Resolving.write(
                journal, permit, () -> new RunCommand.AppendToTag(found, keys.names(List.of(RunTags.MODELS)), model));
    }

    /**
     * Logs a batch, all or nothing. Points that are stored already are dropped silently; a changed parameter refuses the batch.
     *
     * @param act {@code RUN_LOG} or, for tags alone, {@code RUN_UPDATE}
     * @param oneParam whether a changed parameter is refused in the words of a single one
     */
    public Receipt<?> log(Permit permit, int scope, Uid run, LogBatch batch, Act act, boolean oneParam) {
        return log(permit, scope, run, batch, act, oneParam, false);
    }

    /** @param evenDeleted whether deleted runs and models take it too */
    Receipt<?> log(Permit permit, int scope, Uid run, LogBatch batch, Act act, boolean oneParam, boolean evenDeleted) {
        Fact fact = fact(run, scope);
        List<String> used = batch.names();
        var runPoints = new MetricTarget(fact.nid, fact.experiment, batch.runPoints(), null);
        var modelPoints = new LinkedHashMap<Uid, MetricTarget>();
        batch.modelPoints().forEach((model, points) -> {
            points.run = run;
            Fact of = modelFact(model, scope);
            modelPoints.put(model, new MetricTarget(of.nid, of.experiment, points, null));
        });
        for (int look = 0; look < MAX_LOOKS; look++) {
            Names names = keys.names(used);
            var receipt = journal.write(
                    permit,
                    new LogCommand(
                            run,
                            scope,
                            fact.experiment,
                            act,
                            names,
                            runPoints,
                            Map.copyOf(modelPoints),
                            batch.params(),
                            batch.tags(),
                            oneParam,
                            evenDeleted));
            switch (receipt.answer().outcome()) {
                case DONE -> {
                    keys.remember(names, receipt.answer().ids());
                    return receipt;
                }
                case LOOK_FIRST -> {
                    long[] ids = names.known();
                    if (runPoints.points().size() > 0) {
                        runPoints = runPoints.with(history.check(runPoints, ids));
                    }
                    modelPoints.replaceAll((model, target) -> target.with(history.check(target, ids)));
                }
                case NAMES_MOVED -> {
                    // The names are read again.
                }
            }
        }
        throw new ClewException(
                ErrorCode.STALE,
                "Run %s is written faster than points can be compared; repeat it.".formatted(run.hex()));
    }

    public Optional<RunView> run(Uid uid, int scope) {
        return store.view(uid, scope);
    }

    public RunSearch search() {
        return search;
    }

    public MetricLines lines() {
        return lines;
    }

    /**
     * Points of one metric of a run in the order they were logged; of an unknown run or key none.
     *
     * @param from how many to leave out
     * @param consumer takes them one by one; false ends the reading
     */
    public void history(Uid uid, int scope, String key, long from, HistoryConsumer consumer) {
        long[] index = {0};
        withOwner(
                uid,
                scope,
                key,
                (owner, id) -> history.forEach(
                        owner,
                        id,
                        (points, i) -> index[0]++ < from
                                || consumer.take(
                                        points.value[i],
                                        points.ts[i],
                                        points.step[i],
                                        points.datasetName(i),
                                        points.datasetDigest(i))));
    }

    /** As {@link #history}, the steps alone: half the work. */
    public void steps(Uid uid, int scope, String key, LongPredicate taker) {
        withOwner(uid, scope, key, (owner, id) -> history.forEachStep(owner, id, taker));
    }

    private interface OwnerAndKey {
        void with(long owner, long key);
    }

    private void withOwner(Uid uid, int scope, String key, OwnerAndKey reader) {
        var run = store.run(uid).filter(found -> found.scope() == scope);
        long id = run.isEmpty() ? -1 : keys.names(List.of(key)).known()[0];
        if (id >= 0) {
            reader.with(run.get().nid(), id);
        }
    }

    /** Takes one point; false ends the reading. */
    @FunctionalInterface
    public interface HistoryConsumer {
        boolean take(
                double value, long timestamp, long step, @Nullable String datasetName, @Nullable String datasetDigest);
    }

    Keys keys() {
        return keys;
    }

    TrackingStore store() {
        return store;
    }

    Run requireRun(Uid uid, int scope) {
        return store.run(uid)
                .filter(run -> run.scope() == scope)
                .orElseThrow(() -> new ClewException(ErrorCode.NOT_FOUND, Texts.unknownRun(uid.hex())));
    }

    /**
     * Refuses a run that takes nothing more, before something is made that it would be logged with. 1 statement.
     *
     * @throws ClewException NOT_FOUND or WRONG_STATE
     */
    public void requireActiveRun(Uid uid, int scope) {
        Run run = requireRun(uid, scope);
        if (!run.isActive()) {
            throw new ClewException(ErrorCode.WRONG_STATE, Texts.deletedRun(run.id()));
        }
    }

    Experiment requireExperiment(long id, int scope) {
        return store.experiment(id)
                .filter(found -> found.scope() == scope)
                .orElseThrow(() -> new ClewException(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(id))));
    }

    private Fact fact(Uid run, int scope) {
        Fact known = facts.get(run);
        if (known == null) {
            known = fact(requireRun(run, scope));
            remember(run, known);
        }
        if (known.scope != scope) {
            throw new ClewException(ErrorCode.NOT_FOUND, Texts.unknownRun(run.hex()));
        }
        return known;
    }

    private static Fact fact(Run run) {
        return new Fact(run.nid(), run.experiment(), run.scope());
    }

    private Fact modelFact(Uid model, int scope) {
        Fact known = facts.get(model);
        if (known == null) {
            known = store.model(model)
                    .map(found -> new Fact(found.nid(), found.experiment(), found.scope()))
                    .orElse(null);
        }
        if (known == null || known.scope != scope) {
            throw new ClewException(ErrorCode.NOT_FOUND, Texts.unknownModel("m-" + model.hex()));
        }
        remember(model, known);
        return known;
    }

    /** Of what is gone for good. */
    void forget(Uid uid) {
        facts.remove(uid);
    }

    private void remember(Uid uid, Fact fact) {
        if (facts.size() >= MAX_KEPT_FACTS) {
            facts.clear();
        }
        facts.put(uid, fact);
    }

    static <T> T require(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("A value that must be there is missing");
        }
        return value;
    }

    /** Runs with everything they logged, found by number; for searches. */
    List<RunView> views(Sql sql, List<Long> nids) {
        return store.views(sql, store.runsByNumber(sql, nids));
    }
}
