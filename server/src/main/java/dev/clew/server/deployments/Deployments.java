package dev.clew.server.deployments;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What serves where, since when, by whom and why. Thread-safe. Keeps every deployment that is or was live in memory, in step with its
 * own receipts, so that a decision finds its deployment without a statement.
 */
public final class Deployments implements dev.clew.server.ports.Deployments {
    /** Names of endpoints: at most this many characters. */
    public static final int MAX_NAME = 250;

    private static final int MAX_CONFIG = 32_768;

    private final Journal journal;
    private final DeploymentStore store;
    private final Versions versions;
    private final Policies policies;
    private final Reasons reasons;
    private final Predicate<Uid> asRegistered;
    private final Settled files;
    private final Supplier<Duties> duties;
    private final UnaryOperator<String> names;
    private final InstantSource clock;
    private final Map<Uid, Serving> byUid = new ConcurrentHashMap<>();
    private final Map<Uid, List<Uid>> ofEndpoint = new ConcurrentHashMap<>();
    private final Map<EndpointName, Endpoint> endpoints = new ConcurrentHashMap<>();

    private record EndpointName(int scope, String name) {}

    /** Seals the text of a reason for the entry's body: {@code vault.salted}. */
    @FunctionalInterface
    public interface Reasons {
        Body seal(int scope, String text);
    }

    /** Lets no file of a run or logged model change while something is decided about them: {@code TrackedFiles.settled}. */
    @FunctionalInterface
    public interface Settled {
        <T> T during(Supplier<T> act);
    }

    /**
     * What to deploy where.
     *
     * @param versionOrAlias number or alias of the model
     * @param tier of an endpoint that does not exist yet
     * @param covered whether an approval is needed whatever policy says
     */
    public record Order(
            String endpoint,
            String model,
            String versionOrAlias,
            @Nullable String config,
            String tier,
            boolean live,
            boolean covered) {}

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(
                Endpoint.ENDPOINTS, Deployment.DEPLOYMENTS, Approval.APPROVALS, Vote.VOTES, PolicyCommand.POLICIES);
    }

    /**
     * @param asRegistered whether the files of a version are still those it was registered with
     * @param files keeps them so until what rests on that is written
     * @param names what people call a principal
     */
    public Deployments(
            Journal journal,
            Database database,
            Versions versions,
            Policies policies,
            Reasons reasons,
            Predicate<Uid> asRegistered,
            Settled files,
            Supplier<Duties> duties,
            UnaryOperator<String> names,
            InstantSource clock) {
        this.journal = journal;
        this.store = new DeploymentStore(database);
        this.versions = versions;
        this.policies = policies;
        this.reasons = reasons;
        this.asRegistered = asRegistered;
        this.files = files;
        this.duties = duties;
        this.names = names;
        this.clock = clock;
        store.endpoints().forEach(this::remember);
        store.everLive().forEach(this::remember);
    }

    /** Writes {@code policy.set} for every configured value that differs from the one in force. Called once at start. */
    public void recordPolicies(Permit permit) {
        long now = clock.millis();
        journal.write(
                permit,
                new PolicyCommand(
                        "policy.protected_aliases", Uid.next(now), String.join(",", policies.protectedAliases())));
        journal.write(
                permit,
                new PolicyCommand(
                        "policy.approval_needed",
                        Uid.next(now),
                        policies.approvalNeeded().text()));
    }

    /** Requests, checks, starts and, unless only started, makes live. */
    public Receipt<DeploymentView> start(Permit permit, int workspace, int project, Order order, Reason reason) {
        checkName(order.endpoint());
        if (order.config() != null && order.config().length() > MAX_CONFIG) {
            throw new ClewException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "config has more than %d characters; keep it elsewhere and name it here.".formatted(MAX_CONFIG));
        }
        if (!List.of("staging", "production", "high").contains(order.tier())) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "tier \"%s\" is unknown; use staging, production or high.".formatted(order.tier()));
        }
        Body body = sealed(project, reason);
        Uid uid = Uid.next(clock.millis());
        Uid newEndpoint = Uid.next(clock.millis());
        var receipt = files.during(() -> Resolving.write(journal, permit, () -> {
            var version = versions.find(workspace, order.model(), order.versionOrAlias())
                    .orElseThrow(() -> new ClewException(
                            ErrorCode.NOT_FOUND,
                            "Model %s has no version or alias %s; register the version first."
                                    .formatted(order.model(), order.versionOrAlias())));
            requireAsRegistered(version.uid());
            var endpoint = store.endpoint(project, order.endpoint());
            return new DeploymentCommand.Start(
                    uid,
                    project,
                    order.endpoint(),
                    endpoint.map(Endpoint::uid).orElse(newEndpoint),
                    endpoint.isPresent(),
                    order.tier(),
                    version.uid(),
                    order.config(),
                    order.live(),
                    order.covered(),
                    permit.who(),
                    reason.code(),
                    body,
                    duties.get(),
                    policies,
                    versions);
        }));
        return answered(receipt);
    }

    /** @param covered whether an approval is needed whatever policy says */
    public Receipt<DeploymentView> goLive(Permit permit, Uid uid, boolean covered, Reason reason) {
        var found = require(uid);
        return answered(whileAsRegistered(
                found.version(),
                () -> journal.write(
                        permit,
                        new DeploymentCommand.GoLive(
                                uid,
                                found.endpoint(),
                                found.version(),
                                covered,
                                permit.who(),
                                sealed(found.scope(), reason),
                                duties.get(),
                                policies,
                                versions))));
    }

    public Receipt<DeploymentView> fail(Permit permit, Uid uid, Reason reason) {
        var found = require(uid);
        return answered(journal.write(permit, new DeploymentCommand.Finish(uid, true, sealed(found.scope(), reason))));
    }

    public Receipt<DeploymentView> end(Permit permit, Uid uid, Reason reason) {
        var found = require(uid);
        return answered(journal.write(permit, new DeploymentCommand.Finish(uid, false, sealed(found.scope(), reason))));
    }

    /** Deploys {@code to}'s version again in the place of the live {@code from}. */
    public Receipt<DeploymentView> rollback(Permit permit, Uid from, Uid to, Reason reason) {
        var current = require(from);
        var target = require(to);
        return answered(whileAsRegistered(
                target.version(),
                () -> journal.write(
                        permit,
                        new DeploymentCommand.Rollback(
                                Uid.next(clock.millis()),
                                from,
                                to,
                                current.endpoint(),
                                permit.who(),
                                reason.code(),
                                sealed(current.scope(), reason),
                                duties.get(),
                                policies,
                                versions,
                                target.version()))));
    }

    /** The scope a deployment lies in, for the gate. */
    public Optional<Integer> scopeOf(Uid uid) {
        return store.deployment(uid).map(Deployment::scope);
    }

    public Optional<DeploymentView> get(Uid uid) {
        return store.deployment(uid).map(row -> views(List.of(row)).getFirst());
    }

    /** The deployment log, newest first. */
    public List<DeploymentView> list(
            AuthorizedScope scope,
            int project,
            @Nullable String endpoint,
            @Nullable DeploymentState state,
            Cursor cursor,
            int limit) {
        Uid endpointUid = null;
        if (endpoint != null) {
            var found = store.endpoint(project, endpoint);
            if (found.isEmpty()) {
                return List.of();
            }
            endpointUid = found.get().uid();
        }
        return views(store.page(scope, endpointUid, state, cursor, limit));
    }

    @Override
    public Optional<Serving> byUid(Uid deployment) {
        return Optional.ofNullable(byUid.get(deployment));
    }

    @Override
    public Optional<Serving> liveAt(int project, String endpoint, long micros) {
        Endpoint place = endpoints.get(new EndpointName(project, endpoint));
        if (place == null) {
            return Optional.empty();
        }
        return ofEndpoint.getOrDefault(place.uid(), List.of()).reversed().stream()
                .map(byUid::get)
                .filter(deployment -> deployment.isLiveAt(micros))
                .findFirst();
    }

    @Override
    public List<Serving> liveOf(Uid version) {
        return byUid.values().stream()
                .filter(deployment -> deployment.version().equals(version) && deployment.liveUntil() == Long.MAX_VALUE)
                .sorted(Comparator.comparingLong(Serving::liveFrom))
                .toList();
    }

    List<DeploymentView> views(List<Deployment> rows) {
        var places = store.endpoints(
                rows.stream().map(Deployment::endpoint).distinct().toList());
        return rows.stream()
                .map(row -> DeploymentView.of(
                        row,
                        places.stream()
                                .filter(place -> place.uid().equals(row.endpoint()))
                                .findFirst(),
                        versions.byUid(row.version()),
                        names))
                .toList();
    }

    DeploymentStore store() {
        return store;
    }

    private Receipt<DeploymentView> answered(Receipt<List<Deployment>> receipt) {
        for (Deployment row : receipt.answer()) {
            if (ofEndpoint.get(row.endpoint()) == null) {
                store.endpoints(List.of(row.endpoint())).forEach(this::remember);
            }
            remember(row);
        }
        return new Receipt<>(views(List.of(receipt.answer().getFirst())).getFirst(), receipt.entries());
    }

    private void remember(Endpoint endpoint) {
        endpoints.put(new EndpointName(endpoint.scope(), endpoint.name()), endpoint);
        ofEndpoint.putIfAbsent(endpoint.uid(), List.of());
    }

    /** Rows older than what is remembered never win: a deployment only moves on. */
    private void remember(Deployment row) {
        Long from = row.liveFrom();
        if (from == null) {
            return;
        }
        String endpointName = endpoints.values().stream()
                .filter(endpoint -> endpoint.uid().equals(row.endpoint()))
                .map(Endpoint::name)
                .findFirst()
                .orElse("");
        var next = new Serving(
                row.uid(),
                row.endpoint(),
                endpointName,
                row.version(),
                row.scope(),
                from,
                row.endedAt() == null ? Long.MAX_VALUE : row.endedAt(),
                row.config());
        byUid.merge(row.uid(), next, (old, now) -> old.liveUntil() <= now.liveUntil() ? old : now);
        ofEndpoint.compute(row.endpoint(), (_, uids) -> {
            if (uids != null && uids.contains(row.uid())) {
                return uids;
            }
            var all = new ArrayList<>(uids == null ? List.<Uid>of() : uids);
            all.add(row.uid());
            return List.copyOf(all);
        });
    }

    private <T> T whileAsRegistered(Uid version, Supplier<T> act) {
        return files.during(() -> {
            requireAsRegistered(version);
            return act.get();
        });
    }

    private void requireAsRegistered(Uid version) {
        requireAsRegistered(asRegistered, versions, version);
    }

    /** An approval and a deployment say what a version is by its digest: they are of nothing when its files are others by now. */
    static void requireAsRegistered(Predicate<Uid> asRegistered, Versions versions, Uid version) {
        if (!asRegistered.test(version)) {
            throw new ClewException(
                    ErrorCode.WRONG_STATE,
                    "The files of %s are not those that it was registered with; register what lies there now as a new version."
                            .formatted(versions.byUid(version)
                                    .map(found -> found.modelName() + "/" + found.number())
                                    .orElse("the version")));
        }
    }

    private Deployment require(Uid uid) {
        return store.deployment(uid)
                .orElseThrow(() ->
                        new ClewException(ErrorCode.NOT_FOUND, "There is no deployment %s.".formatted(uid.dashed())));
    }

    private Body sealed(int scope, Reason reason) {
        if (reason.text().strip().length() < 10) {
            throw new ClewException(
                    ErrorCode.JUSTIFICATION_REQUIRED,
                    "A deployment needs a reason of at least 10 characters; say why in reason.text or X-Clew-Reason.");
        }
        return reasons.seal(scope, reason.text());
    }

    private static void checkName(String name) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "endpoint needs a name of 1 to %d characters.".formatted(MAX_NAME));
        }
    }
}
