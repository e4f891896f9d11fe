package dev.clew.server.deployments;

import static dev.clew.server.deployments.Approval.APPROVALS;
import static dev.clew.server.deployments.Approval.OF_VERSION;
import static dev.clew.server.deployments.Vote.OF_APPROVAL;
import static dev.clew.server.deployments.Vote.VOTES;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Principals;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Link;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Contributors;
import dev.clew.server.ports.Versions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Asking for, voting on and withdrawing approvals. */
sealed interface ApprovalCommand extends Command<Approval> {
    /** How long a request and what it granted hold. */
    Duration VALIDITY = Duration.ofDays(7);

    /** Binds a new request to the version as it is now. One open request per version and digest. */
    record Request(Uid uid, Uid version, int required, String who, Body reason, Versions versions)
            implements ApprovalCommand {
        @Override
        public Needs needs() {
            return Needs.of(APPROVALS, Key.of(uid)).and(OF_VERSION, version).and(versions.needs(version));
        }

        @Override
        public Decision<Approval> decide(State state, Moment now) {
            var target = versions.read(state, version);
            if (target.isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND,
                        "There is no model version %s to approve; register it first.".formatted(version));
            }
            byte[] digest = ApprovalDigest.of(target.get());
            for (Approval other : state.all(OF_VERSION, version)) {
                if (other.state() == Approval.State.PENDING
                        && !other.isExpired(now.micros())
                        && Arrays.equals(other.digest(), digest)) {
                    return Decision.refuse(
                            ErrorCode.ALREADY_EXISTS,
                            "Approval %s already asks for this version and waits for votes; vote on it, or withdraw it first."
                                    .formatted(other.uid().dashed()));
                }
            }
            var approval = new Approval(
                    uid,
                    version,
                    digest,
                    target.get().scope(),
                    Approval.State.PENDING,
                    required,
                    who,
                    now.micros(),
                    now.micros() + VALIDITY.toNanos() / 1_000);
            return Decision.of(
                    approval,
                    Change.of(Act.APPROVAL_REQUEST, approval.node())
                            .scope(approval.scope())
                            .put(APPROVALS, approval)
                            .link(Rel.ACTED, Principals.node(who))
                            .name(
                                    approval.node(),
                                    "approval of %s/%d"
                                            .formatted(
                                                    target.get().modelName(),
                                                    target.get().number()))
                            .body(reason));
        }
    }

    /**
     * One vote. Nobody votes on a request of his own or on work he contributed to, by whichever account, except in solo mode, where that
     * is recorded; service accounts never vote, and two accounts of one person have one vote. The state turns with the quorum of grants, or with the first rejection.
     */
    record CastVote(
            Uid approval,
            Uid version,
            boolean grant,
            String who,
            Duties duties,
            Body reason,
            Versions versions,
            Contributors contributors)
            implements ApprovalCommand {
        @Override
        public Needs needs() {
            return Needs.of(APPROVALS, Key.of(approval))
                    .and(OF_APPROVAL, approval)
                    .and(VOTES, Key.of(approval, who))
                    .and(versions.needs(version))
                    .and(contributors.needs(version));
        }

        @Override
        public Decision<Approval> decide(State state, Moment now) {
            var found = state.find(APPROVALS, Key.of(approval));
            if (found.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, "There is no approval %s.".formatted(approval.dashed()));
            }
            Approval request = found.get();
            if (request.state() != Approval.State.PENDING || request.isExpired(now.micros())) {
                return Decision.refuse(
                        ErrorCode.WRONG_STATE,
                        "Approval %s is %s and takes no more votes; ask for a new one."
                                .formatted(approval.dashed(), request.stateAt(now.micros())));
            }
            var target = versions.read(state, version);
            if (target.isEmpty() || !Arrays.equals(ApprovalDigest.of(target.get()), request.digest())) {
                return Decision.refuse(
                        ErrorCode.WRONG_STATE,
                        "The version changed after approval %s was asked for; withdraw it and ask for a new one."
                                .formatted(approval.dashed()));
            }
            if (Principals.isService(who)) {
                return Decision.refuse(
                        ErrorCode.SEPARATION_OF_DUTIES, "A service account cannot vote on approvals; a person has to.");
            }
            boolean own =
                    duties.isSame(who, request.requestedBy()) || duties.isAmong(who, contributors.read(state, version));
            if (own && !duties.solo()) {
                return Decision.refuse(
                        ErrorCode.SEPARATION_OF_DUTIES,
                        "Approval %s concerns your own work or your own request; somebody else has to vote on it."
                                .formatted(approval.dashed()));
            }
            List<Vote> votes = state.all(OF_APPROVAL, approval);
            if (votes.stream().anyMatch(vote -> duties.isSame(who, vote.voter()))) {
                return Decision.refuse(
                        ErrorCode.ALREADY_EXISTS,
                        "You have already voted on approval %s; a vote cannot be changed."
                                .formatted(approval.dashed()));
            }
            var vote = new Vote(approval, who, version, grant, own, now.micros());
            long grants = votes.stream().filter(Vote::granted).count() + (grant ? 1 : 0);
            Approval next = !grant
                    ? request.inState(Approval.State.REJECTED)
                    : grants >= request.required() ? request.inState(Approval.State.GRANTED) : request;
            Change change = Change.of(grant ? Act.APPROVAL_GRANT : Act.APPROVAL_REJECT, request.node())
                    .scope(request.scope())
                    .put(VOTES, vote)
                    .put(APPROVALS, next)
                    .link(Rel.ACTED, Principals.node(who))
                    .body(reason);
            if (next.state() == Approval.State.GRANTED) {
                change.link(
                        new Link(Node.of(Kind.MODEL_VERSION, version), Rel.APPROVED, request.node(), request.digest()));
            }
            return Decision.of(next, change);
        }
    }

    /** Withdrawal by the requester, while it is pending or granted. */
    record Withdraw(Uid approval, String who, Body reason) implements ApprovalCommand {
        @Override
        public Needs needs() {
            return Needs.of(APPROVALS, Key.of(approval));
        }

        @Override
        public Decision<Approval> decide(State state, Moment now) {
            var found = state.find(APPROVALS, Key.of(approval));
            if (found.isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, "There is no approval %s.".formatted(approval.dashed()));
            }
            Approval request = found.get();
            if (!request.requestedBy().equals(who)) {
                return Decision.refuse(
                        ErrorCode.FORBIDDEN,
                        "Only the requester can withdraw approval %s.".formatted(approval.dashed()));
            }
            return switch (request.state()) {
                case REJECTED, VOID ->
                    Decision.refuse(
                            ErrorCode.WRONG_STATE,
                            "Approval %s is already %s.".formatted(approval.dashed(), request.state()));
                case PENDING, GRANTED -> {
                    Approval next = request.inState(Approval.State.VOID);
                    yield Decision.of(
                            next,
                            Change.of(Act.APPROVAL_VOID, request.node())
                                    .scope(request.scope())
                                    .put(APPROVALS, next)
                                    .link(Rel.ACTED, Principals.node(who))
                                    .body(reason));
                }
            };
        }
    }
}
