package dev.clew.server.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one record {@code authz.denied} says: the same thing denied to the same principal, counted over up to ten seconds.
 *
 * @param who principal id
 * @param name what people call it
 * @param permission what was asked for, null when the request did not get as far as that
 * @param code why it was denied
 * @param count how often
 * @param kind of the one thing that was asked for; null when it was several or none
 * @param thing HMAC of its id in hexadecimal
 */
public record DenialView(
        String id,
        String who,
        String name,
        int scope,
        @Nullable String permission,
        String code,
        long count,
        @Nullable String kind,
        @Nullable String thing,
        Instant first,
        Instant last) {}
