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
 * One execution that logs.
 *
 * @param uid its id in hexadecimal is what clients call the run id
 * @param nid what its parameters, tags, metrics and files are filed under
 * @param userName whom the client named, not verified; empty if nobody
 * @param createdBy principal that created it
 * @param lifecycle its own; a run of a deleted experiment counts as deleted too
 */
public record Run(
        Uid uid,
        long nid,
        long experiment,
        int scope,
        String name,
        String userName,
        String createdBy,
        RunStatus status,
        long startTime,
        @Nullable Long endTime,
        Lifecycle lifecycle,
        @Nullable Long deletedAt,
        String location) {
    static final Table<Run> RUNS = Table.<Run>state("run")
            .key(1, "run", BLOB, row -> row.uid().bytes())
            .column(2, "nid", INTEGER, Run::nid)
            .column(3, "exp", INTEGER, Run::experiment)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "name", TEXT, Run::name)
            .column(6, "user_name", TEXT, Run::userName)
            .column(7, "created_by", TEXT, Run::createdBy)
            .column(8, "status", INTEGER, row -> (long) row.status().number())
            .column(9, "start_time", INTEGER, Run::startTime)
            .column(10, "end_time", INTEGER, Run::endTime)
            .column(11, "lifecycle", INTEGER, row -> row.lifecycle().number())
            .column(12, "deleted_at", INTEGER, Run::deletedAt)
            .column(13, "location", TEXT, Run::location)
            .reads(row -> new Run(
                    row.uid("run"),
                    row.integer("nid"),
                    row.integer("exp"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("user_name"),
                    row.text("created_by"),
                    RunStatus.of((int) row.integer("status")),
                    row.integer("start_time"),
                    row.integerOrNull("end_time"),
                    Lifecycle.of(row.integer("lifecycle")),
                    row.integerOrNull("deleted_at"),
                    row.text("location")));
    /** Counter of the numbers that runs, logged models and experiments are filed under. */
    static final String OWNER_COUNTER = "tracking.owner";

    static final String COLUMNS =
            "nid, run, exp, scope, name, user_name, created_by, status, start_time, end_time, lifecycle, deleted_at, location";

    Node node() {
        return Node.of(Kind.RUN, uid);
    }

    public String id() {
        return uid.hex();
    }

    public boolean isActive() {
        return lifecycle == Lifecycle.ACTIVE;
    }

    Run named(String next) {
        return with(next, status, endTime, lifecycle, deletedAt);
    }

    Run withStatus(RunStatus next, @Nullable Long ended) {
        return with(name, next, ended, lifecycle, deletedAt);
    }

    Run deleted(long now) {
        return with(name, status, endTime, Lifecycle.DELETED, now);
    }

    Run restored() {
        return with(name, status, endTime, Lifecycle.ACTIVE, null);
    }

    private Run with(
            String nextName,
            RunStatus nextStatus,
            @Nullable Long nextEnd,
            Lifecycle nextLifecycle,
            @Nullable Long nextDeleted) {
        return new Run(
                uid,
                nid,
                experiment,
                scope,
                nextName,
                userName,
                createdBy,
                nextStatus,
                startTime,
                nextEnd,
                nextLifecycle,
                nextDeleted,
                location);
    }
}
