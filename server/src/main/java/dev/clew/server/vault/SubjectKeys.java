package dev.clew.server.vault;

import dev.clew.ledger.encoding.SubjectTags;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.KeyStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys of subjects: found by keyed lookup tag or by psid, made on first sight. The psid is random, so nothing that survives an erasure
 * can be recomputed from a person's id. Thread-safe.
 */
final class SubjectKeys {
    /** Being erased: nothing new is sealed under it. */
    static final long ERASING = 1;

    private static final int CACHED = 32_000;
    private static final long LIVE_MILLIS = 60_000;
    private static final int LOOKUPS_PER_READ = 1_000;

    /** An unwrapped subject. */
    record SubjectKey(byte[] psid, byte[] key, byte[] tagKey, String namespace, long flags) {
        boolean isErasing() {
            return (flags & ERASING) != 0;
        }
    }

    private final KeyRing ring;
    private final KeyStore store;
    private final VaultWriter writer;
    private final KeyCache<KeyId, SubjectKey> byLookup;
    private final KeyCache<KeyId, SubjectKey> byPsid;

    /** Moves with every eviction: what was read before one must not be kept after it. */
    private final AtomicLong evictions = new AtomicLong();

    SubjectKeys(KeyRing ring, KeyStore store, VaultWriter writer, InstantSource clock) {
        this.ring = ring;
        this.store = store;
        this.writer = writer;
        this.byLookup = new KeyCache<>(CACHED, LIVE_MILLIS, clock);
        this.byPsid = new KeyCache<>(CACHED, LIVE_MILLIS, clock);
    }

    /** Keys of these subjects in their order, made where they are new; one read and one commit at most per 1 000 unknown ones. */
    List<SubjectKey> take(String namespace, List<Subject> subjects) {
        var found = new @Nullable SubjectKey[subjects.size()];
        var missing = new HashMap<KeyId, byte[]>();
        var ids = new KeyId[subjects.size()];
        byte[] lookupKey = ring.ofOrganisation(namespace, "lookup").bytes();
        for (int i = 0; i < found.length; i++) {
            byte[] lookup = lookup(lookupKey, subjects.get(i));
            ids[i] = KeyId.of(lookup);
            found[i] = byLookup.get(ids[i]).orElse(null);
            if (found[i] == null) {
                missing.put(ids[i], lookup);
            }
        }
        if (!missing.isEmpty()) {
            Map<KeyId, SubjectKey> loaded = load(namespace, missing);
            for (int i = 0; i < found.length; i++) {
                if (found[i] == null) {
                    found[i] = loaded.get(ids[i]);
                }
            }
        }
        var keys = new ArrayList<SubjectKey>(found.length);
        for (SubjectKey key : found) {
            keys.add(requireUsable(Objects.requireNonNull(key)));
        }
        return keys;
    }

    Optional<SubjectKey> find(String namespace, Subject subject) {
        byte[] lookup = lookup(ring.ofOrganisation(namespace, "lookup").bytes(), subject);
        var known = byLookup.get(KeyId.of(lookup));
        if (known.isPresent()) {
            return known;
        }
        long before = evictions.get();
        return store.read(rows -> rows.subjects(List.of(lookup))).stream()
                .findFirst()
                .map(row -> keep(row, before));
    }

    Optional<SubjectKey> byPsid(byte[] psid) {
        var known = byPsid.get(KeyId.of(psid));
        if (known.isPresent()) {
            return known;
        }
        long before = evictions.get();
        return store.read(rows -> rows.subjectByPsid(psid)).map(row -> keep(row, before));
    }

    void evict(byte[] psid) {
        evictions.incrementAndGet();
        KeyId id = KeyId.of(psid);
        byPsid.removeIf(key -> KeyId.of(key.psid).equals(id));
        byLookup.removeIf(key -> KeyId.of(key.psid).equals(id));
    }

    void evictAll() {
        evictions.incrementAndGet();
        byPsid.clear();
        byLookup.clear();
    }

    private Map<KeyId, SubjectKey> load(String namespace, Map<KeyId, byte[]> missing) {
        var loaded = new HashMap<KeyId, SubjectKey>();
        long before = evictions.get();
        var lookups = new ArrayList<>(missing.values());
        for (int from = 0; from < lookups.size(); from += LOOKUPS_PER_READ) {
            var some = lookups.subList(from, Math.min(from + LOOKUPS_PER_READ, lookups.size()));
            for (var row : store.read(rows -> rows.subjects(some))) {
                loaded.put(KeyId.of(row.lookup()), keep(row, before));
            }
            var unknown = some.stream()
                    .filter(lookup -> !loaded.containsKey(KeyId.of(lookup)))
                    .toList();
            if (!unknown.isEmpty()) {
                for (var made : make(namespace, unknown)) {
                    byte[] key = made.key == null ? ring.unwrapSubject(made.row) : made.key;
                    loaded.put(KeyId.of(made.row.lookup()), keep(made.row, key, before));
                }
            }
        }
        return loaded;
    }

    /** @param key null when the row was there first, so that its key is not known */
    private record Made(KeyStore.SubjectRow row, byte @Nullable [] key) {}

    /** Wraps outside the writer's thread, so that it only inserts; a row that was there first wins. */
    private List<Made> make(String namespace, List<byte[]> lookups) {
        long now = ring.micros();
        var fresh = lookups.stream()
                .map(lookup -> {
                    byte[] key = Primitives.random(Primitives.KEY_BYTES);
                    byte[] psid = Primitives.random(Primitives.ID_BYTES);
                    return new Made(ring.wrapSubject(namespace, lookup, psid, key, 0, now), key);
                })
                .toList();
        return writer.run((rows, summary) -> {
            var lost = rows.insertSubjects(fresh.stream().map(Made::row).toList()).stream()
                    .map(row -> KeyId.of(row.lookup()))
                    .collect(Collectors.toSet());
            var won = fresh.stream()
                    .filter(made -> !lost.contains(KeyId.of(made.row.lookup())))
                    .toList();
            won.forEach(made -> summary.added(made.row));
            if (lost.isEmpty()) {
                return won;
            }
            var all = new ArrayList<>(won);
            rows.subjects(lookups.stream()
                            .filter(lookup -> lost.contains(KeyId.of(lookup)))
                            .toList())
                    .forEach(row -> all.add(new Made(row, null)));
            return all;
        });
    }

    private SubjectKey keep(KeyStore.SubjectRow row, long before) {
        return keep(row, ring.unwrapSubject(row), before);
    }

    private SubjectKey keep(KeyStore.SubjectRow row, byte[] key, long before) {
        var subject = new SubjectKey(row.psid(), key, SubjectTags.tagKey(key), row.organisation(), row.flags());
        byLookup.put(KeyId.of(row.lookup()), subject);
        byPsid.put(KeyId.of(row.psid()), subject);
        if (evictions.get() != before) {
            byLookup.remove(KeyId.of(row.lookup()));
            byPsid.remove(KeyId.of(row.psid()));
        }
        return subject;
    }

    private static SubjectKey requireUsable(SubjectKey key) {
        if (key.isErasing()) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE,
                    "A record was to be sealed for a subject who is being erased this moment; send it again in a second.");
        }
        return key;
    }

    private static byte[] lookup(byte[] lookupKey, Subject subject) {
        return Arrays.copyOf(
                Primitives.hmac(lookupKey, subject.canonical().getBytes(StandardCharsets.UTF_8)), Primitives.ID_BYTES);
    }
}
