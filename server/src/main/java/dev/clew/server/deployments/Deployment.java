package dev.clew.server.deployments;

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
 * One version serving at one endpoint, from request to end. Times are microseconds; null while they have not come.
 *
 * @param requestedBy principal id
 * @param previous what served before, or null
 * @param approval the approval it rests on, or null where policy asked for none
 * @param config JSON text the deployer gave, or null
 * @param selfApproved whether deployer and approver were one person (solo mode)
 */
record Deployment(
        Uid uid,
        Uid endpoint,
        Uid version,
        int scope,
        DeploymentState state,
        String requestedBy,
        String why,
        @Nullable Uid previous,
        @Nullable Uid approval,
        @Nullable String config,
        boolean selfApproved,
        long requestedAt,
        @Nullable Long liveFrom,
        @Nullable Long endedAt) {
    static final Table<Deployment> DEPLOYMENTS = Table.<Deployment>state("deployment")
            .key(1, "deployment", BLOB, row -> row.uid().bytes())
            .column(2, "endpoint", BLOB, row -> row.endpoint().bytes())
            .column(3, "version", BLOB, row -> row.version().bytes())
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "state", TEXT, row -> row.state().name())
            .column(6, "requested_by", TEXT, Deployment::requestedBy)
            .column(7, "why", TEXT, Deployment::why)
            .column(
                    8,
                    "previous",
                    BLOB,
                    row -> row.previous() == null ? null : row.previous().bytes())
            .column(
                    9,
                    "approval",
                    BLOB,
                    row -> row.approval() == null ? null : row.approval().bytes())
            .column(10, "config", TEXT, Deployment::config)
            .column(11, "self_approved", INTEGER, row -> row.selfApproved() ? 1L : 0L)
            .column(12, "requested_at", INTEGER, Deployment::requestedAt)
            .column(13, "live_from", INTEGER, Deployment::liveFrom)
            .column(14, "ended_at", INTEGER, Deployment::endedAt)
            .index("ofEndpointInState", "endpoint", "state")
            .index("ofVersion", "version")
            .reads(row -> new Deployment(
                    row.uid("deployment"),
                    row.uid("endpoint"),
                    row.uid("version"),
                    (int) row.integer("scope"),
                    DeploymentState.valueOf(row.text("state")),
                    row.text("requested_by"),
                    row.text("why"),
                    row.uidOrNull("previous"),
                    row.uidOrNull("approval"),
                    row.textOrNull("config"),
                    row.flag("self_approved"),
                    row.integer("requested_at"),
                    row.integerOrNull("live_from"),
                    row.integerOrNull("ended_at")));

    static final Index<Deployment> OF_ENDPOINT_IN_STATE = DEPLOYMENTS.index("ofEndpointInState");
    static final Index<Deployment> OF_VERSION = DEPLOYMENTS.index("ofVersion");

    Node node() {
        return Node.of(Kind.DEPLOYMENT, uid);
    }

    Deployment inState(DeploymentState next) {
        return with(next, liveFrom, endedAt);
    }

    Deployment liveAt(long micros) {
        return with(DeploymentState.LIVE, micros, null);
    }

    Deployment endedAs(DeploymentState end, long micros) {
        return with(end, liveFrom, micros);
    }

    private Deployment with(DeploymentState next, @Nullable Long live, @Nullable Long ended) {
        return new Deployment(
                uid,
                endpoint,
                version,
                scope,
                next,
                requestedBy,
                why,
                previous,
                approval,
                config,
                selfApproved,
                requestedAt,
                live,
                ended);
    }
}
