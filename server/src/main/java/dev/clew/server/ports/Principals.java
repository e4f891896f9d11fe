package dev.clew.server.ports;

/** Who is who and may what. Implemented by access; asked by the gate on every request, so it answers from memory. Thread-safe. */
public interface Principals {
    /**
     * The caller that credentials name.
     *
     * @throws dev.clew.server.common.ClewException UNAUTHENTICATED, the same text whatever is wrong with them; OVERLOADED when too many
     *     passwords are being checked
     */
    Caller authenticate(Credentials credentials);

    /** A principal with all its rights now, unnarrowed; without any right when it is unknown or not active. */
    Caller caller(String who);

    /** Number of committed changes of access. */
    long accessEpoch();
}
