package dev.clew.server.registry;

import static dev.clew.server.registry.ModelAlias.ALIASES;
import static dev.clew.server.registry.ModelAlias.OF_VERSION;
import static dev.clew.server.registry.ModelTag.VERSION_TAGS;
import static dev.clew.server.registry.ModelVersion.OF_STAGE;
import static dev.clew.server.registry.ModelVersion.VERSIONS;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Principals;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Changes of model versions. {@code model} and {@code before} are as they were resolved; gone or renamed they are stale. */
sealed interface VersionCommand extends Command<ModelVersion> {
    /** Adds the next version. */
    record Register(
            Uid uid,
            RegisteredModel model,
            Origin origin,
            String runLink,
            String description,
            Map<String, String> tags,
            String who,
            @Nullable Body reason)
            implements VersionCommand {
        @Override
        public Needs needs() {
            return Needs.of(MODELS, Key.of(model.uid()))
                    .and(VERSIONS, Key.of(uid))
                    .andNextNumber(RegisteredModel.versions(model.uid()));
        }

        @Override
        public Decision<ModelVersion> decide(State state, Moment now) {
            var parent = ModelCommand.live(state, model);
            if (parent.isEmpty()) {
                return Decision.stale();
            }
            var contributors = new TreeSet<>(origin.persons());
            contributors.add(who);
            var version = new ModelVersion(
                    uid,
                    model.uid(),
                    state.next(RegisteredModel.versions(model.uid())),
                    parent.get().scope(),
                    origin.digest(),
                    origin.files(),
                    origin.bytes(),
                    origin.source(),
                    origin.location(),
                    origin.runId(),
                    origin.run(),
                    origin.loggedModel(),
                    runLink,
                    description,
                    Stage.NONE,
                    who,
                    contributors,
                    now.millis(),
                    now.millis(),
                    null);
            Change change = change(Act.MODEL_VERSION_REGISTER, version, reason)
                    .put(MODELS, parent.get().touched(now.millis()))
                    .link(Rel.VERSION_OF, parent.get().node())
                    .link(Rel.ACTED, Principals.node(who))
                    .name(version.node(), "%s/%d".formatted(parent.get().name(), version.number()));
            if (origin.run() != null) {
                change.link(Rel.FROM, Node.of(Kind.RUN, origin.run()));
            }
            if (origin.loggedModel() != null) {
                change.link(Rel.DERIVED_FROM, Node.of(Kind.LOGGED_MODEL, origin.loggedModel()));
            }
            if (origin.copyOf() != null) {
                change.link(Rel.DERIVED_FROM, Node.of(Kind.MODEL_VERSION, origin.copyOf()), origin.digest());
            }
            tags.forEach((key, value) -> change.put(VERSION_TAGS, new ModelTag(uid, key, value)));
            return Decision.of(version, change);
        }
    }

    /** Replaces the description. */
    record Describe(
            RegisteredModel model,
            ModelVersion before,
            String description,
            @Nullable Body reason) implements VersionCommand {
        @Override
        public Needs needs() {
            return rows(model, before);
        }

        @Override
        public Decision<ModelVersion> decide(State state, Moment now) {
            return live(state, model, before)
                    .map(version -> version.described(description, now.millis()))
                    .map(next -> Decision.of(next, change(Act.MODEL_VERSION_UPDATE, next, reason)))
                    .orElseGet(Decision::stale);
        }
    }

    /** Sets a tag, or removes it with a null value. The text of a prompt is part of its digest and stays. */
    record Tag(
            RegisteredModel model,
            ModelVersion before,
            String key,
            @Nullable String value,
            @Nullable Body reason) implements VersionCommand {
        @Override
        public Needs needs() {
            return rows(model, before).and(VERSION_TAGS, ModelTag.key(before.uid(), key));
        }

        @Override
        public Decision<ModelVersion> decide(State state, Moment now) {
            var version = live(state, model, before);
            if (version.isEmpty()) {
                return Decision.stale();
            }
            var old = state.find(VERSION_TAGS, ModelTag.key(before.uid(), key));
            if (old.map(ModelTag::value).equals(Optional.ofNullable(value))) {
                return Decision.unchanged(version.get());
            }
            if (key.equals(ModelTag.PROMPT_TEXT)) {
                return Decision.refuse(
                        ErrorCode.WRONG_STATE,
                        "The text of version %d of %s was fixed when it was registered; register a new version with the other text."
                                .formatted(before.number(), model.name()));
            }
            Change change = change(Act.MODEL_VERSION_UPDATE, version.get(), reason);
            return Decision.of(
                    version.get(),
                    value == null
                            ? change.delete(VERSION_TAGS, ModelTag.key(before.uid(), key))
                            : change.put(VERSION_TAGS, new ModelTag(before.uid(), key, value)));
        }
    }

    /** Moves to a stage; with {@code archive} what else is in it goes to Archived. */
    record Transition(
            RegisteredModel model,
            ModelVersion before,
            Stage to,
            boolean archive,
            Protection protection,
            @Nullable Body reason)
            implements VersionCommand {
        @Override
        public Needs needs() {
            Needs needs = rows(model, before).and(protection.needs(before));
            return archive ? needs.and(OF_STAGE, model.uid(), to.text()) : needs;
        }

        @Override
        public Decision<ModelVersion> decide(State state, Moment now) {
            var parent = ModelCommand.live(state, model);
            var found = live(state, model, before);
            if (parent.isEmpty() || found.isEmpty()) {
                return Decision.stale();
            }
            ModelVersion version = found.get();
            ModelVersion next = version.stage() == to ? version : version.in(to, now.millis());
            Change change = change(Act.MODEL_VERSION_TRANSITION, next, reason);
            if (version.stage() != to && protection.covers(parent.get(), to)) {
                var granted = protection.granted(state, version, now);
                if (granted.isEmpty()) {
                    return Protection.refuse(parent.get(), version, "stage " + to.text());
                }
                Protection.citing(change, version, granted.get());
            }
            boolean archived = false;
            if (archive) {
                for (ModelVersion other : state.all(OF_STAGE, model.uid(), to.text())) {
                    if (other.isLive() && !other.uid().equals(version.uid())) {
                        change.put(VERSIONS, other.in(Stage.ARCHIVED, now.millis()));
                        archived = true;
                    }
                }
            }
            if (version.stage() == to && !archived) {
                return Decision.unchanged(version);
            }
            return Decision.of(next, change.put(MODELS, parent.get().touched(now.millis())));
        }
    }

    /** Takes a version out of sight with its aliases; its row and tags stay. */
    record Delete(
            RegisteredModel model,
            ModelVersion before,
            @Nullable Body reason) implements VersionCommand {
        @Override
        public Needs needs() {
            return rows(model, before).and(OF_VERSION, before.uid());
        }

        @Override
        public Decision<ModelVersion> decide(State state, Moment now) {
            var parent = ModelCommand.live(state, model);
            var version = live(state, model, before);
            if (parent.isEmpty() || version.isEmpty()) {
                return Decision.stale();
            }
            ModelVersion next = version.get().deleted(now.millis());
            Change change = change(Act.MODEL_VERSION_DELETE, next, reason)
                    .put(MODELS, parent.get().touched(now.millis()));
            state.all(OF_VERSION, before.uid())
                    .forEach(alias -> change.delete(ALIASES, ModelAlias.key(alias.model(), alias.alias())));
            return Decision.of(next, change);
        }
    }

    static Needs rows(RegisteredModel model, ModelVersion version) {
        return Needs.of(MODELS, Key.of(model.uid())).and(VERSIONS, Key.of(version.uid()));
    }

    /** The version, while it and its model are live and the model has the name it was resolved by. */
    static Optional<ModelVersion> live(State state, RegisteredModel model, ModelVersion before) {
        return ModelCommand.live(state, model)
                .flatMap(_ -> state.find(VERSIONS, Key.of(before.uid())))
                .filter(ModelVersion::isLive);
    }

    private static Change change(Act act, ModelVersion next, @Nullable Body reason) {
        Change change = Change.of(act, next.node()).scope(next.scope()).put(VERSIONS, next);
        return reason == null ? change : change.body(reason);
    }
}
