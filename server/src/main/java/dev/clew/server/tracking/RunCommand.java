package dev.clew.server.tracking;

import static dev.clew.server.tracking.Experiment.BY_ID;
import static dev.clew.server.tracking.Labelled.TAGS;
import static dev.clew.server.tracking.LoggedDataset.DATASETS;
import static dev.clew.server.tracking.LoggedModel.LOGGED_MODELS;
import static dev.clew.server.tracking.Run.RUNS;
import static dev.clew.server.tracking.RunInput.INPUTS;
import static dev.clew.server.tracking.RunModel.RUN_MODELS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes of runs other than logging. */
sealed interface RunCommand extends Command<Run> {
    /** Makes a run in an active experiment. {@code tags} hold its name under {@code mlflow.runName}. */
    record Create(
            Uid uid,
            long experiment,
            int scope,
            String name,
            String userName,
            String createdBy,
            long startTime,
            Names names,
            Map<String, String> tags)
            implements RunCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(experiment)));
            needs.add(new Needs.Need.ByKey(RUNS, Key.of(uid)));
            needs.add(new Needs.Need.NextNumber(Run.OWNER_COUNTER));
            names.addNeeds(needs);
            RunTags.addNeeds(needs, tags);
            return Needs.of(needs);
        }

        @Override
        public Decision<Run> decide(State state, Moment now) {
            var parent = state.find(BY_ID, experiment).filter(found -> found.scope() == scope);
            if (parent.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(experiment)));
            }
            if (!parent.get().isActive()) {
                return Decision.refuse(ErrorCode.WRONG_STATE, Texts.deletedExperiment(experiment));
            }
            if (state.find(RUNS, Key.of(uid)).isPresent()) {
                return Decision.refuse(ErrorCode.ALREADY_EXISTS, "Run with id=%s already exists.".formatted(uid.hex()));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            var run = new Run(
                    uid,
                    state.next(Run.OWNER_COUNTER),
                    experiment,
                    scope,
                    name,
                    userName,
                    createdBy,
                    RunStatus.RUNNING,
                    startTime,
                    null,
                    Lifecycle.ACTIVE,
                    null,
                    parent.get().location() + "/" + uid.hex() + "/artifacts");
            Change change = Change.of(Act.RUN_CREATE, run.node())
                    .scope(scope)
                    .put(RUNS, run)
                    .name(run.node(), name)
                    .link(Rel.VERSION_OF, parent.get().node());
            long[] ids = names.resolve(state, change);
            for (int i = 0; i < ids.length; i++) {
                change.put(
                        TAGS,
                        new Labelled(
                                run.nid(),
                                ids[i],
                                experiment,
                                Tracking.require(tags.get(names.names().get(i)))));
            }
            RunTags.link(state, change, run, tags);
            return Decision.of(run, change);
        }
    }

    /** Changes status, end and name; null leaves as it is. {@code nameKey} holds the number of the tag that mirrors the name. */
    record Update(
            Run before,
            @Nullable RunStatus status,
            @Nullable Long endTime,
            @Nullable String name,
            Names nameKey) implements RunCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(RUNS, Key.of(before.uid())));
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(before.experiment())));
            nameKey.addNeeds(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<Run> decide(State state, Moment now) {
            var found = active(state, before);
            if (found.refused() != null) {
                return found.refused();
            }
            Run row = found.run();
            if (nameKey.moved(state)) {
                return Decision.stale();
            }
            Run next =
                    row.withStatus(status == null ? row.status() : status, endTime == null ? row.endTime() : endTime);
            Change change = Change.of(Act.RUN_UPDATE, row.node()).scope(row.scope());
            if (name != null) {
                next = next.named(name);
                long id = nameKey.resolve(state, change)[0];
                change.put(TAGS, new Labelled(row.nid(), id, row.experiment(), name))
                        .name(row.node(), name);
            }
            change.put(RUNS, next);
            return Decision.of(next, change);
        }
    }

    /** Deletes or restores a run; doing it twice changes nothing. A run of which a version is registered is not deleted. */
    record Move(Run before, Lifecycle to, Bindings.Registered registered) implements RunCommand {
        @Override
        public Needs needs() {
            return registered.needs().and(RUNS, Key.of(before.uid()));
        }

        @Override
        public Decision<Run> decide(State state, Moment now) {
            var row = state.find(RUNS, Key.of(before.uid()));
            if (row.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownRun(before.id()));
            }
            if (row.get().lifecycle() == to) {
                return Decision.unchanged(row.get());
            }
            if (!registered.isStill(state)) {
                return Decision.stale();
            }
            Optional<String> version = registered.read(state);
            if (version.isPresent()) {
                return Decision.refuse(
                        ErrorCode.HELD,
                        "Run %s made version %s of a registered model, whose record it is; delete the version first, or let the run be."
                                .formatted(before.id(), version.get()));
            }
            Run next = to == Lifecycle.DELETED
                    ? row.get().deleted(now.millis())
                    : row.get().restored();
            return Decision.of(
                    next,
                    Change.of(to == Lifecycle.DELETED ? Act.RUN_DELETE : Act.RUN_RESTORE, next.node())
                            .scope(next.scope())
                            .put(RUNS, next));
        }
    }

    /** Removes a tag that is there. */
    record DeleteTag(Run before, String name, long key) implements RunCommand {
        @Override
        public Needs needs() {
            Needs needs = Needs.of(RUNS, Key.of(before.uid())).and(BY_ID, before.experiment());
            return key < 0 ? needs : needs.and(TAGS, Key.of(before.nid(), key));
        }

        @Override
        public Decision<Run> decide(State state, Moment now) {
            var found = active(state, before);
            if (found.refused() != null) {
                return found.refused();
            }
            if (key < 0 || state.find(TAGS, Key.of(before.nid(), key)).isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND, "No tag with name: %s in run with id %s".formatted(name, before.id()));
            }
            return Decision.of(
                    found.run(),
                    Change.of(Act.RUN_UPDATE, before.node())
                            .scope(before.scope())
                            .delete(TAGS, Key.of(before.nid(), key)));
        }
    }

    /**
     * Records data sets and models a run read and models it made. What is there already is left alone.
     *
     * @param evenDeleted whether a deleted run takes it too, as an import brings them
     */
    record Relate(Run before, List<DatasetInput> inputs, List<RunModel> models, boolean evenDeleted)
            implements RunCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(RUNS, Key.of(before.uid())));
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(before.experiment())));
            for (DatasetInput input : inputs) {
                needs.add(new Needs.Need.ByKey(INPUTS, Key.of(before.nid(), input.version())));
                needs.add(new Needs.Need.ByKey(DATASETS, LoggedDataset.key(before.experiment(), input.version())));
            }
            for (RunModel model : models) {
                needs.add(new Needs.Need.ByKey(RUN_MODELS, RUN_MODELS.keyOf(model)));
                needs.add(new Needs.Need.ByKey(LOGGED_MODELS, Key.of(model.model())));
            }
            return Needs.of(needs);
        }

        @Override
        public Decision<Run> decide(State state, Moment now) {
            var found = active(state, before);
            if (found.refused() != null && !(evenDeleted && found.row() != null)) {
                return found.refused();
            }
            Change change = Change.of(Act.RUN_LOG, before.node()).scope(before.scope());
            long position = now.micros();
            for (DatasetInput input : inputs) {
                Uid version = input.version();
                if (state.find(INPUTS, Key.of(before.nid(), version)).isPresent()) {
                    continue;
                }
                change.put(INPUTS, RunInput.of(before, input, position++))
                        .link(Rel.ON, Node.of(Kind.DATASET_VERSION, version));
                if (state.find(DATASETS, LoggedDataset.key(before.experiment(), version))
                        .isEmpty()) {
                    change.put(DATASETS, LoggedDataset.of(before.experiment(), input));
                }
            }
            for (RunModel model : models) {
                var known =
                        state.find(LOGGED_MODELS, Key.of(model.model())).filter(row -> row.scope() == before.scope());
                if (known.isEmpty()) {
                    return Decision.refuse(
                            ErrorCode.NOT_FOUND,
                            Texts.unknownModel("m-" + model.model().hex()));
                }
                if (state.find(RUN_MODELS, RUN_MODELS.keyOf(model)).isEmpty()) {
                    change.put(
                            RUN_MODELS,
                            new RunModel(before.nid(), model.isOutput(), model.model(), model.step(), position++));
                    if (!model.isOutput()) {
                        change.link(Rel.ON, known.get().node());
                    }
                }
            }
            return change.rows().isEmpty() ? Decision.unchanged(found.run()) : Decision.of(found.run(), change);
        }
    }

    /**
     * Appends what a client says of a model to the tag that lists them, unless it is listed already.
     *
     * @param key the tag's name with its number
     * @param model one JSON object
     */
    record AppendToTag(Run before, Names key, ObjectNode model) implements RunCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(RUNS, Key.of(before.uid())));
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(before.experiment())));
            key.addNeeds(needs);
            if (key.known()[0] >= 0) {
                needs.add(new Needs.Need.ByKey(TAGS, Key.of(before.nid(), key.known()[0])));
            }
            return Needs.of(needs);
        }

        @Override
        public Decision<Run> decide(State state, Moment now) {
            var found = active(state, before);
            if (found.refused() != null) {
                return found.refused();
            }
            if (key.moved(state)) {
                return Decision.stale();
            }
            ArrayNode list = key.known()[0] < 0
                    ? Json.MAPPER.createArrayNode()
                    : state.find(TAGS, Key.of(before.nid(), key.known()[0]))
                            .map(tag -> RunTags.list(tag.value()))
                            .orElseGet(Json.MAPPER::createArrayNode);
            for (JsonNode each : list) {
                if (each.equals(model)) {
                    return Decision.unchanged(found.run());
                }
            }
            String value = list.add(model).toString();
            if (value.length() > RunTags.MAX_MODELS_TEXT) {
                return Decision.refuse(
                        ErrorCode.INVALID_ARGUMENT,
                        "The models logged to run %s need more than %d characters; log them as logged models instead."
                                .formatted(before.id(), RunTags.MAX_MODELS_TEXT));
            }
            Change change = Change.of(Act.RUN_LOG, before.node()).scope(before.scope());
            long id = key.resolve(state, change)[0];
            change.put(TAGS, new Labelled(before.nid(), id, before.experiment(), value));
            return Decision.of(found.run(), change);
        }
    }

    /** A run, and why it is not to be changed unless it is active. */
    record Active(@Nullable Run row, @Nullable Decision<Run> refused) {
        Run run() {
            return Tracking.require(row);
        }
    }

    private static Active active(State state, Run before) {
        Optional<Run> row = state.find(RUNS, Key.of(before.uid()));
        if (row.isEmpty()) {
            return new Active(null, Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownRun(before.id())));
        }
        boolean parentActive =
                state.find(BY_ID, before.experiment()).map(Experiment::isActive).orElse(false);
        return row.get().isActive() && parentActive
                ? new Active(row.get(), null)
                : new Active(row.get(), Decision.refuse(ErrorCode.WRONG_STATE, Texts.deletedRun(before.id())));
    }
}
