package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import org.jspecify.annotations.Nullable;

/**
 * What one item of a request became.
 *
 * @param id of the record; of the first one for a duplicate; null when nothing was recorded
 * @param status {@code created}, {@code duplicate}, {@code conflict} or {@code invalid}
 * @param digest SHA-256 of the record's submission, hexadecimal
 * @param error what is wrong, in words
 * @param seq entry of the batch, when the answer waited for it
 * @param i place in the batch
 * @param checkpoint signed note that covers the batch, where the answer has no other place for it
 */
public record ItemStatus(
        @Nullable String id,
        String status,
        @Nullable String digest,
        @Nullable String error,
        @Nullable Long seq,
        @Nullable Integer i,
        @Nullable String checkpoint) {
    static ItemStatus created(Uid id, String digest) {
        return new ItemStatus(id.dashed(), "created", digest, null, null, null, null);
    }

    static ItemStatus duplicate(Uid id, String digest) {
        return new ItemStatus(id.dashed(), "duplicate", digest, null, null, null, null);
    }

    static ItemStatus conflict(Uid id, String digest, Uid first) {
        return new ItemStatus(
                id.dashed(),
                "conflict",
                digest,
                "decision %s has this client_id with other content; this one is kept as a conflict"
                        .formatted(first.dashed()),
                null,
                null,
                null);
    }

    static ItemStatus invalid(String problem) {
        return new ItemStatus(null, "invalid", null, problem, null, null, null);
    }

    /** With the batch entry that covers the record, and its place in it. */
    ItemStatus integrated(long batch, int place) {
        return new ItemStatus(id, status, digest, error, batch, place, null);
    }

    /** With the signed checkpoint that covers it. */
    public ItemStatus under(String note) {
        return new ItemStatus(id, status, digest, error, seq, i, note);
    }
}
