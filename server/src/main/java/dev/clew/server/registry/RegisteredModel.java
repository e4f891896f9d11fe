package dev.clew.server.registry;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * A name under which versions of a model are kept. Times are milliseconds since the epoch.
 *
 * @param name unique among the live models of its workspace
 * @param isPrompt whether it is tagged {@code mlflow.prompt.is_prompt} = true
 * @param deletedAt null while it is live
 */
public record RegisteredModel(
        Uid uid,
        int workspace,
        int scope,
        String name,
        String description,
        boolean isPrompt,
        String createdBy,
        long createdAt,
        long updatedAt,
        @Nullable Long deletedAt) {
    static final Table<RegisteredModel> MODELS = Table.<RegisteredModel>state("registered_model")
            .key(1, "model", BLOB, row -> row.uid().bytes())
            .column(2, "workspace", INTEGER, row -> (long) row.workspace())
            .column(3, "scope", INTEGER, row -> (long) row.scope())
            .column(4, "name", TEXT, RegisteredModel::name)
            .column(5, "live_name", TEXT, row -> row.isLive() ? row.name() : null)
            .column(6, "description", TEXT, RegisteredModel::description)
            .column(7, "prompt", INTEGER, row -> row.isPrompt() ? 1L : 0L)
            .column(8, "created_by", TEXT, RegisteredModel::createdBy)
            .column(9, "created_at", INTEGER, RegisteredModel::createdAt)
            .column(10, "updated_at", INTEGER, RegisteredModel::updatedAt)
            .column(11, "deleted_at", INTEGER, RegisteredModel::deletedAt)
            .unique("byName", "workspace", "live_name")
            .reads(row -> new RegisteredModel(
                    row.uid("model"),
                    (int) row.integer("workspace"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("description"),
                    row.flag("prompt"),
                    row.text("created_by"),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.integerOrNull("deleted_at")));
    static final Index<RegisteredModel> BY_NAME = MODELS.index("byName");

    /** With {@code %1$s} for the alias of the table. */
    static final String COLUMNS =
            "%1$s.model, %1$s.workspace, %1$s.scope, %1$s.name, %1$s.description, %1$s.prompt, %1$s.created_by, %1$s.created_at, %1$s.updated_at, %1$s.deleted_at";

    Node node() {
        return Node.of(Kind.MODEL, uid);
    }

    public boolean isLive() {
        return deletedAt == null;
    }

    /** Counter of its version numbers, which are never used twice. */
    static String versions(Uid model) {
        return "registry.version/" + model.hex();
    }

    RegisteredModel named(String next, long now) {
        return with(next, description, isPrompt, now, deletedAt);
    }

    RegisteredModel described(String next, long now) {
        return with(name, next, isPrompt, now, deletedAt);
    }

    RegisteredModel asPrompt(boolean next) {
        return with(name, description, next, updatedAt, deletedAt);
    }

    RegisteredModel touched(long now) {
        return with(name, description, isPrompt, Math.max(updatedAt, now), deletedAt);
    }

    RegisteredModel deleted(long now) {
        return with(name, description, isPrompt, now, now);
    }

    private RegisteredModel with(
            String nextName, String nextDescription, boolean prompt, long now, @Nullable Long nextDeletedAt) {
        return new RegisteredModel(
                uid, workspace, scope, nextName, nextDescription, prompt, createdBy, createdAt, now, nextDeletedAt);
    }
}
