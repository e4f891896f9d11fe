package dev.clew.server.datasets;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;

/** A named data set; its content is in its versions. */
record Dataset(Uid uid, int scope, String name, String description, long createdAt, String createdBy) {
    static final Table<Dataset> DATASETS = Table.<Dataset>state("dataset")
            .key(1, "dataset", BLOB, row -> row.uid().bytes())
            .column(2, "scope", INTEGER, row -> (long) row.scope())
            .column(3, "name", TEXT, Dataset::name)
            .column(4, "description", TEXT, Dataset::description)
            .column(5, "created_at", INTEGER, Dataset::createdAt)
            .column(6, "created_by", TEXT, Dataset::createdBy)
            .unique("byName", "scope", "name")
            .reads(row -> new Dataset(
                    row.uid("dataset"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("description"),
                    row.integer("created_at"),
                    row.text("created_by")));
    static final Index<Dataset> BY_NAME = DATASETS.index("byName");
    static final String COLUMNS = "dataset, scope, name, description, created_at, created_by";

    Node node() {
        return Node.of(Kind.DATASET, uid);
    }
}
