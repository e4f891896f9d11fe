package dev.clew.server.journal;

import dev.clew.server.common.ErrorCode;
import java.util.List;

/** What a command decided. */
public sealed interface Decision<R> {
    /** Most changes, and so entries, of one command. */
    int MAX_CHANGES = 16;

    /**
     * All or none of this happens.
     *
     * @param changes each becomes one entry, adjacent; empty when nothing changes
     * @param housekeeping rows without entry
     * @param records high-rate records, durable with the group and closed into a batch within 250 ms
     */
    record Accepted<R>(List<Change> changes, List<RowWrite<?>> housekeeping, List<HotRecord> records, R answer)
            implements Decision<R> {}

    record Refused<R>(ErrorCode code, String message) implements Decision<R> {}

    /** What the caller resolved outside no longer holds: it resolves again, at most 3 times. */
    record Stale<R>() implements Decision<R> {}

    /** Needs more rows; granted once. */
    record More<R>(Needs needs) implements Decision<R> {}

    static <R> Decision<R> of(R answer, Change... changes) {
        return of(answer, List.of(changes));
    }

    static <R> Decision<R> of(R answer, List<Change> changes) {
        if (changes.size() > MAX_CHANGES) {
            throw new IllegalArgumentException(
                    "A command may make at most %d changes, this one makes %d".formatted(MAX_CHANGES, changes.size()));
        }
        return new Accepted<>(List.copyOf(changes), List.of(), List.of(), answer);
    }

    /** Nothing changes, so nothing is written. */
    static <R> Decision<R> unchanged(R answer) {
        return new Accepted<>(List.of(), List.of(), List.of(), answer);
    }

    static <R> Decision<R> records(R answer, List<HotRecord> records) {
        return new Accepted<>(List.of(), List.of(), List.copyOf(records), answer);
    }

    static <R> Decision<R> housekeeping(R answer, List<RowWrite<?>> rows) {
        return new Accepted<>(List.of(), List.copyOf(rows), List.of(), answer);
    }

    static <R> Decision<R> refuse(ErrorCode code, String message) {
        return new Refused<>(code, message);
    }

    static <R> Decision<R> stale() {
        return new Stale<>();
    }

    static <R> Decision<R> needs(Needs needs) {
        return new More<>(needs);
    }
}
