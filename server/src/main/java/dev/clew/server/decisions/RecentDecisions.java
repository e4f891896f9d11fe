package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.DecisionInputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What lists, counts and filters need of the newest {@value #CAPACITY} decisions, hot or in segments, in memory by id. Holds no features,
 * no client ids, no subjects. Thread-safe.
 */
final class RecentDecisions {
    static final int CAPACITY = 1 << 17;

    /** One decision's open facts and result. */
    record Fact(
            Uid id,
            int scope,
            long eventMicros,
            @Nullable Uid deployment,
            @Nullable Uid version,
            @Nullable String outcome,
            @Nullable Double score) {}

    /** Which decisions; null means any. Times are event times in microseconds, {@code from} included, {@code to} not. */
    record Filter(
            @Nullable Set<Uid> versions,
            @Nullable Uid deployment,
            @Nullable String outcome,
            @Nullable Long from,
            @Nullable Long to) {
        boolean matches(Fact fact) {
            return (versions == null || fact.version() != null && versions.contains(fact.version()))
                    && (deployment == null || deployment.equals(fact.deployment()))
                    && (outcome == null || outcome.equals(fact.outcome()))
                    && (from == null || fact.eventMicros() >= from)
                    && (to == null || fact.eventMicros() < to);
        }
    }

    private static final int MAX_OUTCOMES = 256;

    private final TreeMap<Uid, Fact> facts = new TreeMap<>();

    /** One text for equal outcomes, of which there are few. */
    private final Map<String, String> outcomes = new HashMap<>();

    synchronized void add(List<DecisionInputs.Opened> decisions) {
        for (DecisionInputs.Opened one : decisions) {
            facts.put(
                    one.id(),
                    new Fact(
                            one.id(),
                            one.scope(),
                            one.eventMicros(),
                            one.deployment(),
                            one.version(),
                            shared(one.outcome()),
                            one.score()));
            if (facts.size() > CAPACITY) {
                facts.pollFirstEntry();
            }
        }
    }

    private @Nullable String shared(@Nullable String outcome) {
        if (outcome == null) {
            return null;
        }
        String known = outcomes.get(outcome);
        if (known == null && outcomes.size() < MAX_OUTCOMES) {
            outcomes.put(outcome, outcome);
        }
        return known == null ? outcome : known;
    }

    /** Whether older decisions had to make room for newer ones. */
    synchronized boolean isFull() {
        return facts.size() == CAPACITY;
    }

    /** Newest first, below {@code before}. */
    synchronized List<Fact> page(AuthorizedScope scope, Filter filter, @Nullable Uid before, int limit) {
        var found = new ArrayList<Fact>();
        var below = before == null ? facts : facts.headMap(before, false);
        for (Fact fact : below.descendingMap().values()) {
            if (scope.contains(fact.scope()) && filter.matches(fact)) {
                found.add(fact);
                if (found.size() == limit) {
                    break;
                }
            }
        }
        return found;
    }

    /** Decisions per bucket of event time and outcome; those without an outcome under the empty text. Buckets by their first microsecond. */
    synchronized TreeMap<Long, TreeMap<String, Long>> count(AuthorizedScope scope, Filter filter, long bucketMicros) {
        var counts = new TreeMap<Long, TreeMap<String, Long>>();
        for (Fact fact : facts.values()) {
            if (scope.contains(fact.scope()) && filter.matches(fact)) {
                long bucket = Math.floorDiv(fact.eventMicros(), bucketMicros) * bucketMicros;
                counts.computeIfAbsent(bucket, at -> new TreeMap<>())
                        .merge(fact.outcome() == null ? "" : fact.outcome(), 1L, Long::sum);
            }
        }
        return counts;
    }

    /** How many decisions a deployment made, or a version without a deployment. */
    synchronized long count(@Nullable Uid deployment, @Nullable Uid version, AuthorizedScope scope) {
        long count = 0;
        for (Fact fact : facts.values()) {
            if (scope.contains(fact.scope())
                    && (deployment != null
                            ? deployment.equals(fact.deployment())
                            : fact.deployment() == null && version != null && version.equals(fact.version()))) {
                count++;
            }
        }
        return count;
    }

    /** Takes out what was erased. */
    synchronized void forget(Set<Uid> ids) {
        ids.forEach(facts::remove);
    }
}
