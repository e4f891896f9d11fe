package dev.clew.server.registry;

import static dev.clew.server.registry.ModelAlias.ALIASES;
import static dev.clew.server.registry.ModelTag.MODEL_TAGS;
import static dev.clew.server.registry.ModelTag.VERSION_TAGS;
import static dev.clew.server.registry.ModelVersion.VERSIONS;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.ChangeHistory;
import dev.clew.server.journal.ChangeHistory.Change;
import dev.clew.server.journal.ChangeHistory.Page;
import dev.clew.server.journal.RowHistory;
import dev.clew.server.storage.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who changed what of a model or version, when, from what to what. Newest first; {@code what} is {@code name}, {@code description},
 * {@code stage}, {@code version}, {@code deleted}, {@code tag KEY} or {@code alias NAME}, and an alias has the version's number as its
 * value. Thread-safe; a page makes about ten reads. */
public final class ModelHistory {
    private final Database database;
    private final KnownModels known;

    ModelHistory(Database database, KnownModels known) {
        this.database = database;
        this.known = known;
    }

    /** Of a model: its name, description, tags, aliases and end; of its versions only where aliases pointed. */
    public Page of(RegisteredModel model, long before, int limit) {
        return new ChangeHistory(database, before, limit)
                .add(MODELS, step -> row(step, "name", "description"), model.uid())
                .add(MODEL_TAGS, ModelHistory::tag, model.uid())
                .add(ALIASES, step -> List.of(alias(step)), model.uid())
                .page();
    }

    /** Of a version: how it was registered, its description, stage, tags, end, and the aliases it had. */
    public Page of(ModelVersion version, long before, int limit) {
        return new ChangeHistory(database, before, limit)
                .add(VERSIONS, step -> row(step, "version", "description", "stage"), version.uid())
                .add(VERSION_TAGS, ModelHistory::tag, version.uid())
                .add(
                        ALIASES,
                        step -> isOf(step.from(), version.uid()) || isOf(step.to(), version.uid())
                                ? List.of(alias(step))
                                : List.of(),
                        version.model())
                .page();
    }

    /** What changed of a model's or version's row; its beginning is a change of {@code first} from nothing. */
    private static List<Change> row(RowHistory.Step step, String first, String... others) {
        var changes = new ArrayList<Change>();
        var from = step.from();
        var to = step.to();
        compare(changes, step, first);
        for (String field : others) {
            // A stage that is None and a description that is empty are nobody's doing.
            if (from != null || field.equals("description")) {
                compare(changes, step, field);
            }
        }
        Object deletedAt = to == null ? null : to.get("deleted_at");
        if (deletedAt instanceof Long millis && (from == null || !from.containsKey("deleted_at"))) {
            changes.add(Change.of(
                    step, "deleted", null, Instant.ofEpochMilli(millis).toString()));
        }
        return changes;
    }

    private static void compare(List<Change> changes, RowHistory.Step step, String field) {
        ChangeHistory.compare(changes, step, field, field.equals("version") ? "number" : field);
    }

    private static List<Change> tag(RowHistory.Step step) {
        return List.of(Change.of(
                step,
                "tag " + either(step, "key"),
                ChangeHistory.value(step.from(), "value"),
                ChangeHistory.value(step.to(), "value")));
    }

    private Change alias(RowHistory.Step step) {
        return Change.of(step, "alias " + either(step, "alias"), number(step.from()), number(step.to()));
    }

    private @Nullable String number(@Nullable Map<String, Object> fields) {
        if (fields == null || !(fields.get("version") instanceof byte[] version)) {
            return null;
        }
        Optional<KnownModels.Fact> fact = known.version(Uid.of(version));
        return fact.map(found -> Long.toString(found.number())).orElse(null);
    }

    private static boolean isOf(@Nullable Map<String, Object> fields, Uid version) {
        return fields != null
                && fields.get("version") instanceof byte[] bytes
                && Uid.of(bytes).equals(version);
    }

    private static String either(RowHistory.Step step, String field) {
        String after = ChangeHistory.value(step.to(), field);
        return after != null ? after : String.valueOf(ChangeHistory.value(step.from(), field));
    }
}
