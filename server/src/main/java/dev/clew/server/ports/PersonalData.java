package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a feature stores of one person, found by psid. Each feature that stores what is sealed under subject keys implements it; each
 * that knows what such a record says gives a {@link View}. Thread-safe.
 */
public interface PersonalData {
    /**
     * One record.
     *
     * @param kind what it is, by its inner act: {@code decision.record}, {@code feedback.record}, …
     * @param seq batch entry, or −1 while unleaved
     * @param index its place in the batch, or −1
     */
    record Item(String kind, Uid id, int scope, long seq, int index, long micros) {}

    /** All stored records sealed under this subject's key, by id; at most {@code limit}, from the id after {@code after}. */
    List<Item> list(Uid psid, Uid after, int limit);

    /** Shows records in full, for the person they are about. */
    @FunctionalInterface
    interface View {
        /** Empty when the record is another feature's, or was erased. The caller has had the read recorded. */
        Optional<Object> show(Item item);
    }

    /** Keys under which records are stored, as far as the test holds: how a restore finds whom it must forget. */
    Set<Uid> keyIds(Predicate<Uid> wanted);

    /** Removes the person's bytes from rewritable files and caches, after the key is gone. Repeatable. Returns how many records. */
    long forget(Uid psid);

    /** Whether any file still holds the person. */
    boolean holds(Uid psid);
}
