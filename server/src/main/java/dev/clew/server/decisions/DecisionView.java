package dev.clew.server.decisions;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One decision as far as the caller may read it.
 *
 * @param masked whether personal content was left out
 * @param erased whether the body's key was destroyed: only the open part is left, and every proof
 * @param seq batch entry that holds the record; absent for at most 250 ms
 * @param digest SHA-256 of the record's submission
 */
public record DecisionView(
        String id,
        boolean masked,
        boolean erased,
        Instant receivedAt,
        String who,
        @Nullable Long seq,
        @Nullable Integer i,
        String digest,
        @Nullable String deployment,
        @Nullable String endpoint,
        @Nullable String model,
        @Nullable Long version,
        @Nullable Instant eventTime,
        @Nullable String clientId,
        @Nullable Map<String, @Nullable Object> features,
        @Nullable String outcome,
        @Nullable Double score,
        @Nullable Map<String, Double> scores,
        @Nullable String label,
        @Nullable Double threshold,
        @Nullable List<String> rules,
        @Nullable Map<String, @Nullable Object> policy,
        @Nullable String resolution,
        @Nullable String requestId,
        @Nullable Long row,
        @Nullable String traceId,
        @Nullable String parent,
        @Nullable String caseId,
        @Nullable String status,
        @Nullable String error,
        @Nullable Long latencyUs,
        @Nullable String decisive,
        @Nullable Map<String, @Nullable Object> human,
        @Nullable Boolean shadow,
        @Nullable Boolean late,
        @Nullable String source,
        @Nullable String legalBasis,
        @Nullable String retention,
        @Nullable Double weight,
        @Nullable Map<String, Object> protectedAttributes) {

    /** One line of a list. */
    public record Summary(
            String id,
            Instant eventTime,
            @Nullable String deployment,
            @Nullable String model,
            @Nullable Long version,
            @Nullable String outcome,
            @Nullable Double score) {}
}
