package dev.clew.server.common;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Bucket} for each key, such as an address or a sender. At most 10 000 are kept apart: those that are full again are forgotten,
 * and where more are in use at once, the rest has one together. Thread-safe, in memory; times as those of a bucket.
 */
public final class Allowances {
    public static final int MOST_KEPT = 10_000;

    private final double perSecond;
    private final double most;
    private final Map<String, Bucket> kept = new ConcurrentHashMap<>();
    private volatile @Nullable Bucket others;

    /** @param most what a key has when it was not used for long */
    public Allowances(double perSecond, double most) {
        this.perSecond = perSecond;
        this.most = most;
    }

    /** Nanoseconds until so much is there for a key; 0 when it is. */
    public long nanosUntil(String key, double amount, long nowNanos) {
        Bucket own = kept.get(key);
        Bucket bucket = own == null && kept.size() >= MOST_KEPT ? others : own;
        return bucket == null ? 0 : bucket.nanosUntil(amount, nowNanos);
    }

    public void take(String key, double amount, long nowNanos) {
        if (kept.size() >= MOST_KEPT) {
            kept.values().removeIf(bucket -> bucket.isFull(nowNanos));
        }
        Bucket bucket = kept.size() < MOST_KEPT || kept.containsKey(key)
                ? kept.computeIfAbsent(key, _ -> new Bucket(perSecond, most, nowNanos))
                : ofOthers(nowNanos);
        bucket.take(amount, nowNanos);
    }

    private synchronized Bucket ofOthers(long nowNanos) {
        Bucket known = others;
        if (known == null) {
            known = new Bucket(perSecond, most, nowNanos);
            others = known;
        }
        return known;
    }

    /** What was taken for a key counts no more. */
    public void forget(String key) {
        kept.remove(key);
    }
}
