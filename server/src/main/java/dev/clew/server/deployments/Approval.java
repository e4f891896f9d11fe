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
 * A request that a model version may serve, bound to the version's digest, with the state its votes gave it. Expiry is computed when
 * read, never written.
 *
 * @param version uid of the version it is about
 * @param digest 32 bytes, see {@link ApprovalDigest}
 * @param required how many grants by different persons turn it
 * @param expiresAt microseconds
 */
record Approval(
        Uid uid,
        Uid version,
        byte[] digest,
        int scope,
        State state,
        int required,
        String requestedBy,
        long requestedAt,
        long expiresAt) {
    /** As written. PENDING and GRANTED expire by time. */
    enum State {
        PENDING,
        GRANTED,
        REJECTED,
        VOID
    }

    static final Table<Approval> APPROVALS = Table.<Approval>state("approval")
            .key(1, "approval", BLOB, row -> row.uid().bytes())
            .column(2, "version", BLOB, row -> row.version().bytes())
            .column(3, "digest", BLOB, Approval::digest)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "state", TEXT, row -> row.state().name())
            .column(6, "required", INTEGER, row -> (long) row.required())
            .column(7, "requested_by", TEXT, Approval::requestedBy)
            .column(8, "requested_at", INTEGER, Approval::requestedAt)
            .column(9, "expires_at", INTEGER, Approval::expiresAt)
            .index("ofVersion", "version")
            .reads(row -> new Approval(
                    row.uid("approval"),
                    row.uid("version"),
                    row.bytes("digest"),
                    (int) row.integer("scope"),
                    State.valueOf(row.text("state")),
                    (int) row.integer("required"),
                    row.text("requested_by"),
                    row.integer("requested_at"),
                    row.integer("expires_at")));

    static final Index<Approval> OF_VERSION = APPROVALS.index("ofVersion");

    Node node() {
        return Node.of(Kind.APPROVAL, uid);
    }

    boolean isExpired(long nowMicros) {
        return nowMicros >= expiresAt;
    }

    /** The state people see: a pending or granted one past its time is {@code EXPIRED}. */
    String stateAt(long nowMicros) {
        return (state == State.PENDING || state == State.GRANTED) && isExpired(nowMicros) ? "EXPIRED" : state.name();
    }

    Approval inState(State next) {
        return new Approval(uid, version, digest, scope, next, required, requestedBy, requestedAt, expiresAt);
    }
}
