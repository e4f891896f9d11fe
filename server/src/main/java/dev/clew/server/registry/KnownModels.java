package dev.clew.server.registry;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Models and versions in memory, so that a decision need not read them: loaded when asked for, forgotten when changed. Thread-safe.
 *
 * <p>What was read before a change must not be kept after it: every change raises a stamp before it is answered, and what is loaded is
 * kept only if the stamp is what it was before the read. So whoever has been told of a move sees it.
 */
final class KnownModels {
    /** Entries of each kind; beyond it all are forgotten. */
    private static final int MAX_KEPT = 100_000;

    /**
     * A model as of one read.
     *
     * @param highest the highest number ever given to a version; 0 without one
     * @param newest the live version with the highest number
     */
    record Known(Uid uid, String name, boolean isLive, Map<String, Uid> aliases, long highest, Optional<Uid> newest) {}

    /** A version's facts, of which only {@code isLive} ever changes. */
    record Fact(
            Uid uid,
            Uid model,
            long number,
            byte[] digest,
            @Nullable Uid run,
            String location,
            String registrant,
            int scope,
            boolean isLive) {}

    private record Name(int workspace, String name) {}

    private record Number(Uid model, long number) {}

    private final RegistryStore store;
    private final Map<Name, Optional<Uid>> names = new ConcurrentHashMap<>();
    private final Map<Uid, Known> models = new ConcurrentHashMap<>();
    private final Map<Uid, Fact> versions = new ConcurrentHashMap<>();
    private final Map<Number, Fact> numbers = new ConcurrentHashMap<>();
    private long stamp; // guarded by this

    KnownModels(RegistryStore store) {
        this.store = store;
    }

    /** The live model of this name. */
    Optional<Known> named(int workspace, String name) {
        var key = new Name(workspace, name);
        Optional<Uid> uid = names.get(key);
        if (uid == null) {
            long before = stamp();
            uid = store.model(workspace, name).map(RegisteredModel::uid);
            keep(names, key, uid, before);
        }
        // Deleted or renamed between the two reads: then nobody has been told of it yet, or it is forgotten already.
        return uid.flatMap(this::model).filter(Known::isLive);
    }

    /** Deleted or not. */
    Optional<Known> model(Uid uid) {
        return cached(models, uid, () -> store.known(uid));
    }

    /** Deleted or not. */
    Optional<Fact> version(Uid uid) {
        return cached(
                versions,
                uid,
                () -> store.versions(List.of(uid)).stream().findFirst().map(KnownModels::fact));
    }

    /** Deleted or not. */
    Optional<Fact> version(Known of, long number) {
        return number < 1 || number > of.highest()
                ? Optional.empty()
                : cached(
                        numbers,
                        new Number(of.uid(), number),
                        () -> store.version(of.uid(), number).map(KnownModels::fact));
    }

    private static Fact fact(ModelVersion version) {
        return new Fact(
                version.uid(),
                version.model(),
                version.number(),
                version.digest(),
                version.run(),
                version.location(),
                version.registrant(),
                version.scope(),
                version.isLive());
    }

    /** A name was given or taken away. */
    synchronized void forget(int workspace, String name) {
        stamp++;
        names.remove(new Name(workspace, name));
    }

    /** A model, one of its aliases, or the number of its versions changed. */
    synchronized void forget(Uid model) {
        stamp++;
        models.remove(model);
    }

    synchronized void forget(ModelVersion version) {
        stamp++;
        versions.remove(version.uid());
        numbers.remove(new Number(version.model(), version.number()));
    }

    private <K, V> Optional<V> cached(Map<K, V> kept, K key, Supplier<Optional<V>> load) {
        V known = kept.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        long before = stamp();
        Optional<V> loaded = load.get();
        loaded.ifPresent(value -> keep(kept, key, value, before));
        return loaded;
    }

    private synchronized long stamp() {
        return stamp;
    }

    private synchronized <K, V> void keep(Map<K, V> kept, K key, V value, long before) {
        if (stamp == before) {
            if (kept.size() >= MAX_KEPT) {
                kept.clear();
            }
            kept.put(key, value);
        }
    }
}
