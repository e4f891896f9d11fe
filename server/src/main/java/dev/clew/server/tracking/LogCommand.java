package dev.clew.server.tracking;

import static dev.clew.server.tracking.Experiment.BY_ID;
import static dev.clew.server.tracking.Labelled.PARAMS;
import static dev.clew.server.tracking.Labelled.TAGS;
import static dev.clew.server.tracking.LoggedModel.LOGGED_MODELS;
import static dev.clew.server.tracking.Run.RUNS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Logs points, parameters and tags to an active run, all or nothing. What is there already is left out; a parameter with another
 * value is refused.
 *
 * @param oneParam how a changed parameter is refused: {@code log-parameter} and {@code log-batch} say it differently
 * @param evenDeleted whether deleted runs and models take it too, as an import brings them
 */
record LogCommand(
        Uid run,
        int scope,
        long experiment,
        Act act,
        Names names,
        MetricTarget runPoints,
        Map<Uid, MetricTarget> modelPoints,
        Map<String, String> params,
        Map<String, String> tags,
        boolean oneParam,
        boolean evenDeleted)
        implements Command<LogCommand.Logged> {
    /** What became of it. */
    enum Outcome {
        DONE,
        /** Stored points must be read before it can be decided; nothing was written. */
        LOOK_FIRST,
        /** A name that was new got its number meanwhile; nothing was written. */
        NAMES_MOVED
    }

    /** @param ids numbers of the names when it is done */
    record Logged(Outcome outcome, long[] ids) {
        static Decision<Logged> again(Outcome outcome) {
            return Decision.unchanged(new Logged(outcome, new long[0]));
        }
    }

    @Override
    public Needs needs() {
        var needs = new ArrayList<Needs.Need>(names.known().length + 8);
        needs.add(new Needs.Need.ByKey(RUNS, Key.of(run)));
        needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(experiment)));
        names.addNeeds(needs);
        if (runPoints.points().size() > 0) {
            runPoints.addNeeds(needs, names);
        }
        modelPoints.forEach((model, target) -> {
            needs.add(new Needs.Need.ByKey(LOGGED_MODELS, Key.of(model)));
            target.addNeeds(needs, names);
        });
        for (int i = 0; i < names.known().length; i++) {
            if (names.known()[i] >= 0) {
                Key key = Key.of(runPoints.owner(), names.known()[i]);
                if (params.containsKey(names.names().get(i))) {
                    needs.add(new Needs.Need.ByKey(PARAMS, key));
                }
                if (tags.containsKey(names.names().get(i))) {
                    needs.add(new Needs.Need.ByKey(TAGS, key));
                }
            }
        }
        RunTags.addNeeds(needs, tags);
        return Needs.of(needs);
    }

    @Override
    public Decision<Logged> decide(State state, Moment now) {
        Optional<Run> found = state.find(RUNS, Key.of(run)).filter(row -> row.scope() == scope);
        if (found.isEmpty()) {
            return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownRun(run.hex()));
        }
        Run row = found.get();
        if (!evenDeleted
                && (!row.isActive()
                        || !state.find(BY_ID, experiment)
                                .map(Experiment::isActive)
                                .orElse(false))) {
            return Decision.refuse(ErrorCode.WRONG_STATE, Texts.deletedRun(row.id()));
        }
        if (names.moved(state)) {
            return Logged.again(Outcome.NAMES_MOVED);
        }
        Change change = Change.of(act, row.node()).scope(scope);
        long[] ids = names.resolve(state, change);
        Set<Long> drawn = drawn(change);
        var idOf = new LinkedHashMap<String, Long>();
        for (int i = 0; i < ids.length; i++) {
            idOf.put(names.names().get(i), ids[i]);
        }
        var conflicts = putParams(state, change, idOf, drawn);
        if (!conflicts.isEmpty()) {
            return Decision.refuse(ErrorCode.INVALID_ARGUMENT, Texts.changedParams(conflicts, row.id(), oneParam));
        }
        putTags(change, row, idOf);
        RunTags.link(state, change, row, tags);
        if (runPoints.points().size() > 0 && !runPoints.append(state, change, ids, drawn, now.millis())) {
            return Logged.again(Outcome.LOOK_FIRST);
        }
        var changes = new ArrayList<Change>();
        if (!change.rows().isEmpty() || !change.bulk().isEmpty()) {
            changes.add(change);
        }
        for (var each : modelPoints.entrySet()) {
            var model = state.find(LOGGED_MODELS, Key.of(each.getKey()))
                    .filter(m -> m.scope() == scope && (evenDeleted || m.isActive()));
            if (model.isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND,
                        Texts.unknownModel("m-" + each.getKey().hex()));
            }
            Change ofModel =
                    Change.of(Act.LOGGED_MODEL_UPDATE, model.get().node()).scope(scope);
            if (!each.getValue().append(state, ofModel, ids, drawn, now.millis())) {
                return Logged.again(Outcome.LOOK_FIRST);
            }
            if (!ofModel.bulk().isEmpty()) {
                changes.add(ofModel);
            }
        }
        return Decision.of(new Logged(Outcome.DONE, ids), changes);
    }

    private static Set<Long> drawn(Change change) {
        var drawn = new HashSet<Long>();
        change.rows().forEach(write -> drawn.add((Long) write.key().get(0)));
        return drawn;
    }

    private List<Texts.ChangedParam> putParams(State state, Change change, Map<String, Long> idOf, Set<Long> drawn) {
        var conflicts = new ArrayList<Texts.ChangedParam>();
        params.forEach((name, value) -> {
            long id = Tracking.require(idOf.get(name));
            var old =
                    drawn.contains(id) ? Optional.<Labelled>empty() : state.find(PARAMS, Key.of(runPoints.owner(), id));
            if (old.isEmpty()) {
                change.put(PARAMS, new Labelled(runPoints.owner(), id, experiment, value));
            } else if (!old.get().value().equals(value)) {
                conflicts.add(new Texts.ChangedParam(name, old.get().value(), value));
            }
        });
        return conflicts;
    }

    private void putTags(Change change, Run row, Map<String, Long> idOf) {
        tags.forEach((name, value) -> {
            change.put(TAGS, new Labelled(runPoints.owner(), Tracking.require(idOf.get(name)), experiment, value));
            if (name.equals(RunTags.NAME)) {
                change.put(RUNS, row.named(value)).name(row.node(), value);
            }
        });
    }
}
