package dev.clew.server.http;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.Domain;
import dev.clew.server.ports.Principals;
import dev.clew.server.ports.Right;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one place that says whether something may be done. Deny by default; rights only add up; what a decision also rests on (separation
 * of duties, approvals, holds) is checked by the command on the rows it loads. Thread-safe, in memory.
 */
public final class Gate {
    /** Who brought no credentials that hold. */
    static final String ANONYMOUS = "sys:anonymous";

    private static final Map<Permission, Permission> LISTED_BY = listedBy();

    /** Told of every denial. Must not block. */
    @FunctionalInterface
    public interface Denials {
        void denied(String who, @Nullable Permission permission, String code, @Nullable Resource resource);
    }

    private final Principals principals;
    private final Denials denials;

    public Gate(Principals principals, Denials denials) {
        this.principals = principals;
        this.denials = denials;
    }

    /** @throws ClewException UNAUTHENTICATED */
    public Caller authenticate(Credentials credentials) {
        return principals.authenticate(credentials);
    }

    /**
     * Asks for one action on one resource.
     *
     * @param justification reason and purpose the request brings
     * @param hidden whether a caller who may not even list the resource is told that it does not exist
     * @throws ClewException FORBIDDEN, NOT_FOUND, JUSTIFICATION_REQUIRED or APPROVAL_REQUIRED
     */
    public Permit authorize(
            Caller caller, Permission permission, Resource resource, Justification justification, boolean hidden) {
        int rights = caller.rights(permission, resource.scope());
        if (suffices(caller, permission, resource, rights, justification)) {
            return new Permit(
                    caller.who(),
                    null,
                    permission,
                    resource.scope(),
                    caller.accessEpoch(),
                    justification.reason().orElse(null));
        }
        throw deny(caller, permission, resource, rights, justification, hidden);
    }

    /** A right with a note holds only where the resource says that the note is kept. */
    private static boolean suffices(
            Caller caller, Permission permission, Resource resource, int rights, Justification justification) {
        return has(rights, Right.ALLOWED)
                || has(rights, Right.MASKED)
                || (has(rights, Right.JUSTIFIED) && justification.suffices(permission))
                || (has(rights, Right.OWN)
                        && (resource.owner() == null || caller.who().equals(resource.owner())))
                || resource.noted().stream().anyMatch(right -> has(rights, right))
                || (resource.domain() != null
                        && caller.domains(permission, resource.scope()).contains(resource.domain()));
    }

    private static boolean has(int rights, Right right) {
        return (rights & right.bit()) != 0;
    }

    /** Whether what this permission shows must be shown without personal content. */
    public static boolean isMasked(Caller caller, Permission permission, int scope, Justification justification) {
        int rights = caller.rights(permission, scope);
        return has(rights, Right.MASKED) && !isFull(rights, permission, justification);
    }

    private static boolean isFull(int rights, Permission permission, Justification justification) {
        return has(rights, Right.ALLOWED) || (has(rights, Right.JUSTIFIED) && justification.suffices(permission));
    }

    /** Whether the caller holds the permission, but has to say why each time. */
    public static boolean isJustified(Caller caller, Permission permission, int scope) {
        int rights = caller.rights(permission, scope);
        return has(rights, Right.JUSTIFIED)
                && !has(rights, Right.ALLOWED)
                && !has(rights, Right.MASKED)
                && !has(rights, Right.OWN);
    }

    /**
     * Where the caller holds the permission; empty scopes when nowhere. The weakest right that holds in the permit's scope decides how
     * much is shown: all in full, else all without personal content, else one's own, else what is about the role's own domain.
     */
    public AuthorizedScope scope(Caller caller, Permit permit, Justification justification) {
        Permission permission = permit.permission();
        int here = caller.rights(permission, permit.scope());
        boolean full = isFull(here, permission, justification);
        boolean masked = !full && has(here, Right.MASKED);
        boolean own = !full && !masked && has(here, Right.OWN);
        Set<Domain> domains = full || masked || own ? Set.of() : caller.domains(permission, permit.scope());
        int[] scopes = Arrays.stream(caller.tree().all())
                .filter(scope -> {
                    int rights = caller.rights(permission, scope);
                    return isFull(rights, permission, justification)
                            || (masked && has(rights, Right.MASKED))
                            || (own && has(rights, Right.OWN))
                            || (!domains.isEmpty()
                                    && caller.domains(permission, scope).containsAll(domains));
                })
                .limit(10_000)
                .toArray();
        return new AuthorizedScope(permit, scopes, masked, own, domains);
    }

    /**
     * Asks again about a permit given before the newest change of access.
     *
     * @throws ClewException FORBIDDEN when it would not be given any more
     */
    public void recheck(Permit permit) {
        if (permit.accessEpoch() == Permit.NEVER_STALE) {
            return;
        }
        Caller caller = principals.caller(permit.who());
        if ((caller.rights(permit.permission(), permit.scope()) & ~Right.FOUR_EYES.bit()) == 0) {
            denials.denied(permit.who(), permit.permission(), "ACCESS_CHANGED", Resource.in(permit.scope()));
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "The right to %s ended while the change was waiting; nothing was changed."
                            .formatted(permit.permission().text()));
        }
    }

    /**
     * Notes that what was asked for is not in the caller's project. Whether it lies in somebody else's is not looked up: then the answer
     * would take longer, and the record would tell.
     */
    public void missed(Caller caller, Permit permit) {
        if (caller.tree().hasSeveralProjects()) {
            denials.denied(caller.who(), permit.permission(), ErrorCode.NOT_FOUND.name(), Resource.in(permit.scope()));
        }
    }

    /**
     * Notes a request that was refused before or beside the question of rights.
     *
     * @param caller null when nobody was recognised
     * @param permission what the route asks, null when there was no route
     */
    public void turnedAway(@Nullable Caller caller, @Nullable Permission permission, String code) {
        denials.denied(
                caller == null ? ANONYMOUS : caller.who(),
                permission,
                code,
                caller == null ? null : Resource.in(caller.project()));
    }

    private ClewException deny(
            Caller caller,
            Permission permission,
            Resource resource,
            int rights,
            Justification justification,
            boolean hidden) {
        if (hidden && !mayList(caller, permission, resource)) {
            denials.denied(caller.who(), permission, "NO_GRANT", resource);
            return new ClewException(ErrorCode.NOT_FOUND, "");
        }
        if (has(rights, Right.JUSTIFIED)) {
            denials.denied(caller.who(), permission, ErrorCode.JUSTIFICATION_REQUIRED.name(), resource);
            return new ClewException(ErrorCode.JUSTIFICATION_REQUIRED, unjustified(permission, justification));
        }
        if (has(rights, Right.FOUR_EYES)) {
            denials.denied(caller.who(), permission, ErrorCode.APPROVAL_REQUIRED.name(), resource);
            return new ClewException(
                    ErrorCode.APPROVAL_REQUIRED,
                    "%s needs a second person; ask for an approval first.".formatted(permission.text()));
        }
        String code = caller.isReached(permission, resource.scope())
                ? has(rights, Right.OWN) ? "NOT_OWN" : rights != 0 ? "NOT_COVERED" : "NO_GRANT"
                : "TOKEN_SCOPE";
        denials.denied(caller.who(), permission, code, resource);
        return new ClewException(
                ErrorCode.FORBIDDEN,
                switch (code) {
                    case "NOT_OWN" ->
                        "%s is allowed on your own things only, and this one is not yours."
                                .formatted(permission.text());
                    case "NOT_COVERED" ->
                        "Your role allows %s for its own domain or under a condition only, which does not hold here."
                                .formatted(permission.text());
                    case "TOKEN_SCOPE" ->
                        "The token does not reach %s here; use a token with a wider scope."
                                .formatted(permission.text());
                    default ->
                        "None of your roles allows %s in %s; ask a security administrator for one."
                                .formatted(permission.text(), caller.tree().path(resource.scope()));
                });
    }

    private static String unjustified(Permission permission, Justification justification) {
        String how = Justification.needsPurpose(permission)
                ? "%s needs a reason and a purpose; send the headers X-Clew-Reason and X-Clew-Purpose (--reason, --purpose)."
                : justification.inBody()
                        ? "%s needs a reason; send reason: {code, text} in the body, or the header X-Clew-Reason: [code;] text."
                        : "%s needs a reason; send the header X-Clew-Reason (--reason).";
        return how.formatted(permission.text());
    }

    /** Who may list such things, or holds the permission under an obligation, knows that this one exists. */
    private static boolean mayList(Caller caller, Permission permission, Resource resource) {
        int obliged = Right.JUSTIFIED.bit() | Right.FOUR_EYES.bit();
        if ((caller.rights(permission, resource.scope()) & obliged) != 0) {
            return true;
        }
        Permission lists = LISTED_BY.getOrDefault(permission, permission);
        int rights = caller.rights(lists, resource.scope());
        return (rights & obliged) != 0 || suffices(caller, lists, resource, rights, Justification.NONE);
    }

    /** {@code run.write} is about runs: who may {@code run.list} (or {@code run.read}) knows that they exist. */
    private static Map<Permission, Permission> listedBy() {
        var listed = new EnumMap<Permission, Permission>(Permission.class);
        for (Permission permission : Permission.values()) {
            String kind = permission.text().substring(0, permission.text().indexOf('.'));
            Permission.parse(kind + ".list")
                    .or(() -> Permission.parse(kind + ".read"))
                    .ifPresent(lists -> listed.put(permission, lists));
        }
        // An erasure is a request that is read as approvals are.
        listed.put(Permission.SUBJECT_ERASE, Permission.APPROVAL_READ);
        return listed;
    }
}
