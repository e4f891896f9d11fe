package dev.clew.server.vault;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The vault's share of an erasure, in steps that are durable when they return and may be repeated: remember whom a request is about, flag
 * the subject, keep what it touches, destroy the key, forget the psid. Between them the row of the erasure says where to go on after a
 * kill. Thread-safe.
 */
public interface Erasing {
    /** Where an erasure stands in the vault. */
    enum Step {
        /** Somebody asked for it; the subject lives on as before. */
        REQUESTED,
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

    /**
     * Remembers whom a request is about. Without effect if this one is known; empty if there is no such subject.
     *
     * @throws dev.clew.server.common.ClewException ALREADY_EXISTS, naming it, while another erasure of this subject is open
     */
    Optional<Open> request(Uid erasure, Uid psid);

    /** As {@link #request}, whether or not the subject's key is still there: what a restore repeats may have lost its key already. */
    Open repeat(Uid erasure, String namespace, Uid psid);

    /** Forgets a request that came to nothing. Without effect when done, and once the subject was flagged. */
    void withdraw(Uid erasure);

    /** Flags the subject and raises the epoch. Without effect if done. */
    Open begin(Uid erasure);

    /** Keeps what the erasure touches, sealed. Without effect if done. */
    Open list(Uid erasure, byte[] affected);

    /** Deletes lookup tag and key, evicts them, raises the epoch and leaves no deleted byte in the vault's files. */
    Open destroy(Uid erasure);

    /** Deletes the psid, and the index of who looked at the person. Without effect when done. */
    void finish(Uid erasure);

    /** All under way, oldest first. */
    List<Open> open();

    /** One under way. */
    Optional<Open> find(Uid erasure);

    /** Subjects for whom the test holds; reads them all. */
    List<Matched> matching(Predicate<Matched> matches);

    /** A subject: its organisation and psid. */
    record Matched(String namespace, Uid psid) {}
}
