package dev.clew.server.http;

import org.jspecify.annotations.Nullable;

/**
 * What an action is asked on.
 *
 * @param scope scope id the thing lies in
 * @param owner principal that owns it, for permissions that hold for one's own things only; null when it has none
 */
public record Resource(int scope, @Nullable String owner) {
    public static Resource in(int scope) {
        return new Resource(scope, null);
    }
}
