package dev.clew.server.registry;

import static dev.clew.server.registry.ModelAlias.OF_MODEL;
import static dev.clew.server.registry.ModelTag.MODEL_TAGS;
import static dev.clew.server.registry.ModelVersion.OF_STAGE;
import static dev.clew.server.registry.RegisteredModel.BY_NAME;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Changes of registered models. {@code before} is the model as its name was resolved; under another name it is stale. */
sealed interface ModelCommand extends Command<RegisteredModel> {
    /** Makes a model under a name no live one of the workspace has. */
    record Create(
            Uid uid,
            int workspace,
            int scope,
            String name,
            String description,
            Map<String, String> tags,
            String who,
            @Nullable Body reason)
            implements ModelCommand {
        @Override
        public Needs needs() {
            return Needs.of(BY_NAME, (long) workspace, name).and(MODELS, Key.of(uid));
        }

        @Override
        public Decision<RegisteredModel> decide(State state, Moment now) {
            boolean isPrompt = ModelTag.saysPrompt(tags);
            var holder = state.find(BY_NAME, (long) workspace, name);
            if (holder.isPresent()) {
                return Decision.refuse(
                        ErrorCode.ALREADY_EXISTS, Rules.taken(name, holder.get().isPrompt(), isPrompt));
            }
            var model = new RegisteredModel(
                    uid, workspace, scope, name, description, isPrompt, who, now.millis(), now.millis(), null);
            Change change = change(Act.MODEL_CREATE, model, reason).name(model.node(), name);
            tags.forEach((key, value) -> change.put(MODEL_TAGS, new ModelTag(uid, key, value)));
            return Decision.of(model, change);
        }
    }

    /**
     * Gives a model another name. Refused when that would put an alias or stage in use under a protection it had not: it would be
     * protected without ever having been approved.
     */
    record Rename(
            RegisteredModel before,
            String name,
            Protection protection,
            @Nullable Body reason) implements ModelCommand {
        @Override
        public Needs needs() {
            Needs needs = Needs.of(MODELS, Key.of(before.uid()))
                    .and(BY_NAME, (long) before.workspace(), name)
                    .and(OF_MODEL, before.uid());
            for (Stage stage : Stage.ACTIVE) {
                needs = needs.and(OF_STAGE, before.uid(), stage.text());
            }
            return needs;
        }

        @Override
        public Decision<RegisteredModel> decide(State state, Moment now) {
            var found = live(state, before);
            if (found.isEmpty()) {
                return Decision.stale();
            }
            RegisteredModel model = found.get();
            if (name.equals(model.name())) {
                return Decision.unchanged(model);
            }
            var holder = state.find(BY_NAME, (long) model.workspace(), name);
            if (holder.isPresent()) {
                return Decision.refuse(
                        ErrorCode.ALREADY_EXISTS,
                        Rules.taken(name, holder.get().isPrompt(), holder.get().isPrompt()));
            }
            RegisteredModel next = model.named(name, now.millis());
            Optional<String> newlyProtected = inUse(state, model).stream()
                    .filter(alias -> protection.covers(next, alias) && !protection.covers(model, alias))
                    .findFirst();
            if (newlyProtected.isPresent()) {
                return Decision.refuse(
                        ErrorCode.APPROVAL_REQUIRED,
                        "%s may not be renamed to %s while %s is in use: policy protects that there. Remove it, rename, and set it again with an approval (POST /api/clew/v1/approvals)."
                                .formatted(model.name(), name, newlyProtected.get()));
            }
            return Decision.of(next, change(Act.MODEL_UPDATE, next, reason).name(next.node(), name));
        }

        /** Aliases, and stages under both ways to write them in a policy. */
        private static List<String> inUse(State state, RegisteredModel model) {
            var names = new ArrayList<String>();
            state.all(OF_MODEL, model.uid()).forEach(alias -> names.add(alias.alias()));
            for (Stage stage : Stage.ACTIVE) {
                if (state.all(OF_STAGE, model.uid(), stage.text()).stream().anyMatch(ModelVersion::isLive)) {
                    names.add(stage.text());
                    names.add(stage.text().toLowerCase(Locale.ROOT));
                }
            }
            return names;
        }
    }

    /** Replaces the description. */
    record Describe(
            RegisteredModel before,
            String description,
            @Nullable Body reason) implements ModelCommand {
        @Override
        public Needs needs() {
            return Needs.of(MODELS, Key.of(before.uid()));
        }

        @Override
        public Decision<RegisteredModel> decide(State state, Moment now) {
            return live(state, before)
                    .map(model -> model.described(description, now.millis()))
                    .map(next -> Decision.of(next, change(Act.MODEL_UPDATE, next, reason)))
                    .orElseGet(Decision::stale);
        }
    }

    /** Sets a tag, or removes it with a null value; one that is not there is removed already. */
    record Tag(
            RegisteredModel before,
            String key,
            @Nullable String value,
            @Nullable Body reason) implements ModelCommand {
        @Override
        public Needs needs() {
            return Needs.of(MODELS, Key.of(before.uid())).and(MODEL_TAGS, ModelTag.key(before.uid(), key));
        }

        @Override
        public Decision<RegisteredModel> decide(State state, Moment now) {
            var found = live(state, before);
            if (found.isEmpty()) {
                return Decision.stale();
            }
            RegisteredModel model = found.get();
            var old = state.find(MODEL_TAGS, ModelTag.key(model.uid(), key));
            if (old.map(ModelTag::value).equals(Optional.ofNullable(value))) {
                return Decision.unchanged(model);
            }
            RegisteredModel next =
                    key.equals(ModelTag.IS_PROMPT) ? model.asPrompt("true".equalsIgnoreCase(value)) : model;
            Change change = change(Act.MODEL_UPDATE, next, reason);
            return Decision.of(
                    next,
                    value == null
                            ? change.delete(MODEL_TAGS, ModelTag.key(model.uid(), key))
                            : change.put(MODEL_TAGS, new ModelTag(model.uid(), key, value)));
        }
    }

    /** Takes the model with all its versions and aliases out of sight and frees its name; every row stays. */
    record Delete(RegisteredModel before, @Nullable Body reason) implements ModelCommand {
        @Override
        public Needs needs() {
            return Needs.of(MODELS, Key.of(before.uid()));
        }

        @Override
        public Decision<RegisteredModel> decide(State state, Moment now) {
            return live(state, before)
                    .map(model -> model.deleted(now.millis()))
                    .map(next -> Decision.of(next, change(Act.MODEL_DELETE, next, reason)))
                    .orElseGet(Decision::stale);
        }
    }

    /** The model, while it is live under the name it was resolved by. */
    static Optional<RegisteredModel> live(State state, RegisteredModel before) {
        Predicate<RegisteredModel> sameName = model -> model.name().equals(before.name());
        return state.find(MODELS, Key.of(before.uid()))
                .filter(RegisteredModel::isLive)
                .filter(sameName);
    }

    private static Change change(Act act, RegisteredModel next, @Nullable Body reason) {
        Change change = Change.of(act, next.node()).scope(next.scope()).put(MODELS, next);
        return reason == null ? change : change.body(reason);
    }
}
