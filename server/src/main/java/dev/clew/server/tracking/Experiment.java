package dev.clew.server.tracking;

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
 * A named group of runs.
 *
 * @param id decimal, instance-wide; 0 is the default experiment
 * @param nid what its tags and files are filed under
 * @param location where its runs' files lie, as a URI
 * @param createdAt milliseconds since the epoch, like all times here
 * @param createdBy principal that made it; null of those older than this column
 */
public record Experiment(
        Uid uid,
        long id,
        long nid,
        int scope,
        String name,
        String location,
        Lifecycle lifecycle,
        long createdAt,
        long updatedAt,
        @Nullable String createdBy) {
    static final Table<Experiment> EXPERIMENTS = Table.<Experiment>state("experiment")
            .key(1, "experiment", BLOB, row -> row.uid().bytes())
            .column(2, "exp", INTEGER, Experiment::id)
            .column(3, "nid", INTEGER, Experiment::nid)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "name", TEXT, Experiment::name)
            .column(6, "location", TEXT, Experiment::location)
            .column(7, "lifecycle", INTEGER, row -> row.lifecycle().number())
            .column(8, "created_at", INTEGER, Experiment::createdAt)
            .column(9, "updated_at", INTEGER, Experiment::updatedAt)
            .column(10, "created_by", TEXT, Experiment::createdBy)
            .unique("byId", "exp")
            .unique("byName", "scope", "name")
            .reads(row -> new Experiment(
                    row.uid("experiment"),
                    row.integer("exp"),
                    row.integer("nid"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("location"),
                    Lifecycle.of(row.integer("lifecycle")),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.textOrNull("created_by")));
    static final Index<Experiment> BY_ID = EXPERIMENTS.index("byId");
    static final Index<Experiment> BY_NAME = EXPERIMENTS.index("byName");
    static final String COUNTER = "tracking.experiment";
    static final String COLUMNS =
            "experiment, exp, nid, scope, name, location, lifecycle, created_at, updated_at, created_by";

    public Node node() {
        return Node.of(Kind.EXPERIMENT, uid);
    }

    public boolean isActive() {
        return lifecycle == Lifecycle.ACTIVE;
    }

    Experiment named(String next, long now) {
        return new Experiment(uid, id, nid, scope, next, location, lifecycle, createdAt, now, createdBy);
    }

    Experiment in(Lifecycle next, long now) {
        return new Experiment(uid, id, nid, scope, name, location, next, createdAt, now, createdBy);
    }
}
