package dev.clew.server.deployments;

import static dev.clew.server.deployments.Deployment.DEPLOYMENTS;
import static dev.clew.server.deployments.Deployment.OF_ENDPOINT_IN_STATE;
import static dev.clew.server.deployments.Endpoint.BY_NAME;
import static dev.clew.server.deployments.Endpoint.ENDPOINTS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Principals;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Versions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The life of a deployment. Every answer lists all rows it changed, so that the face can keep its memory equal to the tables. */
sealed interface DeploymentCommand extends Command<List<Deployment>> {
    /** How long a version that was live may be rolled back to without a new approval. */
    Duration ROLLBACK_WINDOW = Duration.ofDays(90);

    /**
     * Requests, checks and starts a deployment, and makes it live if asked: request, check, start, live and the predecessor's end are
     * adjacent entries of one command.
     *
     * @param endpoint uid found for the name, or the one to create it with
     * @param tier of an endpoint to be created
     * @param covered whether who deploys may do so under an approval only, whatever policy says
     */
    record Start(
            Uid uid,
            int scope,
            String endpointName,
            Uid endpoint,
            boolean endpointExists,
            String tier,
            Uid version,
            @Nullable String config,
            boolean live,
            boolean covered,
            String who,
            Reason.Code why,
            Body reason,
            Duties duties,
            Policies policies,
            Versions versions)
            implements DeploymentCommand {
        @Override
        public Needs needs() {
            return Needs.of(BY_NAME, (long) scope, endpointName)
                    .and(ENDPOINTS, Key.of(endpoint))
                    .and(DEPLOYMENTS, Key.of(uid))
                    .and(OF_ENDPOINT_IN_STATE, endpoint, DeploymentState.LIVE.name())
                    .and(versions.needs(version))
                    .and(Covering.needs(version));
        }

        @Override
        public Decision<List<Deployment>> decide(State state, Moment now) {
            Optional<Endpoint> found = state.find(BY_NAME, (long) scope, endpointName);
            if (found.isPresent() != endpointExists
                    || found.filter(e -> !e.uid().equals(endpoint)).isPresent()) {
                return Decision.stale();
            }
            var target = versions.read(state, version);
            if (target.isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND, "There is no model version %s to deploy.".formatted(version));
            }
            Endpoint place = found.orElseGet(() -> new Endpoint(endpoint, scope, endpointName, tier, now.micros()));
            Optional<Covering> covering = Covering.find(state, target.get(), now.micros());
            if ((covered || place.needsApproval(policies)) && covering.isEmpty()) {
                return Decision.refuse(
                        ErrorCode.APPROVAL_REQUIRED,
                        "%s/%d may not be deployed to %s: policy or your role asks for an approval and none that is granted, unexpired and of this digest exists. Ask for one with POST /api/clew/v1/approvals."
                                .formatted(
                                        target.get().modelName(), target.get().number(), endpointName));
            }
            boolean self =
                    covering.filter(granted -> granted.isGrantedBy(who, duties)).isPresent();
            if (place.tier().equals("high") && self && !duties.solo()) {
                return approvedByDeployer(place);
            }
            Optional<Deployment> before =
                    state.all(OF_ENDPOINT_IN_STATE, endpoint, DeploymentState.LIVE.name()).stream()
                            .findFirst();
            var requested = new Deployment(
                    uid,
                    endpoint,
                    version,
                    scope,
                    DeploymentState.REQUESTED,
                    who,
                    why.text(),
                    before.map(Deployment::uid).orElse(null),
                    covering.map(c -> c.approval().uid()).orElse(null),
                    config,
                    self,
                    now.micros(),
                    null,
                    null);
            var changes = new ArrayList<Change>();
            if (!endpointExists) {
                changes.add(Change.of(Act.ENDPOINT_CREATE, place.node())
                        .scope(scope)
                        .put(ENDPOINTS, place)
                        .name(place.node(), endpointName));
            }
            Change request = change(Act.DEPLOY_REQUEST, requested)
                    .link(
                            Rel.OF,
                            Node.of(Kind.MODEL_VERSION, version),
                            target.get().digest())
                    .link(Rel.VERSION_OF, place.node())
                    .link(Rel.ACTED, Principals.node(who))
                    .name(
                            requested.node(),
                            "%s/%d at %s"
                                    .formatted(
                                            target.get().modelName(),
                                            target.get().number(),
                                            endpointName))
                    .why(why)
                    .body(reason);
            covering.ifPresent(c ->
                    request.link(Rel.APPROVED, c.approval().node(), c.approval().digest()));
            before.ifPresent(b -> request.link(Rel.SUPERSEDES, b.node()));
            changes.add(request);
            changes.add(change(Act.DEPLOY_CHECK, requested.inState(DeploymentState.CHECKED)));
            Deployment started = requested.inState(DeploymentState.DEPLOYING);
            changes.add(change(Act.DEPLOY_START, started));
            if (!live) {
                return Decision.of(List.of(started), changes);
            }
            return goLive(changes, started, before, now);
        }
    }

    /**
     * The started deployment answers from now on; what served before is superseded. What it was started under must hold still: the
     * version, and the approval where policy, its start or the caller's role rested on one.
     *
     * @param covered whether who lets it go live may do so under an approval only, whatever policy says
     */
    record GoLive(
            Uid uid,
            Uid endpoint,
            Uid version,
            boolean covered,
            String who,
            Body reason,
            Duties duties,
            Policies policies,
            Versions versions)
            implements DeploymentCommand {
        @Override
        public Needs needs() {
            return Needs.of(DEPLOYMENTS, Key.of(uid))
                    .and(ENDPOINTS, Key.of(endpoint))
                    .and(OF_ENDPOINT_IN_STATE, endpoint, DeploymentState.LIVE.name())
                    .and(versions.needs(version))
                    .and(Covering.needs(version));
        }

        @Override
        public Decision<List<Deployment>> decide(State state, Moment now) {
            var found = state.find(DEPLOYMENTS, Key.of(uid));
            var place = state.find(ENDPOINTS, Key.of(endpoint));
            if (found.isEmpty() || place.isEmpty()) {
                return unknown(uid);
            }
            if (found.get().state() != DeploymentState.DEPLOYING) {
                return wrongState(found.get(), "only a started one can go live");
            }
            var target = versions.read(state, version);
            if (target.isEmpty()) {
                return versionGone(uid);
            }
            Optional<Covering> covering = Covering.find(state, target.get(), now.micros());
            if (covering.isEmpty()
                    && (covered || found.get().approval() != null || place.get().needsApproval(policies))) {
                return Decision.refuse(
                        ErrorCode.APPROVAL_REQUIRED,
                        "Deployment %s may not go live: no approval of its version is granted and unexpired any more. Let it fail, ask for one with POST /api/clew/v1/approvals and deploy again."
                                .formatted(uid.dashed()));
            }
            if (place.get().tier().equals("high")
                    && !duties.solo()
                    && covering.filter(granted -> granted.isGrantedBy(who, duties))
                            .isPresent()) {
                return approvedByDeployer(place.get());
            }
            var before = state.all(OF_ENDPOINT_IN_STATE, endpoint, DeploymentState.LIVE.name()).stream()
                    .findFirst();
            return goLive(new ArrayList<>(), found.get(), before, now);
        }
    }

    /** The end of a deployment without a successor: it failed to start, or it is taken down. */
    record Finish(Uid uid, boolean failed, Body reason) implements DeploymentCommand {
        @Override
        public Needs needs() {
            return Needs.of(DEPLOYMENTS, Key.of(uid));
        }

        @Override
        public Decision<List<Deployment>> decide(State state, Moment now) {
            var found = state.find(DEPLOYMENTS, Key.of(uid));
            if (found.isEmpty()) {
                return unknown(uid);
            }
            if (found.get().state().isOver()) {
                return wrongState(found.get(), "it is over");
            }
            if (failed && found.get().state() == DeploymentState.LIVE) {
                return wrongState(found.get(), "end it, or roll it back; only one that is being started can fail");
            }
            Deployment next =
                    found.get().endedAs(failed ? DeploymentState.FAILED : DeploymentState.WITHDRAWN, now.micros());
            return Decision.of(
                    List.of(next),
                    change(failed ? Act.DEPLOY_FAIL : Act.DEPLOY_END, next).body(reason));
        }
    }

    /**
     * A new deployment of what served before; what serves now ends as rolled back. The earlier one needs no new approval, but the one
     * it had, where policy asks for one.
     */
    record Rollback(
            Uid uid,
            Uid from,
            Uid to,
            Uid endpoint,
            String who,
            Reason.Code why,
            Body reason,
            Duties duties,
            Policies policies,
            Versions versions,
            Uid version)
            implements DeploymentCommand {
        @Override
        public Needs needs() {
            return Needs.of(DEPLOYMENTS, Key.of(uid))
                    .and(DEPLOYMENTS, Key.of(from))
                    .and(DEPLOYMENTS, Key.of(to))
                    .and(ENDPOINTS, Key.of(endpoint))
                    .and(versions.needs(version))
                    .and(Covering.needs(version));
        }

        @Override
        public Decision<List<Deployment>> decide(State state, Moment now) {
            var current = state.find(DEPLOYMENTS, Key.of(from));
            var target = state.find(DEPLOYMENTS, Key.of(to));
            var place = state.find(ENDPOINTS, Key.of(endpoint));
            if (current.isEmpty() || place.isEmpty()) {
                return unknown(from);
            }
            if (target.isEmpty()) {
                return unknown(to);
            }
            if (current.get().state() != DeploymentState.LIVE) {
                return wrongState(current.get(), "only a live one can be rolled back");
            }
            Deployment earlier = target.get();
            if (!earlier.endpoint().equals(endpoint) || !earlier.version().equals(version)) {
                return Decision.refuse(
                        ErrorCode.INVALID_ARGUMENT,
                        "Deployment %s was not at %s; roll back to one that was."
                                .formatted(to.dashed(), place.get().name()));
            }
            Long wasLive = earlier.liveFrom();
            Long ended = earlier.endedAt();
            if (wasLive == null
                    || earlier.uid().equals(from)
                    || ended == null
                    || ended < now.micros() - ROLLBACK_WINDOW.toNanos() / 1_000) {
                return Decision.refuse(
                        ErrorCode.WRONG_STATE,
                        "Deployment %s was not live at %s in the last 90 days; deploy its version instead."
                                .formatted(to.dashed(), place.get().name()));
            }
            var content = versions.read(state, version);
            if (content.isEmpty()) {
                return versionGone(to);
            }
            if (earlier.approval() == null
                    && place.get().needsApproval(policies)
                    && Covering.find(state, content.get(), now.micros()).isEmpty()) {
                return Decision.refuse(
                        ErrorCode.APPROVAL_REQUIRED,
                        "Deployment %s had no approval and policy asks for one at %s by now; ask for one with POST /api/clew/v1/approvals and deploy its version."
                                .formatted(to.dashed(), place.get().name()));
            }
            if (earlier.approval() != null && Covering.isVoid(state, version, earlier.approval())) {
                return Decision.refuse(
                        ErrorCode.APPROVAL_REQUIRED,
                        "The approval of deployment %s was withdrawn; ask for a new one and deploy its version."
                                .formatted(to.dashed()));
            }
            var again = new Deployment(
                    uid,
                    endpoint,
                    version,
                    earlier.scope(),
                    DeploymentState.LIVE,
                    who,
                    why.text(),
                    from,
                    earlier.approval(),
                    earlier.config(),
                    duties.isAmong(who, Covering.grantors(state, version, earlier.approval())),
                    now.micros(),
                    now.micros(),
                    null);
            Change rollback = change(Act.DEPLOY_ROLLBACK, again)
                    .link(
                            Rel.OF,
                            Node.of(Kind.MODEL_VERSION, version),
                            content.get().digest())
                    .link(Rel.VERSION_OF, place.get().node())
                    .link(Rel.SUPERSEDES, current.get().node())
                    .link(Rel.ACTED, Principals.node(who))
                    .name(again.node(), "rollback at %s".formatted(place.get().name()))
                    .why(why)
                    .body(reason);
            if (earlier.approval() != null) {
                rollback.link(Rel.APPROVED, Node.of(Kind.APPROVAL, earlier.approval()));
            }
            Deployment rolledBack = current.get().endedAs(DeploymentState.ROLLED_BACK, now.micros());
            return Decision.of(List.of(again, rolledBack), rollback, change(Act.DEPLOY_END, rolledBack));
        }
    }

    private static Decision<List<Deployment>> goLive(
            List<Change> changes, Deployment started, Optional<Deployment> before, Moment now) {
        Deployment live = started.liveAt(now.micros());
        var rows = new ArrayList<Deployment>();
        rows.add(live);
        changes.add(change(Act.DEPLOY_LIVE, live));
        before.ifPresent(b -> {
            Deployment superseded = b.endedAs(DeploymentState.SUPERSEDED, now.micros());
            rows.add(superseded);
            changes.add(change(Act.DEPLOY_END, superseded));
        });
        return Decision.of(List.copyOf(rows), changes);
    }

    private static Change change(Act act, Deployment row) {
        return Change.of(act, row.node()).scope(row.scope()).put(DEPLOYMENTS, row);
    }

    private static Decision<List<Deployment>> unknown(Uid uid) {
        return Decision.refuse(ErrorCode.NOT_FOUND, "There is no deployment %s.".formatted(uid.dashed()));
    }

    private static Decision<List<Deployment>> wrongState(Deployment found, String because) {
        return Decision.refuse(
                ErrorCode.WRONG_STATE,
                "Deployment %s is %s; %s.".formatted(found.uid().dashed(), found.state(), because));
    }

    private static Decision<List<Deployment>> versionGone(Uid uid) {
        return Decision.refuse(
                ErrorCode.WRONG_STATE,
                "The version of deployment %s was deleted; deploy another one.".formatted(uid.dashed()));
    }

    private static Decision<List<Deployment>> approvedByDeployer(Endpoint place) {
        return Decision.refuse(
                ErrorCode.SEPARATION_OF_DUTIES,
                "%s is of tier high and you approved this version; somebody else has to deploy it."
                        .formatted(place.name()));
    }

    /** The approval that covers a version now, with those who granted it. */
    record Covering(Approval approval, List<String> grantedBy) {
        static Needs needs(Uid version) {
            return Needs.of(Approval.OF_VERSION, version).and(Vote.OF_VERSION, version);
        }

        static Optional<Covering> find(State state, Versions.Version version, long nowMicros) {
            byte[] digest = ApprovalDigest.of(version);
            return state.all(Approval.OF_VERSION, version.uid()).stream()
                    .filter(a -> a.state() == Approval.State.GRANTED
                            && !a.isExpired(nowMicros)
                            && Arrays.equals(a.digest(), digest))
                    .reduce((_, newest) -> newest)
                    .map(a -> new Covering(a, grantors(state, version.uid(), a.uid())));
        }

        boolean isGrantedBy(String who, Duties duties) {
            return duties.isAmong(who, grantedBy);
        }

        /** Who granted an approval; nobody for none. */
        static List<String> grantors(State state, Uid version, @Nullable Uid approval) {
            return state.all(Vote.OF_VERSION, version).stream()
                    .filter(vote -> vote.approval().equals(approval) && vote.granted())
                    .map(Vote::voter)
                    .toList();
        }

        static boolean isVoid(State state, Uid version, Uid approval) {
            return state.all(Approval.OF_VERSION, version).stream()
                    .anyMatch(a -> a.uid().equals(approval) && a.state() == Approval.State.VOID);
        }
    }
}
