package dev.clew.server.vault;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.KeyStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The chain of keys: the root key wraps organisation keys and the instance's own, an organisation key wraps that organisation's. Wraps
 * and unwraps rows, makes keys on first need. Thread-safe; blocks when it must read or write the store.
 */
final class KeyRing {
    static final byte[] ROOT_ID = new byte[Primitives.ID_BYTES];
    private static final String ORGANISATION = "organisation";

    /** An unwrapped key and its id. */
    record Key(byte[] id, byte[] bytes) {}

    private final byte[] rootKey;
    private final KeyStore store;
    private final VaultWriter writer;
    private final InstantSource clock;

    /** Keys of which there are a few: by organisation, purpose and object. Bucket keys, of which there are many, are cached elsewhere. */
    private final Map<String, Key> few = new ConcurrentHashMap<>();

    private final Map<String, byte[]> derived = new ConcurrentHashMap<>();

    KeyRing(byte[] rootKey, KeyStore store, VaultWriter writer, InstantSource clock) {
        this.rootKey = rootKey.clone();
        this.store = store;
        this.writer = writer;
        this.clock = clock;
    }

    /** A key of the instance, wrapped by the root key. */
    Key instance(String purpose, String object) {
        return held("", purpose, object);
    }

    Key organisation(String namespace) {
        return held(namespace, ORGANISATION, "");
    }

    /** One of the few keys of an organisation: lookup, index, blob, column. */
    Key ofOrganisation(String namespace, String purpose) {
        return held(namespace, purpose, "");
    }

    /** A key by its place, made if it is not there. Not cached here. */
    Key taken(String namespace, String purpose, String object) {
        Optional<KeyStore.KeyRow> found = store.read(rows -> rows.key(namespace, purpose, object));
        return found.map(this::unwrap).orElseGet(() -> made(namespace, purpose, object));
    }

    Optional<Key> byId(byte[] id) {
        return store.read(rows -> rows.key(id)).map(this::unwrap);
    }

    private Key held(String namespace, String purpose, String object) {
        String place = namespace + '\n' + purpose + '\n' + object;
        Key known = few.get(place);
        if (known == null) {
            known = taken(namespace, purpose, object);
            few.put(place, known);
        }
        return known;
    }

    private Key made(String namespace, String purpose, String object) {
        Key wrapping = wrapping(namespace, purpose);
        return writer.run((rows, summary) -> {
            var winner = rows.key(namespace, purpose, object);
            if (winner.isPresent()) {
                return unwrap(winner.get(), wrapping);
            }
            byte[] id = Primitives.random(Primitives.ID_BYTES);
            byte[] key = Primitives.random(Primitives.KEY_BYTES);
            long now = micros();
            byte[] wrapped = Primitives.seal(wrapping.bytes, place(id, namespace, purpose, object, now), key);
            var row = new KeyStore.KeyRow(id, namespace, purpose, object, wrapped, wrapping.id, now);
            rows.insertKey(row);
            summary.added(row);
            return new Key(id, key);
        });
    }

    private Key wrapping(String namespace, String purpose) {
        return namespace.isEmpty() || purpose.equals(ORGANISATION)
                ? new Key(ROOT_ID, rootKey)
                : organisation(namespace);
    }

    /** Never makes a key: what a row was wrapped under is there, or the row was altered. */
    Key unwrap(KeyStore.KeyRow row) {
        return unwrap(row, existing(row.organisation(), row.purpose()));
    }

    private Key existing(String namespace, String purpose) {
        if (namespace.isEmpty() || purpose.equals(ORGANISATION)) {
            return new Key(ROOT_ID, rootKey);
        }
        Key known = few.get(namespace + '\n' + ORGANISATION + '\n');
        return known != null
                ? known
                : store.read(rows -> rows.key(namespace, ORGANISATION, ""))
                        .map(this::unwrap)
                        .orElseThrow(() -> damaged("a key of an organisation it does not know"));
    }

    private static Key unwrap(KeyStore.KeyRow row, Key wrapping) {
        byte[] place = place(row.id(), row.organisation(), row.purpose(), row.object(), row.createdMicros());
        return new Key(
                row.id(),
                Primitives.open(wrapping.bytes, place, row.wrapped())
                        .orElseThrow(() -> damaged("key " + HexFormat.of().formatHex(row.id()))));
    }

    /** Wraps a subject's key; the row's flags, tag and psid are bound to it. */
    KeyStore.SubjectRow wrapSubject(
            String namespace, byte[] lookup, byte[] psid, byte[] key, long flags, long createdMicros) {
        Key wrapping = organisation(namespace);
        byte[] wrapped =
                Primitives.seal(wrapping.bytes, subjectPlace(namespace, lookup, psid, flags, createdMicros), key);
        return new KeyStore.SubjectRow(lookup, psid, namespace, wrapped, wrapping.id, flags, createdMicros);
    }

    byte[] unwrapSubject(KeyStore.SubjectRow row) {
        byte[] place = subjectPlace(row.organisation(), row.lookup(), row.psid(), row.flags(), row.createdMicros());
        return Primitives.open(existing(row.organisation(), "").bytes, place, row.wrapped())
                .orElseThrow(() -> damaged("a subject's key"));
    }

    /** Seals a small value under a key of its purpose, derived from the organisation's. */
    byte[] sealValue(String namespace, String purpose, byte[] id, byte[] plaintext) {
        return Primitives.seal(purposeKey(namespace, purpose), valuePlace(namespace, purpose, id), plaintext);
    }

    byte[] openValue(String namespace, String purpose, byte[] id, byte[] sealed) {
        return Primitives.open(purposeKey(namespace, purpose), valuePlace(namespace, purpose, id), sealed)
                .orElseThrow(() -> damaged("a sealed value (%s)".formatted(purpose)));
    }

    /** A key of an organisation for one purpose: derived, so that no row is needed. */
    byte[] purposeKey(String namespace, String purpose) {
        byte[] organisation = organisation(namespace).bytes;
        return derived.computeIfAbsent(
                namespace + '\n' + purpose,
                place -> Primitives.hkdf(organisation, new byte[0], info("clew/purpose/v1\0" + purpose)));
    }

    private static byte[] valuePlace(String namespace, String purpose, byte[] id) {
        return AssociatedData.of(namespace, purpose, HexFormat.of().formatHex(id), "value");
    }

    long micros() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    static byte[] info(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] place(byte[] id, String organisation, String purpose, String object, long createdMicros) {
        return AssociatedData.of(
                organisation, "dek", HexFormat.of().formatHex(id), purpose + '\n' + object + '\n' + createdMicros);
    }

    private static byte[] subjectPlace(
            String organisation, byte[] lookup, byte[] psid, long flags, long createdMicros) {
        var hex = HexFormat.of();
        return AssociatedData.of(
                organisation,
                "dek",
                hex.formatHex(psid),
                "subject\n" + hex.formatHex(lookup) + '\n' + flags + '\n' + createdMicros);
    }

    private static ClewException damaged(String what) {
        return new ClewException(
                ErrorCode.ROW_DAMAGED,
                "The vault was asked for %s; its row was altered or moved. Stop the server and restore a copy of the data directory."
                        .formatted(what));
    }
}
