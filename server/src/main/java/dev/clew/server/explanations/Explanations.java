package dev.clew.server.explanations;

import dev.clew.explain.ExplainException;
import dev.clew.explain.attribution.ExplanationRecord;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Artifacts;
import dev.clew.server.ports.DecisionInputs;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.ports.Records;
import dev.clew.server.ports.Versions;
import dev.clew.server.vault.SealedRecords;
import dev.clew.server.vault.Vault;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Explanations of decisions. Thread-safe. One platform thread explains what was handed over after commits; what found the queue full is
 * counted as deferred and computed when somebody asks.
 */
public final class Explanations implements AutoCloseable {
    private static final int BATCH = 256;
    private static final String MEDIA_TYPE = "explanation/1";

    private final Journal journal;
    private final Vault vault;
    private final DecisionInputs inputs;
    private final Records records;
    private final ExplainableVersions versions;
    private final ExplanationsConfig config;
    private final InstantSource clock;
    private final BlockingQueue<DecisionInputs.Opened> queue;
    private final AtomicLong deferred = new AtomicLong();
    private final AtomicLong explained = new AtomicLong();

    /** Decisions in the queue that nobody has asked about. */
    private final Set<Uid> waiting = ConcurrentHashMap.newKeySet();

    /** Held from looking for a record to storing it. */
    private final ReentrantLock storing = new ReentrantLock();

    private final Thread thread;
    private volatile boolean closed;

    /** @param asRegistered whether the files of a version are still those it was registered with: no others decided */
    public Explanations(
            Journal journal,
            Vault vault,
            DecisionInputs inputs,
            Records records,
            Versions models,
            Artifacts artifacts,
            Predicate<Uid> asRegistered,
            ExplanationsConfig config,
            InstantSource clock) {
        this.journal = journal;
        this.vault = vault;
        this.inputs = inputs;
        this.records = records;
        this.versions = new ExplainableVersions(models, artifacts, asRegistered);
        this.config = config;
        this.clock = clock;
        this.queue = new ArrayBlockingQueue<>(config.maxQueued());
        this.thread = Thread.ofPlatform().name("explanations").daemon().start(this::run);
        inputs.afterCommit(this::take);
    }

    /** Decisions that found the queue full, since the start. */
    public long deferredCount() {
        return deferred.get();
    }

    /** Decisions explained right after their commit, since the start. */
    public long explainedCount() {
        return explained.get();
    }

    /** The newest explanation of a decision, if one is stored. */
    public Optional<Records.Stored> stored(Uid decision) {
        return records.about(decision).stream()
                .filter(record -> record.act() == Act.EXPLANATION_RECORD)
                .reduce((first, second) -> second);
    }

    /**
     * The explanation of a decision: the stored one, else computed now and stored.
     *
     * @throws ClewException ERASED when the decision's body is gone, INVALID_ARGUMENT when the version cannot be explained
     */
    public ExplanationView explain(Permit permit, Uid decision) {
        DecisionInputs.Opened opened = inputs.open(decision)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.ERASED,
                        "What went into decision %s was erased; only its proof is left.".formatted(decision.dashed())));
        Uid version = opened.version();
        if (version == null) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Decision %s names no model version, so there is nothing to explain it by."
                            .formatted(decision.dashed()));
        }
        var found = versions.of(version);
        Explainable model = found.model();
        if (model == null) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Decision %s cannot be explained: %s.".formatted(decision.dashed(), found.why()));
        }
        try {
            double[] row = model.encode(opened);
            ExplanationRecord now = model.explain(row);
            Kept kept = keep(permit, opened, now);
            return ExplanationView.of(
                    kept.id, kept.seq, opened, model, now, model.reasons(opened, now.attribution(), row));
        } catch (ExplainException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Decision %s cannot be explained: %s".formatted(decision.dashed(), e.getMessage()),
                    e);
        }
    }

    /** The record that holds an explanation; −1 where its number is not known yet. */
    private record Kept(Uid id, long seq) {}

    /** Finds the record of this explanation or makes it: one record, however many ask at once or right after the decision. */
    private Kept keep(Permit permit, DecisionInputs.Opened decision, ExplanationRecord now) {
        Optional<Kept> before = kept(decision.id(), now);
        if (before.isPresent()) {
            return before.get();
        }
        storing.lock();
        try {
            Kept kept = kept(decision.id(), now).orElseGet(() -> new Kept(store(permit, decision, now), -1));
            waiting.remove(decision.id());
            return kept;
        } finally {
            storing.unlock();
        }
    }

    private Optional<Kept> kept(Uid decision, ExplanationRecord now) {
        return stored(decision)
                .filter(record -> isEqual(record, now))
                .map(record -> new Kept(record.id(), record.seq()));
    }

    /** A stored explanation, for the person; as its bytes when it cannot be computed again to be put in words. */
    public Optional<Object> show(PersonalData.Item item) {
        if (!item.kind().equals(Act.EXPLANATION_RECORD.text())) {
            return Optional.empty();
        }
        return records.find(item.id()).flatMap(stored -> {
            Optional<Object> words = again(stored).map(view -> view);
            return words.isPresent() ? words : bytes(stored);
        });
    }

    private Optional<ExplanationView> again(Records.Stored stored) {
        return inputs.open(Objects.requireNonNull(stored.target(), "an explanation names its decision"))
                .flatMap(decision -> {
                    Uid version = decision.version();
                    Explainable model =
                            version == null ? null : versions.of(version).model();
                    return model == null ? Optional.empty() : again(stored, decision, model);
                });
    }

    private Optional<ExplanationView> again(Records.Stored stored, DecisionInputs.Opened decision, Explainable model) {
        try {
            double[] row = model.encode(decision);
            ExplanationRecord now = model.explain(row);
            return isEqual(stored, now)
                    ? Optional.of(ExplanationView.of(
                            stored.id(),
                            stored.seq(),
                            decision,
                            model,
                            now,
                            model.reasons(decision, now.attribution(), row)))
                    : Optional.empty();
        } catch (ExplainException e) {
            return Optional.empty();
        }
    }

    private Optional<Object> bytes(Records.Stored stored) {
        return SealedRecords.open(vault, stored.submission(), stored.keyId(), stored.body())
                .map(body -> Map.of(
                        "decision",
                        Objects.requireNonNull(stored.target()).dashed(),
                        MEDIA_TYPE,
                        Base64.getEncoder().encodeToString(body)));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(List<DecisionInputs.Opened> decisions) {
        for (DecisionInputs.Opened decision : decisions) {
            if (decision.version() != null && config.isDue(decision.outcome())) {
                waiting.add(decision.id());
                if (!queue.offer(decision)) {
                    waiting.remove(decision.id());
                    deferred.incrementAndGet();
                }
            }
        }
    }

    private void run() {
        var batch = new ArrayList<DecisionInputs.Opened>(BATCH);
        while (!closed) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                storing.lockInterruptibly();
                try {
                    explainAll(batch);
                } finally {
                    storing.unlock();
                }
            } catch (InterruptedException e) {
                return;
            } catch (ClewException e) {
                deferred.addAndGet(batch.size());
            }
            batch.clear();
        }
    }

    private void explainAll(List<DecisionInputs.Opened> decisions) {
        Map<Integer, List<HotRecord>> byScope = new HashMap<>();
        for (DecisionInputs.Opened decision : decisions) {
            if (!waiting.remove(decision.id())) {
                continue; // Somebody asked before, who has stored it.
            }
            Explainable model =
                    versions.of(Objects.requireNonNull(decision.version())).model();
            if (model == null) {
                deferred.incrementAndGet();
                continue;
            }
            try {
                ExplanationRecord record = model.explain(model.encode(decision));
                seal(Permit.system(Permission.EXPLANATION_COMPUTE, decision.scope()), decision, record)
                        .ifPresent(hot -> byScope.computeIfAbsent(decision.scope(), _ -> new ArrayList<>())
                                .add(hot));
            } catch (ExplainException e) {
                deferred.incrementAndGet();
            }
        }
        byScope.forEach((scope, hot) -> {
            journal.write(Permit.system(Permission.EXPLANATION_COMPUTE, scope), new Append(hot));
            explained.addAndGet(hot.size());
        });
    }

    private Uid store(Permit permit, DecisionInputs.Opened decision, ExplanationRecord record) {
        HotRecord hot = seal(permit, decision, record)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.ERASED,
                        "Decision %s was erased meanwhile."
                                .formatted(decision.id().dashed())));
        journal.write(permit, new Append(List.of(hot)));
        return hot.id();
    }

    private Optional<HotRecord> seal(Permit permit, DecisionInputs.Opened decision, ExplanationRecord record) {
        Uid id = Uid.next(clock.millis());
        return vault.sealForKey(decision.keyId(), MEDIA_TYPE, record.toBytes())
                .map(closed -> SealedRecords.record(
                        id,
                        Act.EXPLANATION_RECORD,
                        new SealedRecords.Sender(permit.who(), permit.onBehalfOf(), decision.scope()),
                        new SealedRecords.Names(Rel.EXPLAINS, Node.of(Kind.DECISION, decision.id())),
                        closed,
                        decision.id(),
                        null,
                        HexFormat.of().parseHex(record.resultDigest())));
    }

    /** Whether the stored explanation is the same result, byte for byte. */
    private boolean isEqual(Records.Stored stored, ExplanationRecord now) {
        return SealedRecords.open(vault, stored.submission(), stored.keyId(), stored.body())
                .filter(bytes -> Arrays.equals(bytes, now.toBytes()))
                .isPresent();
    }

    /** Appends explanation records. */
    private record Append(List<HotRecord> hot) implements Command<Integer> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            return Decision.records(hot.size(), hot);
        }
    }
}
