package dev.clew.server.registry;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One version of a registered model, as it was when it was registered. Times are milliseconds since the epoch.
 *
 * @param number from 1, never used twice in a model
 * @param digest 32 bytes, see {@link VersionDigest}
 * @param files how many files the digest covers, of {@code bytes} bytes in all
 * @param source as the client sent it
 * @param location where clients load it from
 * @param runId as the client sent it, or the run of the logged model; empty without one
 * @param run that run, when this server knows it
 * @param contributors principals who made its run and its files and registered it, as known then
 * @param deletedAt null while it is live
 */
public record ModelVersion(
        Uid uid,
        Uid model,
        long number,
        int scope,
        byte[] digest,
        long files,
        long bytes,
        String source,
        String location,
        String runId,
        @Nullable Uid run,
        @Nullable Uid loggedModel,
        String runLink,
        String description,
        Stage stage,
        String registrant,
        Set<String> contributors,
        long createdAt,
        long updatedAt,
        @Nullable Long deletedAt) {
    static final Table<ModelVersion> VERSIONS = Table.<ModelVersion>state("model_version")
            .key(1, "version", BLOB, row -> row.uid().bytes())
            .column(2, "model", BLOB, row -> row.model().bytes())
            .column(3, "number", INTEGER, ModelVersion::number)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "digest", BLOB, ModelVersion::digest)
            .column(6, "files", INTEGER, ModelVersion::files)
            .column(7, "bytes", INTEGER, ModelVersion::bytes)
            .column(8, "source", TEXT, ModelVersion::source)
            .column(9, "location", TEXT, ModelVersion::location)
            .column(10, "run_id", TEXT, ModelVersion::runId)
            .column(11, "run", BLOB, row -> bytes(row.run()))
            .column(12, "logged_model", BLOB, row -> bytes(row.loggedModel()))
            .column(13, "run_link", TEXT, ModelVersion::runLink)
            .column(14, "description", TEXT, ModelVersion::description)
            .column(15, "stage", TEXT, row -> row.stage().text())
            .column(16, "registrant", TEXT, ModelVersion::registrant)
            .column(17, "contributors", TEXT, row -> String.join("\n", new TreeSet<>(row.contributors())))
            .column(18, "created_at", INTEGER, ModelVersion::createdAt)
            .column(19, "updated_at", INTEGER, ModelVersion::updatedAt)
            .column(20, "deleted_at", INTEGER, ModelVersion::deletedAt)
            .unique("byNumber", "model", "number")
            .index("ofStage", "model", "stage")
            .index("ofRunId", "run_id")
            .reads(row -> new ModelVersion(
                    row.uid("version"),
                    row.uid("model"),
                    row.integer("number"),
                    (int) row.integer("scope"),
                    row.bytes("digest"),
                    row.integer("files"),
                    row.integer("bytes"),
                    row.text("source"),
                    row.text("location"),
                    row.text("run_id"),
                    row.uidOrNull("run"),
                    row.uidOrNull("logged_model"),
                    row.text("run_link"),
                    row.text("description"),
                    Stage.of(row.text("stage")),
                    row.text("registrant"),
                    Set.of(row.text("contributors").split("\n")),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.integerOrNull("deleted_at")));
    static final Index<ModelVersion> OF_STAGE = VERSIONS.index("ofStage");
    static final Index<ModelVersion> OF_RUN_ID = VERSIONS.index("ofRunId");

    /** With {@code %1$s} for the alias of the table. */
    static final String COLUMNS =
            "%1$s.version, %1$s.model, %1$s.number, %1$s.scope, %1$s.digest, %1$s.files, %1$s.bytes, %1$s.source, %1$s.location, %1$s.run_id, %1$s.run, %1$s.logged_model, %1$s.run_link, %1$s.description, %1$s.stage, %1$s.registrant, %1$s.contributors, %1$s.created_at, %1$s.updated_at, %1$s.deleted_at";

    public ModelVersion {
        contributors = Set.copyOf(contributors);
    }

    private static byte @Nullable [] bytes(@Nullable Uid uid) {
        return uid == null ? null : uid.bytes();
    }

    Node node() {
        return Node.of(Kind.MODEL_VERSION, uid);
    }

    public boolean isLive() {
        return deletedAt == null;
    }

    ModelVersion described(String next, long now) {
        return with(next, stage, now, deletedAt);
    }

    ModelVersion in(Stage next, long now) {
        return with(description, next, now, deletedAt);
    }

    ModelVersion deleted(long now) {
        return with(description, stage, now, now);
    }

    private ModelVersion with(String nextDescription, Stage nextStage, long now, @Nullable Long nextDeletedAt) {
        return new ModelVersion(
                uid,
                model,
                number,
                scope,
                digest,
                files,
                bytes,
                source,
                location,
                runId,
                run,
                loggedModel,
                runLink,
                nextDescription,
                nextStage,
                registrant,
                contributors,
                createdAt,
                now,
                nextDeletedAt);
    }
}
