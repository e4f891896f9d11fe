package dev.clew.server.tracking;

import static dev.clew.server.tracking.Experiment.BY_ID;
import static dev.clew.server.tracking.Experiment.BY_NAME;
import static dev.clew.server.tracking.Experiment.EXPERIMENTS;
import static dev.clew.server.tracking.Labelled.TAGS;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes of experiments. */
sealed interface ExperimentCommand extends Command<Experiment> {
    /**
     * Makes an experiment.
     *
     * @param fixedId the id, or −1 to take the next one
     * @param location null for the default location
     */
    record Create(
            Uid uid,
            long fixedId,
            int scope,
            String name,
            String createdBy,
            @Nullable String location,
            Names names,
            Map<String, String> tags)
            implements ExperimentCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(EXPERIMENTS, Key.of(uid)));
            needs.add(new Needs.Need.ByIndex(BY_NAME, Key.of((long) scope, name)));
            needs.add(new Needs.Need.NextNumber(Run.OWNER_COUNTER));
            if (fixedId < 0) {
                needs.add(new Needs.Need.NextNumber(Experiment.COUNTER));
            } else {
                needs.add(new Needs.Need.ByIndex(BY_ID, Key.of(fixedId)));
            }
            names.addNeeds(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<Experiment> decide(State state, Moment now) {
            if (state.find(BY_NAME, (long) scope, name).isPresent()) {
                return Decision.refuse(ErrorCode.ALREADY_EXISTS, Texts.takenExperiment(name));
            }
            if (names.moved(state)) {
                return Decision.stale();
            }
            if (fixedId >= 0) {
                Optional<Experiment> there = state.find(BY_ID, fixedId);
                if (there.isPresent()) {
                    return Decision.unchanged(there.get());
                }
            }
            long id = fixedId >= 0 ? fixedId : state.next(Experiment.COUNTER);
            var row = new Experiment(
                    uid,
                    id,
                    state.next(Run.OWNER_COUNTER),
                    scope,
                    name,
                    location == null ? Tracking.ARTIFACT_ROOT + id : location,
                    Lifecycle.ACTIVE,
                    now.millis(),
                    now.millis(),
                    createdBy);
            Change change = Change.of(Act.EXPERIMENT_CREATE, row.node())
                    .scope(scope)
                    .put(EXPERIMENTS, row)
                    .name(row.node(), name);
            long[] ids = names.resolve(state, change);
            for (int i = 0; i < ids.length; i++) {
                change.put(
                        TAGS,
                        new Labelled(
                                row.nid(),
                                ids[i],
                                id,
                                Tracking.require(tags.get(names.names().get(i)))));
            }
            return Decision.of(row, change);
        }
    }

    /** Renames an active experiment. */
    record Rename(long id, Uid uid, int scope, String name) implements ExperimentCommand {
        @Override
        public Needs needs() {
            return Needs.of(EXPERIMENTS, Key.of(uid)).and(BY_NAME, (long) scope, name);
        }

        @Override
        public Decision<Experiment> decide(State state, Moment now) {
            var row = state.find(EXPERIMENTS, Key.of(uid));
            if (row.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(id)));
            }
            if (!row.get().isActive()) {
                return Decision.refuse(ErrorCode.INVALID_ARGUMENT, "Cannot rename a non-active experiment.");
            }
            if (row.get().name().equals(name)) {
                return Decision.unchanged(row.get());
            }
            if (state.find(BY_NAME, (long) scope, name).isPresent()) {
                return Decision.refuse(ErrorCode.ALREADY_EXISTS, Texts.takenExperiment(name));
            }
            var next = row.get().named(name, now.millis());
            return Decision.of(
                    next,
                    Change.of(Act.EXPERIMENT_UPDATE, next.node())
                            .scope(scope)
                            .put(EXPERIMENTS, next)
                            .name(next.node(), name));
        }
    }

    /**
     * Deletes or restores an experiment. Its runs count as deleted with it without being touched, so restoring gives back exactly what
     * deleting took.
     */
    record Move(long id, Uid uid, int scope, Lifecycle to) implements ExperimentCommand {
        @Override
        public Needs needs() {
            return Needs.of(EXPERIMENTS, Key.of(uid));
        }

        @Override
        public Decision<Experiment> decide(State state, Moment now) {
            var row = state.find(EXPERIMENTS, Key.of(uid));
            if (row.isEmpty() || row.get().lifecycle() == to) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(id)));
            }
            var next = row.get().in(to, now.millis());
            return Decision.of(
                    next,
                    Change.of(to == Lifecycle.DELETED ? Act.EXPERIMENT_DELETE : Act.EXPERIMENT_RESTORE, next.node())
                            .scope(scope)
                            .put(EXPERIMENTS, next));
        }
    }

    /** Sets one tag, or removes it with {@code value} null. */
    record Tag(Experiment experiment, Names name, @Nullable String value) implements ExperimentCommand {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>(List.of(new Needs.Need.ByKey(EXPERIMENTS, Key.of(experiment.uid()))));
            name.addNeeds(needs);
            if (name.known()[0] >= 0) {
                needs.add(new Needs.Need.ByKey(TAGS, Key.of(experiment.nid(), name.known()[0])));
            }
            return Needs.of(needs);
        }

        @Override
        public Decision<Experiment> decide(State state, Moment now) {
            var row = state.find(EXPERIMENTS, Key.of(experiment.uid()));
            if (row.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, Texts.unknownExperiment(Long.toString(experiment.id())));
            }
            if (!row.get().isActive()) {
                return Decision.refuse(ErrorCode.WRONG_STATE, Texts.deletedExperiment(experiment.id()));
            }
            if (name.moved(state)) {
                return Decision.stale();
            }
            Change change = Change.of(Act.EXPERIMENT_UPDATE, row.get().node())
                    .scope(row.get().scope());
            if (value == null) {
                boolean there = name.known()[0] >= 0
                        && state.find(TAGS, Key.of(experiment.nid(), name.known()[0]))
                                .isPresent();
                if (!there) {
                    return Decision.refuse(
                            ErrorCode.NOT_FOUND,
                            "No tag with name: %s in experiment with id %d"
                                    .formatted(name.names().getFirst(), experiment.id()));
                }
                change.delete(TAGS, Key.of(experiment.nid(), name.known()[0]));
            } else {
                long id = name.resolve(state, change)[0];
                change.put(TAGS, new Labelled(experiment.nid(), id, experiment.id(), value));
            }
            return Decision.of(row.get(), change);
        }
    }
}
