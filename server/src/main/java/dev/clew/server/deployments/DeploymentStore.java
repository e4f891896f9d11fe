package dev.clew.server.deployments;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Domain;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads of endpoints, deployments, approvals and votes. */
final class DeploymentStore {
    private static final String DEPLOYMENT =
            "deployment, endpoint, version, scope, state, requested_by, why, previous, approval, config, self_approved, requested_at, live_from, ended_at";
    private static final String APPROVAL =
            "approval, version, digest, scope, state, required, requested_by, requested_at, expires_at";

    private final Database database;

    DeploymentStore(Database database) {
        this.database = database;
    }

    Optional<Endpoint> endpoint(int scope, String name) {
        return database.read(sql -> sql.query(
                        "SELECT endpoint, scope, name, tier, created_at FROM endpoint WHERE scope = :scope AND name = :name")
                .bind("scope", (long) scope)
                .bind("name", name)
                .first(Endpoint.ENDPOINTS::read));
    }

    /** At most 100 000, oldest first. */
    List<Endpoint> endpoints() {
        return database.read(
                sql -> sql.query("SELECT endpoint, scope, name, tier, created_at FROM endpoint ORDER BY created_at")
                        .list(Endpoint.ENDPOINTS::read));
    }

    List<Endpoint> endpoints(Collection<Uid> uids) {
        return database.read(
                sql -> sql.query("SELECT endpoint, scope, name, tier, created_at FROM endpoint WHERE endpoint %s"
                                .formatted(sql.dialect().inBlobs("uids")))
                        .blobs("uids", uids.stream().map(Uid::bytes).toList())
                        .list(Endpoint.ENDPOINTS::read));
    }

    Optional<Deployment> deployment(Uid uid) {
        return deployments(List.of(uid)).stream().findFirst();
    }

    List<Deployment> deployments(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM deployment WHERE deployment %s"
                        .formatted(DEPLOYMENT, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(Deployment.DEPLOYMENTS::read));
    }

    /** Every deployment that is or was live, for the face's memory; streamed. */
    List<Deployment> everLive() {
        return database.read(sql -> sql.query("SELECT %s FROM deployment WHERE live_from IS NOT NULL ORDER BY live_from"
                        .formatted(DEPLOYMENT))
                .list(Deployment.DEPLOYMENTS::read));
    }

    /** Newest first; continues below {@code before} (microseconds of request, then uid). */
    List<Deployment> page(
            AuthorizedScope scope, @Nullable Uid endpoint, @Nullable DeploymentState state, Cursor before, int limit) {
        return database.read(sql -> {
            Sql.Query query = sql.query("""
                    SELECT %s FROM deployment
                    WHERE scope %s %s %s AND (requested_at < :at OR (requested_at = :at AND deployment < :uid))
                    ORDER BY requested_at DESC, deployment DESC LIMIT :limit""".formatted(
                                    DEPLOYMENT,
                                    sql.dialect().inIntegers("scopes"),
                                    endpoint == null ? "" : "AND endpoint = :endpoint",
                                    state == null ? "" : "AND state = :state"))
                    .integers("scopes", scope.asLongs())
                    .bind("at", before.micros())
                    .bind("uid", before.uid())
                    .bind("limit", (long) limit);
            if (endpoint != null) {
                query.bind("endpoint", endpoint);
            }
            if (state != null) {
                query.bind("state", state.name());
            }
            return query.list(Deployment.DEPLOYMENTS::read);
        });
    }

    Optional<Approval> approval(Uid uid) {
        return approvals(List.of(uid)).stream().findFirst();
    }

    List<Approval> approvals(Collection<Uid> uids) {
        return database.read(sql -> sql.query("SELECT %s FROM approval WHERE approval %s"
                        .formatted(APPROVAL, sql.dialect().inBlobs("uids")))
                .blobs("uids", uids.stream().map(Uid::bytes).toList())
                .list(Approval.APPROVALS::read));
    }

    List<Approval> approvalPage(
            AuthorizedScope scope, @Nullable Uid version, Approval.@Nullable State state, Cursor before, int limit) {
        String owner = scope.owner();
        return database.read(sql -> {
            Sql.Query query = sql.query("""
                    SELECT %s FROM approval
                    WHERE scope %s %s %s %s AND (requested_at < :at OR (requested_at = :at AND approval < :uid))
                    ORDER BY requested_at DESC, approval DESC LIMIT :limit""".formatted(
                                    APPROVAL,
                                    sql.dialect().inIntegers("scopes"),
                                    version == null ? "" : "AND version = :version",
                                    state == null ? "" : "AND state = :state",
                                    owner == null ? "" : "AND requested_by = :owner"))
                    .integers("scopes", scope.about(Domain.LIFECYCLE))
                    .bind("at", before.micros())
                    .bind("uid", before.uid())
                    .bind("limit", (long) limit);
            if (version != null) {
                query.bind("version", version);
            }
            if (state != null) {
                query.bind("state", state.name());
            }
            if (owner != null) {
                query.bind("owner", owner);
            }
            return query.list(Approval.APPROVALS::read);
        });
    }

    List<Vote> votes(Collection<Uid> approvals) {
        return database.read(sql -> sql.query("""
                SELECT approval, voter, version, granted, self_approved, voted_at FROM approval_vote
                WHERE approval %s ORDER BY voted_at, voter""".formatted(sql.dialect().inBlobs("uids")))
                .blobs("uids", approvals.stream().map(Uid::bytes).toList())
                .list(Vote.VOTES::read));
    }
}
