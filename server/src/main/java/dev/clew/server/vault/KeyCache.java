package dev.clew.server.vault;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Unwrapped keys lately used: least recently used go first, and none is believed longer than its time. Thread-safe. */
final class KeyCache<K, V> {
    private static final int STRIPES = 16;
    private static final float LOAD = 0.75f;

    private record Held<V>(V value, long untilMillis) {}

    private final InstantSource clock;
    private final long liveMillis;
    private final int perStripe;
    private final Map<K, Held<V>>[] stripes;

    @SuppressWarnings({"unchecked", "rawtypes"})
    KeyCache(int entries, long liveMillis, InstantSource clock) {
        this.clock = clock;
        this.liveMillis = liveMillis;
        this.perStripe = Math.max(1, entries / STRIPES);
        this.stripes = new Map[STRIPES];
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new LinkedHashMap<>(16, LOAD, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<K, Held<V>> eldest) {
                    return size() > perStripe;
                }
            };
        }
    }

    Optional<V> get(K key) {
        var stripe = stripe(key);
        synchronized (stripe) {
            Held<V> held = stripe.get(key);
            if (held == null) {
                return Optional.empty();
            }
            if (held.untilMillis < clock.millis()) {
                stripe.remove(key);
                return Optional.empty();
            }
            return Optional.of(held.value);
        }
    }

    void put(K key, V value) {
        var stripe = stripe(key);
        synchronized (stripe) {
            stripe.put(key, new Held<>(value, clock.millis() + liveMillis));
        }
    }

    void remove(K key) {
        var stripe = stripe(key);
        synchronized (stripe) {
            stripe.remove(key);
        }
    }

    void removeIf(Predicate<V> matches) {
        for (var stripe : stripes) {
            synchronized (stripe) {
                stripe.values().removeIf(held -> matches.test(held.value));
            }
        }
    }

    void clear() {
        removeIf(value -> true);
    }

    private Map<K, Held<V>> stripe(K key) {
        int hash = key.hashCode();
        return stripes[(hash ^ hash >>> 16) & STRIPES - 1];
    }
}
