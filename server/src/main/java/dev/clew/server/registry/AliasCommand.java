package dev.clew.server.registry;

import static dev.clew.server.registry.ModelAlias.ALIASES;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import org.jspecify.annotations.Nullable;

/** Moves of aliases. Answers whether anything moved. The entry is about the version that has, or had, the alias. */
sealed interface AliasCommand extends Command<Boolean> {
    /** Points an alias at a version, wherever it pointed before. */
    record Set(
            RegisteredModel model,
            ModelVersion version,
            String alias,
            Protection protection,
            @Nullable Body reason) implements AliasCommand {
        @Override
        public Needs needs() {
            return VersionCommand.rows(model, version)
                    .and(ALIASES, ModelAlias.key(model.uid(), alias))
                    .and(protection.needs(version));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var parent = ModelCommand.live(state, model);
            var target = VersionCommand.live(state, model, version);
            if (parent.isEmpty() || target.isEmpty()) {
                return Decision.stale();
            }
            var next = new ModelAlias(model.uid(), alias, version.uid());
            if (state.find(ALIASES, ModelAlias.key(model.uid(), alias))
                    .filter(next::equals)
                    .isPresent()) {
                return Decision.unchanged(false);
            }
            Change change = change(Act.MODEL_ALIAS_SET, model, next, reason).put(ALIASES, next);
            if (protection.covers(parent.get(), alias)) {
                var granted = protection.granted(state, target.get(), now);
                if (granted.isEmpty()) {
                    return Protection.refuse(parent.get(), target.get(), "alias " + alias);
                }
                Protection.citing(change, target.get(), granted.get());
            }
            return Decision.of(true, change);
        }
    }

    /** Removes an alias; one that is not there is removed already. */
    record Remove(
            RegisteredModel model, String alias, @Nullable Body reason) implements AliasCommand {
        @Override
        public Needs needs() {
            return Needs.of(RegisteredModel.MODELS, dev.clew.server.journal.Key.of(model.uid()))
                    .and(ALIASES, ModelAlias.key(model.uid(), alias));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            if (ModelCommand.live(state, model).isEmpty()) {
                return Decision.stale();
            }
            return state.find(ALIASES, ModelAlias.key(model.uid(), alias))
                    .map(old -> Decision.of(
                            true,
                            change(Act.MODEL_ALIAS_DELETE, model, old, reason)
                                    .delete(ALIASES, ModelAlias.key(model.uid(), alias))))
                    .orElseGet(() -> Decision.unchanged(false));
        }
    }

    private static Change change(Act act, RegisteredModel model, ModelAlias alias, @Nullable Body reason) {
        Change change = Change.of(act, Node.of(Kind.MODEL_VERSION, alias.version()))
                .scope(model.scope())
                .link(Rel.VERSION_OF, model.node());
        return reason == null ? change : change.body(reason);
    }
}
