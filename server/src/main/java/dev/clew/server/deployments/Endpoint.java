package dev.clew.server.deployments;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;

/**
 * A place where a model answers.
 *
 * @param tier {@code staging}, {@code production} or {@code high} (risk that asks for a deployer who is not an approver)
 */
record Endpoint(Uid uid, int scope, String name, String tier, long createdAt) {
    static final Table<Endpoint> ENDPOINTS = Table.<Endpoint>state("endpoint")
            .key(1, "endpoint", BLOB, row -> row.uid().bytes())
            .column(2, "scope", INTEGER, row -> (long) row.scope())
            .column(3, "name", TEXT, Endpoint::name)
            .column(4, "tier", TEXT, Endpoint::tier)
            .column(5, "created_at", INTEGER, Endpoint::createdAt)
            .unique("byName", "scope", "name")
            .reads(row -> new Endpoint(
                    row.uid("endpoint"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("tier"),
                    row.integer("created_at")));

    static final Index<Endpoint> BY_NAME = ENDPOINTS.index("byName");

    Node node() {
        return Node.of(Kind.ENDPOINT, uid);
    }

    boolean needsApproval(Policies policies) {
        return switch (policies.approvalNeeded()) {
            case NONE -> false;
            case PRODUCTION -> !tier.equals("staging");
            case ALL -> true;
        };
    }
}
