package dev.clew.server.access;

import java.time.Instant;

/**
 * A browser that is signed in.
 *
 * @param who principal
 * @param name what people call it
 * @param until when it ends at the latest; earlier when it rests
 * @param narrowed whether it holds the rights of one token, rather than all of the principal's
 */
public record SessionView(
        String id, String who, String name, Instant since, Instant seen, Instant until, boolean narrowed) {}
