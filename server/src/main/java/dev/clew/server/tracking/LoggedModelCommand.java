package dev.clew.server.tracking;

import static dev.clew.server.tracking.Experiment.BY_ID;
import static dev.clew.server.tracking.Labelled.PARAMS;
import static dev.clew.server.tracking.Labelled.TAGS;
import static dev.clew.server.tracking.LoggedModel.LOGGED_MODELS;
import static dev.clew.server.tracking.Run.RUNS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
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

/** Changes of logged models. */
sealed interface LoggedModelCommand extends Command<LoggedModel> {
    /** Makes one, pending, in an active experiment; with a source run it is the run's product. */
    record Create(
            Uid uid,
            long experiment,
            int scope,
            String name,
            String modelType,
            @Nullable Uid sourceRun,
            String createdBy,
            Names names,
            Map<String, String> params,
            Map<String, String> tags)
            implements LoggedModelCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(experiment)));
            needs.add(new Needs.Need.ByKey(LOGGED_MODELS, Key.of(uid)));
            needs.add(new Needs.Need.NextNumber(Run.OWNER_COUNTER));
            if (sourceRun != null) {
                needs.add(new Needs.Need.ByKey(RUNS, Key.of(sourceRun)));
            }
            names.addNeeds(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<LoggedModel> decide(State state, Moment now) {
            var parent = state.find(BY_ID, experiment).filter(found -> found.scope() == scope);
            if (parent.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(experiment)));
            }
            if (!parent.get().isActive()) {
                return Decision.refuse(ErrorCode.WRONG_STATE, Texts.deletedExperiment(experiment));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            var model = new LoggedModel(
                    uid,
                    state.next(Run.OWNER_COUNTER),
                    experiment,
                    scope,
                    name,
                    modelType,
                    sourceRun,
                    createdBy,
                    LoggedModel.Status.LOGGED_MODEL_PENDING,
                    now.millis(),
                    now.millis(),
                    Lifecycle.ACTIVE,
                    parent.get().location() + "/models/m-" + uid.hex() + "/artifacts",
                    null);
            Change change = Change.of(Act.LOGGED_MODEL_CREATE, model.node())
                    .scope(scope)
                    .put(LOGGED_MODELS, model)
                    .name(model.node(), name);
            if (sourceRun != null && state.find(RUNS, Key.of(sourceRun)).isPresent()) {
                change.link(Rel.FROM, Node.of(Kind.RUN, sourceRun));
            }
            put(change, model, names, names.resolve(state, change), params, tags);
            return Decision.of(model, change);
        }
    }

    /** Sets parameters and tags, and with {@code removedTag} removes one that is there. */
    record Label(
            LoggedModel before,
            Names names,
            Map<String, String> params,
            Map<String, String> tags,
            @Nullable String removedTag)
            implements LoggedModelCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(LOGGED_MODELS, Key.of(before.uid())));
            names.addNeeds(needs);
            for (int i = 0; i < names.known().length; i++) {
                if (names.known()[i] >= 0) {
                    Key key = Key.of(before.nid(), names.known()[i]);
                    needs.add(new Needs.Need.ByKey(PARAMS, key));
                    needs.add(new Needs.Need.ByKey(TAGS, key));
                }
            }
            return Needs.of(needs);
        }

        @Override
        public Decision<LoggedModel> decide(State state, Moment now) {
            var row = active(state, before);
            if (row.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownModel(before.id()));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            Change change = Change.of(Act.LOGGED_MODEL_UPDATE, before.node()).scope(before.scope());
            if (removedTag != null) {
                long id = names.known()[names.names().indexOf(removedTag)];
                if (id < 0 || state.find(TAGS, Key.of(before.nid(), id)).isEmpty()) {
                    return Decision.refuse(
                            ErrorCode.NOT_FOUND,
                            "No tag with key '%s' found for model with ID '%s'.".formatted(removedTag, before.id()));
                }
                return Decision.of(row.get(), change.delete(TAGS, Key.of(before.nid(), id)));
            }
            for (int i = 0; i < names.known().length; i++) {
                String value = params.get(names.names().get(i));
                if (value != null && names.known()[i] >= 0) {
                    var old = state.find(PARAMS, Key.of(before.nid(), names.known()[i]));
                    if (old.isPresent() && !old.get().value().equals(value)) {
                        return Decision.refuse(
                                ErrorCode.INVALID_ARGUMENT,
                                "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for logged model ID='%s'. Attempted logging new value '%s'."
                                        .formatted(
                                                names.names().get(i), old.get().value(), before.id(), value));
                    }
                }
            }
            put(change, before, names, names.resolve(state, change), params, tags);
            change.put(LOGGED_MODELS, row.get().touched(now.millis()));
            return Decision.of(row.get(), change);
        }
    }

    /**
     * Sets the status or deletes.
     *
     * @param held what may rest on its files, when it is deleted
     */
    record Move(LoggedModel before, LoggedModel.@Nullable Status to, FileCommand.Held held)
            implements LoggedModelCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(LOGGED_MODELS, Key.of(before.uid())));
            held.addTo(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<LoggedModel> decide(State state, Moment now) {
            var row = active(state, before);
            if (row.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownModel(before.id()));
            }
            if (to != null && row.get().status() == to) {
                return Decision.unchanged(row.get());
            }
            Optional<String> refusal = held.refusal(state, now);
            if (refusal.isPresent()) {
                return Decision.refuse(ErrorCode.HELD, refusal.get());
            }
            LoggedModel next = to == null
                    ? row.get().in(Lifecycle.DELETED, now.millis())
                    : row.get().in(to, now.millis());
            return Decision.of(
                    next,
                    Change.of(Act.LOGGED_MODEL_UPDATE, next.node())
                            .scope(next.scope())
                            .put(LOGGED_MODELS, next));
        }
    }

    /**
     * Records the environment that a logged model's or run's files describe: the environment itself and the link to it.
     *
     * @param model the logged model, or null for a run's own lock file
     * @param environment SHA-256 of {@code document}
     */
    record MadeIn(@Nullable LoggedModel model, @Nullable Uid run, int scope, Uid environment, byte[] document)
            implements Command<Boolean> {
        @Override
        public Needs needs() {
            Needs needs = Needs.none();
            if (model != null) {
                needs = needs.and(LOGGED_MODELS, Key.of(model.uid()));
            }
            return run == null ? needs : needs.and(RUNS, Key.of(run));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            Node node = Node.of(Kind.ENVIRONMENT, environment);
            var row = model == null ? Optional.<LoggedModel>empty() : state.find(LOGGED_MODELS, Key.of(model.uid()));
            if (row.map(LoggedModel::environment).filter(environment::equals).isPresent()) {
                return Decision.unchanged(false);
            }
            Change recorded = Change.of(Act.ENVIRONMENT_RECORD, node)
                    .scope(scope)
                    .event()
                    .body(Body.plain("application/json", document))
                    .name(node, "environment " + environment.hex().substring(0, 12));
            if (run != null && state.find(RUNS, Key.of(run)).isPresent()) {
                recorded.link(
                        new dev.clew.server.journal.Link(Node.of(Kind.RUN, run), Rel.IN, node, environment.bytes()));
            }
            var changes = new ArrayList<>(List.of(recorded));
            if (row.isPresent()) {
                changes.add(Change.of(Act.LOGGED_MODEL_UPDATE, row.get().node())
                        .scope(scope)
                        .put(LOGGED_MODELS, row.get().in(environment))
                        .link(Rel.IN, node, environment.bytes()));
            }
            return Decision.of(true, changes);
        }
    }

    private static Optional<LoggedModel> active(State state, LoggedModel before) {
        return state.find(LOGGED_MODELS, Key.of(before.uid())).filter(LoggedModel::isActive);
    }

    private static void put(
            Change change,
            LoggedModel model,
            Names names,
            long[] ids,
            Map<String, String> params,
            Map<String, String> tags) {
        for (int i = 0; i < ids.length; i++) {
            String name = names.names().get(i);
            String param = params.get(name);
            String tag = tags.get(name);
            if (param != null) {
                change.put(PARAMS, new Labelled(model.nid(), ids[i], model.experiment(), param));
            }
            if (tag != null) {
                change.put(TAGS, new Labelled(model.nid(), ids[i], model.experiment(), tag));
            }
        }
    }
}
