package dev.clew.server.common;

import org.jspecify.annotations.Nullable;

/**
 * Proof that the gate allowed one action: only {@code Gate} makes them (and the composition root, for the system's own work). Carries
 * who acts and why, so that a command needs neither. A permit older than the current access epoch is asked again by the journal.
 *
 * @param who principal id: {@code usr:…}, {@code svc:…}, {@code sys:…}
 * @param onBehalfOf principal for whom a service acts, or null
 * @param permission what was allowed
 * @param scope scope id the permission holds in
 * @param accessEpoch epoch of the access data the gate decided on
 * @param reason what the caller gave as the reason, or null
 */
public record Permit(
        String who,
        @Nullable String onBehalfOf,
        Permission permission,
        int scope,
        long accessEpoch,
        @Nullable Reason reason) {
    /** Permits of the system itself ({@code sys:clew}) never go stale. */
    public static final long NEVER_STALE = Long.MAX_VALUE;

    public static Permit system(Permission permission, int scope) {
        return new Permit("sys:clew", null, permission, scope, NEVER_STALE, null);
    }

    public Permit because(Reason because) {
        return new Permit(who, onBehalfOf, permission, scope, accessEpoch, because);
    }
}
