package dev.clew.server.ports;

import dev.clew.server.common.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, with every right as of one access epoch, answering from memory. Rights of all roles held in a scope or above it add up; a
 * token narrows them to its scope and permissions. Thread-safe; equal questions are answered once and remembered.
 */
public final class Caller {
    /**
     * A role held somewhere.
     *
     * @param role its code, e.g. {@code DS}
     * @param rights one bit set of {@link Right} for each {@link Permission}, by ordinal
     */
    public record Held(String role, int scope, int[] rights) {}

    /**
     * What a token narrows its owner's rights to.
     *
     * @param permissions null for all
     * @param untilMillis when it ends, or {@code Long.MAX_VALUE}
     */
    public record Narrowing(int scope, @Nullable Set<Permission> permissions, long untilMillis) {}

    private static final int PERMISSIONS = Permission.values().length;

    private final String who;
    private final long accessEpoch;
    private final int project;
    private final int workspace;
    private final List<Held> held;
    private final ScopeTree tree;
    private final @Nullable Narrowing narrowing;
    private final long validUntilMillis;
    private final Map<Integer, int[]> byScope = new ConcurrentHashMap<>();

    /** @param validUntilMillis when the first of the rights ends, or {@code Long.MAX_VALUE} */
    public Caller(
            String who,
            long accessEpoch,
            int project,
            int workspace,
            List<Held> held,
            ScopeTree tree,
            @Nullable Narrowing narrowing,
            long validUntilMillis) {
        this.who = who;
        this.accessEpoch = accessEpoch;
        this.project = project;
        this.workspace = workspace;
        this.held = List.copyOf(held);
        this.tree = tree;
        this.narrowing = narrowing;
        this.validUntilMillis =
                narrowing == null ? validUntilMillis : Math.min(validUntilMillis, narrowing.untilMillis());
    }

    public String who() {
        return who;
    }

    public long accessEpoch() {
        return accessEpoch;
    }

    /** The permissions that its token leaves it; null when it came without one, or with one that leaves all. */
    public @Nullable Set<Permission> narrowedTo() {
        return narrowing == null ? null : narrowing.permissions();
    }

    /** Where writes without an explicit project go. */
    public int project() {
        return project;
    }

    public int workspace() {
        return workspace;
    }

    public List<Held> held() {
        return held;
    }

    public ScopeTree tree() {
        return tree;
    }

    public long validUntilMillis() {
        return validUntilMillis;
    }

    /** Whether the token, if there is one, reaches this permission here. */
    public boolean isReached(Permission permission, int scope) {
        return narrowing == null
                || ((narrowing.permissions() == null || narrowing.permissions().contains(permission))
                        && tree.isWithin(scope, narrowing.scope()));
    }

    /** Bit set of {@link Right}; 0 is denied. */
    public int rights(Permission permission, int scope) {
        int[] here = byScope.get(scope);
        if (here == null) {
            here = byScope.size() > 10_000 ? compute(scope) : byScope.computeIfAbsent(scope, this::compute);
        }
        return here[permission.ordinal()];
    }

    /** Domains in which a right with a note holds here, by the roles that give it. */
    public Set<Domain> domains(Permission permission, int scope) {
        var domains = EnumSet.noneOf(Domain.class);
        if (isReached(permission, scope)) {
            for (Held role : held) {
                int rights = role.rights()[permission.ordinal()];
                if (tree.isWithin(scope, role.scope())
                        && (rights & (Right.DOMAIN.bit() | Right.OWN_DOMAIN.bit())) != 0) {
                    domains.addAll(Domain.ofRole(role.role()));
                }
            }
        }
        return domains;
    }

    private int[] compute(int scope) {
        int[] rights = new int[PERMISSIONS];
        for (Held role : held) {
            if (tree.isWithin(scope, role.scope())) {
                for (int i = 0; i < PERMISSIONS; i++) {
                    rights[i] |= role.rights()[i];
                }
            }
        }
        if (narrowing != null) {
            for (Permission permission : EnumSet.allOf(Permission.class)) {
                if (!isReached(permission, scope)) {
                    rights[permission.ordinal()] = 0;
                }
            }
        }
        return rights;
    }
}
