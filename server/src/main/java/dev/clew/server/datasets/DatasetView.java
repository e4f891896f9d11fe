package dev.clew.server.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A data set as people and interfaces see it. */
public record DatasetView(
        String id,
        String name,
        String description,
        Instant createdAt,
        String createdBy,
        String createdByName,
        @Nullable VersionView latest) {
    /**
     * A version of it.
     *
     * @param schema the fields as they were given, normally {@code [{name, type}]}
     */
    public record VersionView(
            String id,
            String dataset,
            String digest,
            @Nullable String sha256,
            String sourceType,
            String source,
            @Nullable String format,
            @Nullable String license,
            @Nullable Long rows,
            @Nullable Long bytes,
            JsonNode schema,
            @Nullable JsonNode profile,
            Instant createdAt,
            String createdBy,
            String createdByName) {}
}
