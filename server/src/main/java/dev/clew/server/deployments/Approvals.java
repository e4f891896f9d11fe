package dev.clew.server.deployments;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.State;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Contributors;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Requests that a version may serve, and the votes on them. Thread-safe; reads go to the database. */
public final class Approvals implements dev.clew.server.ports.Approvals {
    private static final int MAX_REQUIRED = 5;

    private final Journal journal;
    private final DeploymentStore store;
    private final Versions versions;
    private final Contributors contributors;
    private final Policies policies;
    private final Deployments.Reasons reasons;
    private final Predicate<Uid> asRegistered;
    private final Deployments.Settled files;
    private final Supplier<Duties> duties;
    private final UnaryOperator<String> names;
    private final InstantSource clock;

    /**
     * @param asRegistered whether the files of a version are still those it was registered with
     * @param files keeps them so until what rests on that is written
     * @param names what people call a principal
     */
    public Approvals(
            Journal journal,
            Database database,
            Versions versions,
            Contributors contributors,
            Policies policies,
            Deployments.Reasons reasons,
            Predicate<Uid> asRegistered,
            Deployments.Settled files,
            Supplier<Duties> duties,
            UnaryOperator<String> names,
            InstantSource clock) {
        this.journal = journal;
        this.store = new DeploymentStore(database);
        this.versions = versions;
        this.contributors = contributors;
        this.policies = policies;
        this.reasons = reasons;
        this.asRegistered = asRegistered;
        this.files = files;
        this.duties = duties;
        this.names = names;
        this.clock = clock;
    }

    /** Asks for one or more grants of a version, bound to its digest as it is now. */
    public Receipt<ApprovalView> request(
            Permit permit, int workspace, String model, String versionOrAlias, long required, Reason reason) {
        if (required < 1 || required > MAX_REQUIRED) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "required must be 1 to %d, not %d.".formatted(MAX_REQUIRED, required));
        }
        var version = versions.find(workspace, model, versionOrAlias)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND,
                        "Model %s has no version or alias %s; register the version first."
                                .formatted(model, versionOrAlias)));
        requireAsRegistered(version.uid());
        var receipt = journal.write(
                permit,
                new ApprovalCommand.Request(
                        Uid.next(clock.millis()),
                        version.uid(),
                        Math.toIntExact(required),
                        permit.who(),
                        sealed(version.scope(), reason),
                        versions));
        return new Receipt<>(view(receipt.answer()), receipt.entries());
    }

    /** Grants or rejects, with a reason. */
    public Receipt<ApprovalView> vote(Permit permit, Uid uid, boolean grant, Reason reason) {
        Approval found = require(uid);
        var receipt = files.during(() -> {
            if (grant) {
                requireAsRegistered(found.version());
            }
            return journal.write(
                    permit,
                    new ApprovalCommand.CastVote(
                            uid,
                            found.version(),
                            grant,
                            permit.who(),
                            duties.get(),
                            sealed(found.scope(), reason),
                            versions,
                            contributors));
        });
        return new Receipt<>(view(receipt.answer()), receipt.entries());
    }

    /** Takes back one's own request, granted or not. */
    public Receipt<ApprovalView> withdraw(Permit permit, Uid uid, Reason reason) {
        Approval found = require(uid);
        var receipt =
                journal.write(permit, new ApprovalCommand.Withdraw(uid, permit.who(), sealed(found.scope(), reason)));
        return new Receipt<>(view(receipt.answer()), receipt.entries());
    }

    /** Whose request it is and where it was made. */
    public record Owned(int scope, String requestedBy) {}

    public Optional<Owned> owned(Uid uid) {
        return store.approval(uid).map(row -> new Owned(row.scope(), row.requestedBy()));
    }

    public Optional<ApprovalView> get(Uid uid) {
        return store.approval(uid).map(this::view);
    }

    /** Newest first; {@code state} as written (an expired one is still PENDING or GRANTED there). */
    public List<ApprovalView> list(
            AuthorizedScope scope, @Nullable Uid version, @Nullable String state, Cursor cursor, int limit) {
        Approval.State wanted = null;
        if (state != null) {
            try {
                wanted = Approval.State.valueOf(state);
            } catch (IllegalArgumentException e) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "state \"%s\" is unknown; use one of %s."
                                .formatted(state, Arrays.toString(Approval.State.values())),
                        e);
            }
        }
        var rows = store.approvalPage(scope, version, wanted, cursor, limit);
        var votes = store.votes(rows.stream().map(Approval::uid).toList());
        return rows.stream().map(row -> view(row, votes)).toList();
    }

    @Override
    public boolean isProtectedAlias(int workspace, String model, String alias) {
        return policies.isProtected(model, alias);
    }

    @Override
    public Needs needs(Uid version) {
        return DeploymentCommand.Covering.needs(version).and(versions.needs(version));
    }

    @Override
    public Optional<Granted> read(State state, Uid version, byte[] digest, long nowMicros) {
        return versions.read(state, version)
                .filter(found -> Arrays.equals(found.digest(), digest))
                .flatMap(found -> DeploymentCommand.Covering.find(state, found, nowMicros))
                .map(covering -> new Granted(
                        covering.approval().uid(), covering.grantedBy().getFirst()));
    }

    /** Rows with their views, for descriptions. 2 statements and one per distinct version. */
    Map<Approval, ApprovalView> describe(Collection<Uid> uids) {
        var rows = store.approvals(uids);
        var votes = store.votes(uids);
        var all = new LinkedHashMap<Approval, ApprovalView>();
        rows.forEach(row -> all.put(row, view(row, votes)));
        return all;
    }

    private ApprovalView view(Approval row) {
        return view(row, store.votes(List.of(row.uid())));
    }

    private ApprovalView view(Approval row, List<Vote> votes) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        return ApprovalView.of(
                row,
                votes.stream().filter(vote -> vote.approval().equals(row.uid())).toList(),
                versions.byUid(row.version()),
                now,
                names);
    }

    private void requireAsRegistered(Uid version) {
        Deployments.requireAsRegistered(asRegistered, versions, version);
    }

    private Approval require(Uid uid) {
        return store.approval(uid)
                .orElseThrow(() ->
                        new ClewException(ErrorCode.NOT_FOUND, "There is no approval %s.".formatted(uid.dashed())));
    }

    private Body sealed(int scope, Reason reason) {
        if (reason.text().isBlank()) {
            throw new ClewException(
                    ErrorCode.JUSTIFICATION_REQUIRED,
                    "An approval needs a reason; say why in reason.text or X-Clew-Reason.");
        }
        return reasons.seal(scope, reason.text());
    }
}
