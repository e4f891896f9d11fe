package dev.clew.server.vault;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;

/**
 * The vault's share of an erasure, in steps that are durable when they return and may be repeated: flag the subject, keep what it
 * touches, destroy the key, forget the psid. Between them the row of the erasure says where to go on after a kill. Thread-safe.
 */
public interface Erasing {
    /** Where an erasure stands in the vault. */
    enum Step {
        /** The subject is flagged: nothing new is sealed for it. */
        FLAGGED,
        /** What it touches is known. */
        LISTED,
        /** Lookup tag and key are gone; the psid is kept to find the files that hold it. */
        DESTROYED
    }

    /**
     * One under way.
     *
     * @param erasure uid of the erasure
     * @param affected what {@link #list} was given, empty before
     * @param destroyedMicros when the key was destroyed, 0 before
     */
    record Open(Uid erasure, Uid psid, String namespace, Step step, byte[] affected, long destroyedMicros) {}

    /** Flags the subject and raises the epoch. Without effect if this erasure is already under way; empty if there is no such subject. */
    Optional<Open> begin(Uid erasure, Uid psid);

    /** Keeps what the erasure touches, sealed. */
    Open list(Uid erasure, byte[] affected);

    /** Deletes lookup tag and key, evicts them, raises the epoch and leaves no deleted byte in the vault's files. */
    Open destroy(Uid erasure);

    /** Deletes the psid, and the index of who looked at the person. Without effect when done. */
    void finish(Uid erasure);

    /** All under way, oldest first. */
    List<Open> open();

    /** Destroys the keys of all subjects for whom the test holds, as a restore does; says how many. Epoch raised once. */
    int destroyMatching(java.util.function.Predicate<Matched> matches);

    /** A subject during a scan: its organisation and psid. */
    record Matched(String namespace, Uid psid) {}
}
