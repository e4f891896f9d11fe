package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.DecisionInputs;
import dev.clew.server.ports.Deployments;
import dev.clew.server.ports.Records;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Database;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decisions: ingest, reading, lists. Thread-safe. Ingest parses, resolves, seals and submits on the caller's thread; an answer means
 * durable.
 */
public final class Decisions implements DecisionInputs {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
    private static final long MAX_WAIT_SECONDS = 5;

    private final Vault vault;
    private final Records records;
    private final Deployments deployments;
    private final Versions versions;
    private final Schemas schemas;
    private final Ingest ingest;
    private final RecentDecisions recent = new RecentDecisions();
    private volatile CompletableFuture<Boolean> remembered = CompletableFuture.completedFuture(true);
    private final List<Consumer<List<Opened>>> consumers = new CopyOnWriteArrayList<>();
    private final InstantSource clock;

    /** What a request's items became. */
    public record Accepted(List<ItemStatus> items, boolean single) {}

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(Schema.SCHEMAS);
    }

    public Decisions(
            Journal journal,
            Database database,
            Vault vault,
            Records records,
            Deployments deployments,
            Versions versions,
            InstantSource clock,
            DecisionsConfig config) {
        this.vault = vault;
        this.records = records;
        this.deployments = deployments;
        this.versions = versions;
        this.clock = clock;
        this.schemas = new Schemas(journal, database);
        this.ingest = new Ingest(
                journal,
                vault,
                new Resolver(deployments, versions),
                schemas,
                clock,
                config.late().toNanos() / 1_000);
    }

    /** Records what a body holds: one decision, an array or NDJSON; at most 4 096. */
    public Accepted ingest(Permit permit, String namespace, int workspace, int project, InputStream body)
            throws IOException {
        var parsed = DecisionParser.parse(body);
        var outcome = ingest.ingest(new Ingest.Sender(permit, namespace, workspace, project), parsed.items());
        handOver(outcome.opened());
        return new Accepted(outcome.statuses(), parsed.single());
    }

    /** Declares the features of a model version's decisions, with their tags. */
    public Receipt<Schema> declareSchema(
            Permit permit,
            int workspace,
            int project,
            String model,
            String version,
            List<Schema.Feature> features,
            List<String> classes) {
        var found = versions.find(workspace, model, version)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND,
                        "Model %s has no version or alias %s; register the version first.".formatted(model, version)));
        return schemas.declare(permit, found.uid(), project, features, classes, Uid.next(clock.millis()));
    }

    /** The schema by which a version's decisions are stored, if one was declared. */
    public Optional<Schema> schemaOf(Uid version) {
        return schemas.declaredFor(version).map(Schemas.Indexed::schema);
    }

    /** A decision by its id or, in the project, by the client's own. */
    public Optional<Records.Stored> find(String namespace, int project, String idOrClientId) {
        try {
            var found = records.find(Uid.parse(idOrClientId)).filter(Decisions::isDecision);
            if (found.isPresent()) {
                return found;
            }
        } catch (IllegalArgumentException e) {
            // not one of our ids, so it may be a client's
        }
        return records.byClientId(namespace, project, idOrClientId)
                .flatMap(records::find)
                .filter(Decisions::isDecision);
    }

    /**
     * A stored decision as far as it may be read.
     *
     * @param masked leaves out what is personal
     * @param reveal adds client id and protected attributes; the caller has had the read recorded
     */
    public DecisionView view(Records.Stored record, boolean masked, boolean reveal) {
        Submission submission = Submission.decode(record.submission());
        Uid deployment = Openings.named(submission, Kind.DEPLOYMENT);
        Optional<DecisionContent> content = Openings.open(vault, record).map(DecisionContent::decode);
        Uid version = version(submission, content);
        return Views.of(
                record,
                submission,
                content,
                schema(version, content).map(Schemas.Indexed::schema),
                deployment == null ? Optional.empty() : deployments.byUid(deployment),
                version == null ? Optional.empty() : versions.byUid(version),
                reveal ? protectedAttributes(record.id()) : null,
                masked,
                reveal);
    }

    /** The newest decisions that match, newest first, below {@code before}. */
    public List<DecisionView.Summary> list(
            AuthorizedScope scope, DecisionFilter wanted, @Nullable Uid before, int limit) {
        var filter = filter(wanted);
        return recent().page(scope, filter, before, limit).stream()
                .map(this::summary)
                .toList();
    }

    private RecentDecisions.Filter filter(DecisionFilter wanted) {
        Set<Uid> of = null;
        if (wanted.model() != null) {
            if (wanted.version() == null) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT, "model needs version with it: a number or an alias.");
            }
            of = versions.find(wanted.workspace(), wanted.model(), wanted.version())
                    .map(v -> Set.of(v.uid()))
                    .orElse(Set.of());
        }
        return new RecentDecisions.Filter(
                of, wanted.deployment(), wanted.outcome(), micros(wanted.from()), micros(wanted.to()));
    }

    /**
     * Decisions per outcome over event time.
     *
     * @param newest whether these are counts of the newest {@value RecentDecisions#CAPACITY} decisions only, because there are more
     */
    public record Counts(List<Bucket> buckets, boolean newest) {}

    /** Decisions per outcome in {@code [from, from + bucket)}; those without one under the empty text. */
    public record Bucket(Instant from, Map<String, Long> outcomes) {}

    /** Counts decisions that match by outcome and bucket of event time; buckets begin at multiples of their length since 1970, UTC. */
    public Counts count(AuthorizedScope scope, DecisionFilter wanted, Duration bucket) {
        var filter = filter(wanted);
        var buckets = recent().count(scope, filter, bucket.toNanos() / 1_000).entrySet().stream()
                .map(each -> new Bucket(
                        Instant.EPOCH.plus(each.getKey(), ChronoUnit.MICROS),
                        Collections.unmodifiableMap(each.getValue())))
                .toList();
        return new Counts(buckets, recent.isFull());
    }

    /** Decisions per outcome. */
    public Map<String, Long> countByOutcome(AuthorizedScope scope) {
        var outcomes = new LinkedHashMap<String, Long>();
        var all = new RecentDecisions.Filter(null, null, null, null, null);
        recent().count(scope, all, Long.MAX_VALUE)
                .values()
                .forEach(bucket -> bucket.forEach((name, count) -> outcomes.merge(name, count, Long::sum)));
        return outcomes;
    }

    long countOf(@Nullable Uid deployment, @Nullable Uid version, AuthorizedScope scope) {
        return recent().count(deployment, version, scope);
    }

    List<RecentDecisions.Fact> newestOf(
            @Nullable Uid deployment, @Nullable Uid version, AuthorizedScope scope, int limit) {
        var filter = new RecentDecisions.Filter(version == null ? null : Set.of(version), deployment, null, null, null);
        return recent().page(scope, filter, null, limit);
    }

    /**
     * Reads the newest stored decisions into lists, on a thread of its own; lists wait for it, nothing else does. Closing ends the reading,
     * done or not.
     */
    public AutoCloseable rememberStored(RecordStore store) {
        var reading = new CompletableFuture<Boolean>();
        remembered = reading;
        var stopping = new AtomicBoolean();
        Thread thread = Thread.ofPlatform().name("decisions-load").start(() -> {
            try {
                store.forEachNewest(recent::isFull, record -> remember(record, stopping));
                reading.complete(true);
            } catch (RuntimeException e) {
                if (!stopping.get()) {
                    LOG.error("Stored decisions could not be read into lists", e);
                }
                reading.completeExceptionally(e);
            }
        });
        return () -> {
            stopping.set(true);
            thread.join();
        };
    }

    /** Takes a record found again into lists, if it is a decision that can still be opened. */
    private void remember(Records.Stored record, AtomicBoolean stopping) {
        if (stopping.get()) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The server is stopping; ask again after its start.");
        }
        if (record.act() == Act.DECISION_RECORD) {
            open(record).ifPresent(opened -> recent.add(List.of(opened)));
        }
    }

    private RecentDecisions recent() {
        try {
            remembered.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
            return recent;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unread(e);
        } catch (TimeoutException e) {
            throw unread(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClewException failure) {
                throw new ClewException(failure.code(), String.valueOf(failure.getMessage()), failure);
            }
            throw unread(e);
        }
    }

    private static ClewException unread(Exception cause) {
        return new ClewException(
                ErrorCode.UNAVAILABLE,
                "The stored decisions are still being read after a start; ask again shortly.",
                cause);
    }

    /** Takes what was erased out of lists, once a start has read them: what was opened before the erasure must not come after it. */
    void forget(Set<Uid> ids) {
        remembered.handle((whole, failure) -> true).join();
        recent.forget(ids);
    }

    @Override
    public Optional<Opened> open(Uid id) {
        return records.find(id).filter(Decisions::isDecision).flatMap(this::open);
    }

    Optional<Opened> open(Records.Stored record) {
        Submission submission = Submission.decode(record.submission());
        return Openings.open(vault, record).map(DecisionContent::decode).flatMap(content -> {
            Uid version = version(submission, Optional.of(content));
            return schema(version, Optional.of(content))
                    .map(schema -> Openings.opened(
                            record.id(),
                            record.namespace(),
                            record.scope(),
                            record.keyId(),
                            Openings.named(submission, Kind.DEPLOYMENT),
                            version,
                            schema,
                            content));
        });
    }

    @Override
    public void afterCommit(Consumer<List<Opened>> consumer) {
        consumers.add(consumer);
    }

    private void handOver(List<Opened> opened) {
        if (opened.isEmpty()) {
            return;
        }
        recent.add(opened);
        for (Consumer<List<Opened>> consumer : consumers) {
            consumer.accept(opened);
        }
    }

    private @Nullable Uid version(Submission submission, Optional<DecisionContent> content) {
        Uid resolved = content.map(DecisionContent::version).orElse(null);
        if (resolved != null) {
            return resolved;
        }
        Uid named = Openings.named(submission, Kind.MODEL_VERSION);
        if (named != null) {
            return named;
        }
        Uid deployment = Openings.named(submission, Kind.DEPLOYMENT);
        return deployment == null
                ? null
                : deployments
                        .byUid(deployment)
                        .map(Deployments.Serving::version)
                        .orElse(null);
    }

    private Optional<Schemas.Indexed> schema(@Nullable Uid version, Optional<DecisionContent> content) {
        Uid own = content.map(DecisionContent::schema).orElse(null);
        return own != null ? schemas.byUid(own) : schemas.declaredFor(version);
    }

    private Map<String, Object> protectedAttributes(Uid decision) {
        var all = new LinkedHashMap<String, Object>();
        for (Records.Stored record : records.about(decision)) {
            if (record.act() == Act.DECISION_ATTRIBUTES) {
                Openings.open(vault, record).ifPresent(body -> all.putAll(Openings.attributes(FieldMap.read(body))));
            }
        }
        return all;
    }

    private DecisionView.Summary summary(RecentDecisions.Fact fact) {
        var version = fact.version() == null ? Optional.<Versions.Version>empty() : versions.byUid(fact.version());
        return new DecisionView.Summary(
                fact.id().dashed(),
                Instant.EPOCH.plus(fact.eventMicros(), ChronoUnit.MICROS),
                fact.deployment() == null ? null : fact.deployment().dashed(),
                version.map(Versions.Version::modelName).orElse(null),
                version.map(Versions.Version::number).orElse(null),
                fact.outcome(),
                fact.score());
    }

    /** Record digest in hexadecimal, as receipts print it. */
    static String digest(Records.Stored record) {
        return HexFormat.of().formatHex(SealedRecords.digest(record.submission()));
    }

    private static boolean isDecision(Records.Stored record) {
        return record.act() == Act.DECISION_RECORD || record.act() == Act.DECISION_CONFLICT;
    }

    private static @Nullable Long micros(@Nullable Instant instant) {
        return instant == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
