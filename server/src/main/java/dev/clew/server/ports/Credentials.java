package dev.clew.server.ports;

import org.jspecify.annotations.Nullable;

/**
 * What a request brings to say who asks.
 *
 * @param scheme what the header {@code Authorization} holds, or that there is a session cookie instead
 * @param user login of Basic, else null
 * @param secret token, password or session secret, null with {@code NONE}
 * @param peer address of the sender, for delays after failures; never logged
 * @param isLocal whether what belongs to this machine counts, the operator's token or with {@code NONE} open mode: sent from it to a loopback
 *     address under a loopback name, through no proxy
 */
public record Credentials(
        Scheme scheme, @Nullable String user, @Nullable String secret, String peer, boolean isLocal) {
    /** How the caller authenticates. */
    public enum Scheme {
        NONE,
        BEARER,
        BASIC,
        /** The cookie of a browser that signed in. */
        SESSION
    }

    @Override
    public String toString() {
        return "Credentials[" + scheme + "]";
    }
}
