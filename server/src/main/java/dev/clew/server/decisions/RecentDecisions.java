package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.DecisionInputs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What lists, counts and filters need of the newest {@value #CAPACITY} decisions, hot or in segments, in memory by id. Holds no features,
 * no client ids, no subjects. Columns instead of objects: 52 bytes a decision that the collector never has to look at. Thread-safe.
 */
final class RecentDecisions {
    static final int CAPACITY = 1 << 17;

    /** Room beside the decisions, so that they are moved together only now and then. */
    private static final int SLACK = CAPACITY / 4;

    private static final int FIRST_ROOM = 1_024;

    /** Texts and uids that are held once for all decisions that have them; beyond so many different ones each holds its own. */
    private static final int MAX_SHARED = 4_096;

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
        private boolean matches(@Nullable Uid version, @Nullable Uid madeBy, @Nullable String result, long micros) {
            return (versions == null || version != null && versions.contains(version))
                    && (deployment == null || deployment.equals(madeBy))
                    && (outcome == null || outcome.equals(result))
                    && (from == null || micros >= from)
                    && (to == null || micros < to);
        }
    }

    private final Map<Object, Object> shared = new HashMap<>();

    // Columns, ascending by id in [from, from + count).
    private long[] idsHigh = new long[FIRST_ROOM];
    private long[] idsLow = new long[FIRST_ROOM];
    private long[] times = new long[FIRST_ROOM];
    private double[] scores = new double[FIRST_ROOM];
    private int[] scopes = new int[FIRST_ROOM];
    private @Nullable Uid[] deployments = new @Nullable Uid[FIRST_ROOM];
    private @Nullable Uid[] versions = new @Nullable Uid[FIRST_ROOM];
    private @Nullable String[] outcomes = new @Nullable String[FIRST_ROOM];
    private int from = FIRST_ROOM / 2;
    private int count;

    synchronized void add(List<DecisionInputs.Opened> decisions) {
        for (DecisionInputs.Opened one : decisions) {
            ByteBuffer id = ByteBuffer.wrap(one.id().bytes());
            add(id.getLong(), id.getLong(), one);
        }
    }

    private void add(long high, long low, DecisionInputs.Opened one) {
        int at = find(high, low);
        if (at == from + count || idsHigh[at] != high || idsLow[at] != low) {
            if (count == CAPACITY) {
                if (at == from) {
                    return;
                }
                forgetFirst();
            }
            at = open(at);
        }
        Double score = one.score();
        idsHigh[at] = high;
        idsLow[at] = low;
        times[at] = one.eventMicros();
        scores[at] = score == null ? Double.NaN : score;
        scopes[at] = one.scope();
        deployments[at] = (Uid) shared(one.deployment());
        versions[at] = (Uid) shared(one.version());
        outcomes[at] = (String) shared(one.outcome());
    }

    /** Place of the first id that is not below; nearly always behind the last one. */
    private int find(long high, long low) {
        int least = from;
        int most = from + count;
        if (count > 0 && isBelow(most - 1, high, low)) {
            return most;
        }
        while (least < most) {
            int middle = (least + most) >>> 1;
            if (isBelow(middle, high, low)) {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        return least;
    }

    private boolean isBelow(int at, long high, long low) {
        int order = Long.compareUnsigned(idsHigh[at], high);
        return order != 0 ? order < 0 : Long.compareUnsigned(idsLow[at], low) < 0;
    }

    /** Makes room before a place by moving the shorter side; returns where the room is. */
    private int open(int at) {
        int below = at - from;
        boolean upwards = below * 2 >= count;
        if (upwards ? from + count == times.length : from == 0) {
            settle();
        }
        if (upwards) {
            move(from + below, from + below + 1, count - below);
        } else {
            move(from, from - 1, below);
            from--;
        }
        count++;
        return from + below;
    }

    /** Puts everything into the middle of columns that have room on both sides. */
    private void settle() {
        int length = Math.clamp(2L * count, FIRST_ROOM, CAPACITY + SLACK);
        int to = (length - count) / 2;
        if (length <= times.length) {
            move(from, to, count);
            for (int i = from; i < from + count; i++) {
                if (i < to || i >= to + count) {
                    clear(i);
                }
            }
        } else {
            grow(length, to);
        }
        from = to;
    }

    private void grow(int length, int to) {
        idsHigh = moved(idsHigh, new long[length], to);
        idsLow = moved(idsLow, new long[length], to);
        times = moved(times, new long[length], to);
        scores = moved(scores, new double[length], to);
        scopes = moved(scopes, new int[length], to);
        deployments = moved(deployments, new @Nullable Uid[length], to);
        versions = moved(versions, new @Nullable Uid[length], to);
        outcomes = moved(outcomes, new @Nullable String[length], to);
    }

    private <T> T moved(T old, T room, int to) {
        System.arraycopy(old, from, room, to, count);
        return room;
    }

    private void move(int at, int to, int length) {
        for (Object column : columns()) {
            System.arraycopy(column, at, column, to, length);
        }
    }

    private Object[] columns() {
        return new Object[] {idsHigh, idsLow, times, scores, scopes, deployments, versions, outcomes};
    }

    /** Lets go of what the columns refer to there. */
    private void clear(int at) {
        deployments[at] = null;
        versions[at] = null;
        outcomes[at] = null;
    }

    private void forgetFirst() {
        clear(from);
        from++;
        count--;
    }

    private @Nullable Object shared(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Object known = shared.get(value);
        if (known == null && shared.size() < MAX_SHARED) {
            shared.put(value, value);
        }
        return known == null ? value : known;
    }

    /** Whether older decisions had to make room for newer ones. */
    synchronized boolean isFull() {
        return count == CAPACITY;
    }

    /** Newest first, below {@code before}. */
    synchronized List<Fact> page(AuthorizedScope scope, Filter filter, @Nullable Uid before, int limit) {
        var found = new ArrayList<Fact>();
        int end = from + count;
        if (before != null) {
            ByteBuffer id = ByteBuffer.wrap(Arrays.copyOf(before.bytes(), 16));
            end = find(id.getLong(), id.getLong());
        }
        for (int at = end - 1; at >= from && found.size() < limit; at--) {
            if (matches(at, scope, filter)) {
                found.add(fact(at));
            }
        }
        return found;
    }

    private boolean matches(int at, AuthorizedScope scope, Filter filter) {
        return scope.contains(scopes[at]) && filter.matches(versions[at], deployments[at], outcomes[at], times[at]);
    }

    private Fact fact(int at) {
        byte[] id =
                ByteBuffer.allocate(16).putLong(idsHigh[at]).putLong(idsLow[at]).array();
        Double score = Double.isNaN(scores[at]) ? null : scores[at];
        return new Fact(Uid.of(id), scopes[at], times[at], deployments[at], versions[at], outcomes[at], score);
    }

    /** Decisions per bucket of event time and outcome; those without an outcome under the empty text. Buckets by their first microsecond. */
    synchronized TreeMap<Long, TreeMap<String, Long>> count(AuthorizedScope scope, Filter filter, long bucketMicros) {
        var counts = new TreeMap<Long, TreeMap<String, Long>>();
        for (int at = from; at < from + count; at++) {
            if (matches(at, scope, filter)) {
                String outcome = outcomes[at];
                long bucket = Math.floorDiv(times[at], bucketMicros) * bucketMicros;
                counts.computeIfAbsent(bucket, start -> new TreeMap<>())
                        .merge(outcome == null ? "" : outcome, 1L, Long::sum);
            }
        }
        return counts;
    }

    /** How many decisions a deployment made, or a version without a deployment. */
    synchronized long count(@Nullable Uid deployment, @Nullable Uid version, AuthorizedScope scope) {
        long matching = 0;
        for (int at = from; at < from + count; at++) {
            Uid madeBy = deployments[at];
            if (scope.contains(scopes[at])
                    && (deployment != null
                            ? deployment.equals(madeBy)
                            : madeBy == null && version != null && version.equals(versions[at]))) {
                matching++;
            }
        }
        return matching;
    }

    /** Takes out what was erased. */
    synchronized void forget(Set<Uid> ids) {
        for (Uid each : ids) {
            ByteBuffer id = ByteBuffer.wrap(each.bytes());
            long high = id.getLong();
            long low = id.getLong();
            int at = find(high, low);
            if (at < from + count && idsHigh[at] == high && idsLow[at] == low) {
                int last = from + count - 1;
                move(at + 1, at, last - at);
                clear(last);
                count--;
            }
        }
    }
}
