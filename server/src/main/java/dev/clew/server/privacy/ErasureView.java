package dev.clew.server.privacy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One erasure as people and interfaces see it: never about whom.
 *
 * @param state {@code requested}, {@code executing} (somebody does it now), {@code executed} (the key is gone), {@code verified} (no file
 *     holds the person), {@code refused}
 * @param basis code of the legal basis
 * @param text the text of the request, when it was asked for and the subject's key is still there
 * @param reason why it was executed
 * @param ground code of a refusal
 * @param records payloads that can no longer be opened
 * @param completeAt when no backup holds the key any more
 */
public record ErasureView(
        String erasure,
        String state,
        String basis,
        String requestedBy,
        Instant requestedAt,
        @Nullable String text,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String ground,
        @Nullable String reason,
        boolean selfExecuted,
        @Nullable Long records,
        @Nullable Instant destroyedAt,
        @Nullable Instant completeAt,
        @Nullable Instant verifiedAt,
        List<Proven> entries) {
    /** An entry of the ledger about it, with the address of its proof. */
    public record Proven(String act, long seq, String proof) {}
}
