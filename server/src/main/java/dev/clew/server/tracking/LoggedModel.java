package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * A model as training wrote it, before anyone registers it.
 *
 * @param sourceRun run that made it, or null
 * @param environment digest of the environment it was made in, once its files said so
 */
public record LoggedModel(
        Uid uid,
        long nid,
        long experiment,
        int scope,
        String name,
        String modelType,
        @Nullable Uid sourceRun,
        String createdBy,
        Status status,
        long createdAt,
        long updatedAt,
        Lifecycle lifecycle,
        String location,
        @Nullable Uid environment) {
    /** States; ordinals are the numbers of MLflow's protocol. */
    public enum Status {
        LOGGED_MODEL_STATUS_UNSPECIFIED,
        LOGGED_MODEL_PENDING,
        LOGGED_MODEL_READY,
        LOGGED_MODEL_UPLOAD_FAILED
    }

    static final Table<LoggedModel> LOGGED_MODELS = Table.<LoggedModel>state("logged_model")
            .key(1, "model", BLOB, row -> row.uid().bytes())
            .column(2, "nid", INTEGER, LoggedModel::nid)
            .column(3, "exp", INTEGER, LoggedModel::experiment)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "name", TEXT, LoggedModel::name)
            .column(6, "model_type", TEXT, LoggedModel::modelType)
            .column(7, "source_run", BLOB, row -> bytes(row.sourceRun()))
            .column(8, "created_by", TEXT, LoggedModel::createdBy)
            .column(9, "status", INTEGER, row -> (long) row.status().ordinal())
            .column(10, "created_at", INTEGER, LoggedModel::createdAt)
            .column(11, "updated_at", INTEGER, LoggedModel::updatedAt)
            .column(12, "lifecycle", INTEGER, row -> row.lifecycle().number())
            .column(13, "location", TEXT, LoggedModel::location)
            .column(14, "environment", BLOB, row -> bytes(row.environment()))
            .reads(row -> new LoggedModel(
                    row.uid("model"),
                    row.integer("nid"),
                    row.integer("exp"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("model_type"),
                    row.uidOrNull("source_run"),
                    row.text("created_by"),
                    Status.values()[(int) row.integer("status")],
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    Lifecycle.of(row.integer("lifecycle")),
                    row.text("location"),
                    row.uidOrNull("environment")));
    static final String COLUMNS =
            "nid, model, exp, scope, name, model_type, source_run, created_by, status, created_at, updated_at, lifecycle, location, environment";

    private static byte @Nullable [] bytes(@Nullable Uid uid) {
        return uid == null ? null : uid.bytes();
    }

    Node node() {
        return Node.of(Kind.LOGGED_MODEL, uid);
    }

    /** {@code m-} and the uid in hexadecimal. */
    public String id() {
        return "m-" + uid.hex();
    }

    public boolean isActive() {
        return lifecycle == Lifecycle.ACTIVE;
    }

    LoggedModel in(Status next, long now) {
        return with(next, lifecycle, environment, now);
    }

    LoggedModel in(Lifecycle next, long now) {
        return with(status, next, environment, now);
    }

    LoggedModel in(Uid madeIn) {
        return with(status, lifecycle, madeIn, updatedAt);
    }

    LoggedModel touched(long now) {
        return with(status, lifecycle, environment, Math.max(updatedAt, now));
    }

    private LoggedModel with(Status nextStatus, Lifecycle nextLifecycle, @Nullable Uid nextEnvironment, long now) {
        return new LoggedModel(
                uid,
                nid,
                experiment,
                scope,
                name,
                modelType,
                sourceRun,
                createdBy,
                nextStatus,
                createdAt,
                now,
                nextLifecycle,
                location,
                nextEnvironment);
    }
}
