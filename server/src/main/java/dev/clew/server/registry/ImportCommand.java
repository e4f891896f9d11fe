package dev.clew.server.registry;

import static dev.clew.server.registry.ModelTag.MODEL_TAGS;
import static dev.clew.server.registry.ModelTag.VERSION_TAGS;
import static dev.clew.server.registry.ModelVersion.VERSIONS;
import static dev.clew.server.registry.RegisteredModel.BY_NAME;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Principals;
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
import java.util.Map;
import java.util.TreeSet;

/** Takes over what another registry kept, with its own times and numbers. What is there already stays as it is. */
sealed interface ImportCommand<R> extends Command<ImportCommand.Taken<R>> {
    /**
     * @param isNew false when it was there
     * @param stageWithheld whether policy protects the stage it had, so that it is in none
     */
    record Taken<R>(R row, boolean isNew, boolean stageWithheld) {}

    /** A model, or the live one of its name. */
    record OfModel(
            Uid uid,
            int workspace,
            int scope,
            String name,
            String description,
            long createdAt,
            long updatedAt,
            Map<String, String> tags,
            String who)
            implements ImportCommand<RegisteredModel> {
        @Override
        public Needs needs() {
            return Needs.of(BY_NAME, (long) workspace, name).and(MODELS, Key.of(uid));
        }

        @Override
        public Decision<Taken<RegisteredModel>> decide(State state, Moment now) {
            var there = state.find(BY_NAME, (long) workspace, name);
            if (there.isPresent()) {
                return Decision.unchanged(new Taken<>(there.get(), false, false));
            }
            var model = new RegisteredModel(
                    uid,
                    workspace,
                    scope,
                    name,
                    description,
                    ModelTag.saysPrompt(tags),
                    who,
                    createdAt,
                    updatedAt,
                    null);
            Change change = Change.of(Act.MODEL_CREATE, model.node())
                    .scope(scope)
                    .why(Reason.Code.IMPORT)
                    .put(MODELS, model)
                    .name(model.node(), name);
            tags.forEach((key, value) -> change.put(MODEL_TAGS, new ModelTag(uid, key, value)));
            return Decision.of(new Taken<>(model, true, false), change);
        }
    }

    /** A version under its own number, unless that number was given out here. A protected stage it has to earn here. */
    record OfVersion(
            Uid uid,
            RegisteredModel model,
            ImportedVersion version,
            Origin origin,
            Stage stage,
            Protection protection,
            String who)
            implements ImportCommand<ModelVersion> {
        @Override
        public Needs needs() {
            return Needs.of(MODELS, Key.of(model.uid()))
                    .and(VERSIONS, Key.of(uid))
                    .and(VERSIONS.index("byNumber"), model.uid(), version.number())
                    .andNextNumber(RegisteredModel.versions(model.uid()));
        }

        @Override
        public Decision<Taken<ModelVersion>> decide(State state, Moment now) {
            var parent = ModelCommand.live(state, model);
            if (parent.isEmpty()) {
                return Decision.stale();
            }
            var there = state.find(VERSIONS.index("byNumber"), model.uid(), version.number());
            if (there.isPresent()) {
                return isSame(there.get())
                        ? Decision.unchanged(new Taken<>(there.get(), false, false))
                        : Decision.refuse(
                                ErrorCode.ALREADY_EXISTS,
                                "Version %d of %s here is another one, of source \"%s\"; rename one of the two models first."
                                        .formatted(
                                                version.number(),
                                                model.name(),
                                                there.get().source()));
            }
            state.raise(RegisteredModel.versions(model.uid()), version.number());
            boolean withheld = protection.covers(parent.get(), stage);
            var contributors = new TreeSet<>(origin.persons());
            contributors.add(who);
            var row = new ModelVersion(
                    uid,
                    model.uid(),
                    version.number(),
                    parent.get().scope(),
                    origin.digest(),
                    origin.files(),
                    origin.bytes(),
                    version.source(),
                    origin.location(),
                    origin.runId(),
                    origin.run(),
                    origin.loggedModel(),
                    version.runLink(),
                    version.description(),
                    withheld ? Stage.NONE : stage,
                    who,
                    contributors,
                    version.createdAt(),
                    version.updatedAt(),
                    null);
            Change change = Change.of(Act.MODEL_VERSION_REGISTER, row.node())
                    .scope(row.scope())
                    .why(Reason.Code.IMPORT)
                    .put(VERSIONS, row)
                    .link(Rel.VERSION_OF, parent.get().node())
                    .link(Rel.ACTED, Principals.node(who))
                    .name(row.node(), "%s/%d".formatted(parent.get().name(), row.number()));
            if (origin.run() != null) {
                change.link(Rel.FROM, Node.of(Kind.RUN, origin.run()));
            }
            if (origin.loggedModel() != null) {
                change.link(Rel.DERIVED_FROM, Node.of(Kind.LOGGED_MODEL, origin.loggedModel()));
            }
            version.tags().forEach((key, value) -> change.put(VERSION_TAGS, new ModelTag(uid, key, value)));
            return Decision.of(new Taken<>(row, true, withheld), change);
        }

        private boolean isSame(ModelVersion row) {
            return row.createdAt() == version.createdAt() && row.source().equals(version.source());
        }
    }
}
