package dev.clew.server.vault;

import java.time.InstantSource;
import java.util.Optional;

/** Keys of buckets: one per (scope, class, UTC day), for records about nobody and for free text. Thread-safe. */
final class BucketKeys {
    private static final int CACHED = 4_096;
    private static final long LIVE_MILLIS = 60_000;
    private static final long DAY_MICROS = 86_400_000_000L;
    static final String PURPOSE = "bucket";

    private record Place(String namespace, int scope, String dataClass, long day) {}

    private final KeyRing ring;
    private final KeyCache<Place, KeyRing.Key> byPlace;
    private final KeyCache<KeyId, KeyRing.Key> byId;

    BucketKeys(KeyRing ring, InstantSource clock) {
        this.ring = ring;
        this.byPlace = new KeyCache<>(CACHED, LIVE_MILLIS, clock);
        this.byId = new KeyCache<>(CACHED, LIVE_MILLIS, clock);
    }

    /** The bucket's key, made on first need. */
    KeyRing.Key take(String namespace, int scope, String dataClass, long micros) {
        var place = new Place(namespace, scope, dataClass, Math.floorDiv(micros, DAY_MICROS));
        var known = byPlace.get(place);
        if (known.isPresent()) {
            return known.get();
        }
        var key = ring.taken(namespace, PURPOSE, "%d/%s/%d".formatted(place.scope, place.dataClass, place.day));
        byPlace.put(place, key);
        byId.put(KeyId.of(key.id()), key);
        return key;
    }

    Optional<KeyRing.Key> byId(byte[] id) {
        var known = byId.get(KeyId.of(id));
        if (known.isPresent()) {
            return known;
        }
        var read = ring.byId(id);
        read.ifPresent(key -> byId.put(KeyId.of(id), key));
        return read;
    }

    void evictAll() {
        byPlace.clear();
        byId.clear();
    }
}
