package dev.clew.server.tracking;

import static dev.clew.server.tracking.Experiment.BY_ID;
import static dev.clew.server.tracking.Experiment.BY_NAME;
import static dev.clew.server.tracking.Experiment.EXPERIMENTS;
import static dev.clew.server.tracking.Labelled.PARAMS;
import static dev.clew.server.tracking.Labelled.TAGS;
import static dev.clew.server.tracking.LoggedDataset.DATASETS;
import static dev.clew.server.tracking.LoggedModel.LOGGED_MODELS;
import static dev.clew.server.tracking.Run.RUNS;
import static dev.clew.server.tracking.RunInput.INPUTS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;

/**
 * Takes over what another system kept, each thing whole in one entry, with its own ids and times. What is there already stays as it is
 * and writes nothing. Parents may be deleted.
 */
sealed interface ImportCommand<R> extends Command<ImportCommand.Taken<R>> {
    /** @param isNew false when it was there */
    record Taken<R>(R row, boolean isNew) {}

    /** Ids up to this one are numbers that a store drew in turn; ours go on behind them. Longer ones were drawn by chance. */
    long MAX_DRAWN_ID = 1_000_000_000_000L;

    /** An experiment: the one of this name if there is one, else under its own id if that is free, else under the next one. */
    record OfExperiment(Uid uid, ImportedExperiment experiment, int scope, String who, Names names)
            implements ImportCommand<Experiment> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(EXPERIMENTS, Key.of(uid)));
            needs.add(new Needs.Need.ByIndex(BY_NAME, Key.of((long) scope, experiment.name())));
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(experiment.id())));
            needs.add(new Needs.Need.NextNumber(Run.OWNER_COUNTER));
            needs.add(new Needs.Need.NextNumber(Experiment.COUNTER));
            names.addNeeds(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<Taken<Experiment>> decide(State state, Moment now) {
            var sameName = state.find(BY_NAME, (long) scope, experiment.name());
            if (sameName.isPresent()) {
                return Decision.unchanged(new Taken<>(sameName.get(), false));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            long id = experiment.id();
            if (state.find(BY_ID, id).isPresent()) {
                id = state.next(Experiment.COUNTER);
            } else if (id <= MAX_DRAWN_ID) {
                state.raise(Experiment.COUNTER, id);
            }
            var row = new Experiment(
                    uid,
                    id,
                    state.next(Run.OWNER_COUNTER),
                    scope,
                    experiment.name(),
                    Tracking.ARTIFACT_ROOT + id,
                    experiment.deleted() ? Lifecycle.DELETED : Lifecycle.ACTIVE,
                    experiment.createdAt(),
                    experiment.updatedAt(),
                    who);
            Change change = change(Act.EXPERIMENT_CREATE, row.node(), scope)
                    .put(EXPERIMENTS, row)
                    .name(row.node(), row.name());
            label(change, names, names.resolve(state, change), row.nid(), id, Map.of(), experiment.tags());
            return Decision.of(new Taken<>(row, true), change);
        }
    }

    /** A run with what it logged. */
    record OfRun(ImportedRun run, int scope, String who, Names names) implements ImportCommand<Run> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(run.experiment())));
            needs.add(new Needs.Need.ByKey(RUNS, Key.of(run.uid())));
            needs.add(new Needs.Need.NextNumber(Run.OWNER_COUNTER));
            names.addNeeds(needs);
            RunTags.addNeeds(needs, run.batch().tags());
            run.inputs()
                    .forEach(input -> needs.add(
                            new Needs.Need.ByKey(DATASETS, LoggedDataset.key(run.experiment(), input.version()))));
            return Needs.of(needs);
        }

        @Override
        public boolean isUnhurried() {
            return true;
        }

        @Override
        public Decision<Taken<Run>> decide(State state, Moment now) {
            var parent = state.find(BY_ID, run.experiment()).filter(found -> found.scope() == scope);
            if (parent.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(run.experiment())));
            }
            var there = state.find(RUNS, Key.of(run.uid()));
            if (there.isPresent()) {
                return there.get().scope() == scope
                        ? Decision.unchanged(new Taken<>(there.get(), false))
                        : Decision.refuse(
                                ErrorCode.ALREADY_EXISTS,
                                "Run with id=%s already exists."
                                        .formatted(run.uid().hex()));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            Run row = row(state.next(Run.OWNER_COUNTER), parent.get());
            Change change = change(Act.RUN_CREATE, row.node(), scope)
                    .put(RUNS, row)
                    .name(row.node(), row.name())
                    .link(Rel.VERSION_OF, parent.get().node());
            long[] ids = names.resolve(state, change);
            LogBatch batch = run.batch();
            label(change, names, ids, row.nid(), row.experiment(), batch.params(), batch.tags());
            RunTags.linkImported(state, change, row, batch.tags());
            if (batch.runPoints().size() > 0) {
                new MetricTarget(row.nid(), row.experiment(), batch.runPoints(), null)
                        .appendFirst(change, ids, now.millis());
            }
            read(state, change, row, now);
            return Decision.of(new Taken<>(row, true), change);
        }

        private Run row(long nid, Experiment parent) {
            String location = run.location();
            return new Run(
                    run.uid(),
                    nid,
                    run.experiment(),
                    scope,
                    run.name(),
                    run.userName(),
                    who,
                    Tracking.require(run.status()),
                    run.startTime(),
                    run.endTime(),
                    run.deletedAt() == null ? Lifecycle.ACTIVE : Lifecycle.DELETED,
                    run.deletedAt(),
                    location == null ? parent.location() + "/" + run.uid().hex() + "/artifacts" : location);
        }

        private void read(State state, Change change, Run row, Moment now) {
            long position = now.micros();
            var seen = new HashSet<Uid>();
            for (DatasetInput input : run.inputs()) {
                if (!seen.add(input.version())) {
                    continue;
                }
                change.put(INPUTS, RunInput.of(row, input, position++))
                        .link(Rel.ON, Node.of(Kind.DATASET_VERSION, input.version()));
                if (state.find(DATASETS, LoggedDataset.key(row.experiment(), input.version()))
                        .isEmpty()) {
                    change.put(DATASETS, LoggedDataset.of(row.experiment(), input));
                }
            }
        }
    }

    /** A logged model. */
    record OfModel(ImportedModel model, int scope, String who, Names names) implements ImportCommand<LoggedModel> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(model.experiment())));
            needs.add(new Needs.Need.ByKey(LOGGED_MODELS, Key.of(model.uid())));
            needs.add(new Needs.Need.NextNumber(Run.OWNER_COUNTER));
            Uid source = model.sourceRun();
            if (source != null) {
                needs.add(new Needs.Need.ByKey(RUNS, Key.of(source)));
            }
            names.addNeeds(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<Taken<LoggedModel>> decide(State state, Moment now) {
            var parent = state.find(BY_ID, model.experiment()).filter(found -> found.scope() == scope);
            if (parent.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(model.experiment())));
            }
            var there = state.find(LOGGED_MODELS, Key.of(model.uid()));
            if (there.isPresent()) {
                return there.get().scope() == scope
                        ? Decision.unchanged(new Taken<>(there.get(), false))
                        : Decision.refuse(
                                ErrorCode.ALREADY_EXISTS,
                                "Logged model with id=m-%s already exists."
                                        .formatted(model.uid().hex()));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            LoggedModel row = row(state.next(Run.OWNER_COUNTER), parent.get());
            Change change = change(Act.LOGGED_MODEL_CREATE, row.node(), scope)
                    .put(LOGGED_MODELS, row)
                    .name(row.node(), row.name());
            Uid source = model.sourceRun();
            if (source != null && state.find(RUNS, Key.of(source)).isPresent()) {
                change.link(Rel.FROM, Node.of(Kind.RUN, source));
            }
            label(
                    change,
                    names,
                    names.resolve(state, change),
                    row.nid(),
                    row.experiment(),
                    model.params(),
                    model.tags());
            return Decision.of(new Taken<>(row, true), change);
        }

        private LoggedModel row(long nid, Experiment parent) {
            String location = model.location();
            return new LoggedModel(
                    model.uid(),
                    nid,
                    model.experiment(),
                    scope,
                    model.name(),
                    model.modelType(),
                    model.sourceRun(),
                    who,
                    model.status(),
                    model.createdAt(),
                    model.updatedAt(),
                    model.deleted() ? Lifecycle.DELETED : Lifecycle.ACTIVE,
                    location == null
                            ? parent.location() + "/models/m-" + model.uid().hex() + "/artifacts"
                            : location,
                    null);
        }
    }

    private static Change change(Act act, Node node, int scope) {
        return Change.of(act, node).scope(scope).why(Reason.Code.IMPORT);
    }

    private static void label(
            Change change,
            Names names,
            long[] ids,
            long owner,
            long experiment,
            Map<String, String> params,
            Map<String, String> tags) {
        for (int i = 0; i < ids.length; i++) {
            String param = params.get(names.names().get(i));
            String tag = tags.get(names.names().get(i));
            if (param != null) {
                change.put(PARAMS, new Labelled(owner, ids[i], experiment, param));
            }
            if (tag != null) {
                change.put(TAGS, new Labelled(owner, ids[i], experiment, tag));
            }
        }
    }
}
