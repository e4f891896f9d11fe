package dev.clew.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What clients sent between two kills, and what they were told before the second: written down before a request goes out and after its
 * answer came in. Thread-safe.
 */
final class Acknowledgements {
    /** An entry that a client was told of. */
    record Entry(long seq, String leafHash) {}

    /** A decision as it was acknowledged. */
    record Decision(String id, String digest) {}

    /** Writes to one run, each under a name of its own. */
    static final class Run {
        final Set<String> sent = ConcurrentHashMap.newKeySet();
        final Set<String> told = ConcurrentHashMap.newKeySet();
    }

    /** Feedback on one decision, each with a value of its own. */
    static final class Feedback {
        final Set<String> sent = ConcurrentHashMap.newKeySet();
        final Set<String> told = ConcurrentHashMap.newKeySet();
    }

    /** What a client knows of an erasure: each step is set before it is asked for, or after it was answered. */
    static final class Erasure {
        final String decision;
        volatile @Nullable String id;
        volatile boolean executing;
        volatile boolean accepted;
        volatile boolean verified;

        Erasure(String decision) {
            this.decision = decision;
        }
    }

    final Map<String, Run> runs = new ConcurrentHashMap<>();
    final AtomicInteger runsAsked = new AtomicInteger();
    final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    final Set<String> decisionsSent = ConcurrentHashMap.newKeySet();
    final Map<String, Decision> decisions = new ConcurrentHashMap<>();

    /** Digests of acknowledged records, decisions and feedback, by plain id. */
    final Map<String, String> records = new ConcurrentHashMap<>();

    final Map<String, Feedback> feedback = new ConcurrentHashMap<>();
    final Queue<Erasure> erasures = new ConcurrentLinkedQueue<>();
    final Queue<byte[]> proofs = new ConcurrentLinkedQueue<>();
    final Queue<byte[]> checkpoints = new ConcurrentLinkedQueue<>();

    /** Answers that a client must not get whatever happens, in words. */
    final Queue<String> unexpected = new ConcurrentLinkedQueue<>();

    final AtomicInteger backups = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    private final List<Decision> some = new ArrayList<>();

    void told(String clientId, Decision decision) {
        decisions.put(clientId, decision);
        records.put(decision.id().replace("-", ""), decision.digest());
        synchronized (some) {
            some.add(decision);
        }
    }

    /** One of the acknowledged decisions, at random. */
    @Nullable
    Decision any() {
        synchronized (some) {
            return some.isEmpty() ? null : some.get(ThreadLocalRandom.current().nextInt(some.size()));
        }
    }

    /** Everything acknowledged, each decision and each entry once. */
    long count() {
        return runs.values().stream().mapToLong(run -> run.told.size() + 1).sum()
                + decisions.size()
                + feedback.values().stream().mapToLong(each -> each.told.size()).sum()
                + erasures.stream().filter(each -> each.id != null).count();
    }
}
