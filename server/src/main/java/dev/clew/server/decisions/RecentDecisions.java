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
 * What lists, counts and filters of the newest decisions need, in memory: a ring of the last {@value #CAPACITY}. Holds no features, no
 * client ids, no subjects. Thread-safe.
 */
final class RecentDecisions {
    static final int CAPACITY = 1 << 18;

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

    private final @Nullable Fact[] ring = new Fact[CAPACITY];
    private long next;

    synchronized void add(List<DecisionInputs.Opened> decisions) {
        for (DecisionInputs.Opened one : decisions) {
            ring[(int) (next++ % CAPACITY)] = new Fact(
                    one.id(),
                    one.scope(),
                    one.eventMicros(),
                    one.deployment(),
                    one.version(),
                    one.outcome(),
                    one.score());
        }
    }

    /** Newest first by receipt, below {@code before} in id order of the ring. */
    synchronized List<Fact> page(AuthorizedScope scope, Filter filter, @Nullable Uid before, int limit) {
        var found = new ArrayList<Fact>();
        for (long at = next - 1; at >= 0 && at >= next - CAPACITY && found.size() < limit; at--) {
            Fact fact = ring[(int) (at % CAPACITY)];
            if (fact != null
                    && (before == null || fact.id().compareTo(before) < 0)
                    && scope.contains(fact.scope())
                    && filter.matches(fact)) {
                found.add(fact);
            }
        }
        return found;
    }

    /** Decisions per outcome; those without one under the empty text. */
    synchronized Map<String, Long> countByOutcome(AuthorizedScope scope, Filter filter) {
        var counts = new TreeMap<String, Long>();
        forEach(fact -> {
            if (scope.contains(fact.scope()) && filter.matches(fact)) {
                counts.merge(fact.outcome() == null ? "" : fact.outcome(), 1L, Long::sum);
            }
        });
        return new HashMap<>(counts);
    }

    /** How many decisions a deployment made, or a version without a deployment. */
    synchronized long count(@Nullable Uid deployment, @Nullable Uid version, AuthorizedScope scope) {
        long[] count = new long[1];
        forEach(fact -> {
            if (scope.contains(fact.scope())
                    && (deployment != null
                            ? deployment.equals(fact.deployment())
                            : fact.deployment() == null && version != null && version.equals(fact.version()))) {
                count[0]++;
            }
        });
        return count[0];
    }

    /** Takes out what was erased. */
    synchronized void forget(Set<Uid> ids) {
        for (int i = 0; i < ring.length; i++) {
            Fact fact = ring[i];
            if (fact != null && ids.contains(fact.id())) {
                ring[i] = null;
            }
        }
    }

    private void forEach(java.util.function.Consumer<Fact> consumer) {
        for (long at = Math.max(0, next - CAPACITY); at < next; at++) {
            Fact fact = ring[(int) (at % CAPACITY)];
            if (fact != null) {
                consumer.accept(fact);
            }
        }
    }
}
