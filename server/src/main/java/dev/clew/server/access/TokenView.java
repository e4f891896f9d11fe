package dev.clew.server.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token that can be used, without its text: that is shown when it is made and kept nowhere.
 *
 * @param owner principal
 * @param name what it is for
 * @param permissions what it is narrowed to; empty for all that its owner may
 */
public record TokenView(
        String id,
        String owner,
        String ownerName,
        String name,
        Instant createdAt,
        String createdByName,
        @Nullable Instant expiresAt,
        List<String> permissions) {}
