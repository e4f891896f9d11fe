package dev.clew.server.access;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Right;
import dev.clew.server.ports.ScopeTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From grants to rights: the roles a principal holds, in which scopes, until when. Pure. */
final class Callers {
    private static final List<Role> LOCAL_ROLES =
            List.of(Role.DS, Role.DE, Role.AP, Role.DP, Role.OP, Role.CW, Role.AU, Role.SI, Role.SS);

    /** What whoever works alone has beside the roles that were granted. */
    private static final List<Role> SOLO_ROLES = List.of(Role.DS, Role.DP, Role.AP);

    static final ScopeTree TREE = new ScopeTree(List.of(
            new ScopeTree.Scope(Scopes.INSTANCE, Scopes.INSTANCE, ScopeTree.Level.INSTANCE, "instance"),
            new ScopeTree.Scope(
                    Scopes.DEFAULT_ORGANISATION,
                    Scopes.INSTANCE,
                    ScopeTree.Level.ORGANISATION,
                    Scopes.DEFAULT_NAMESPACE),
            new ScopeTree.Scope(
                    Scopes.DEFAULT_WORKSPACE, Scopes.DEFAULT_ORGANISATION, ScopeTree.Level.WORKSPACE, "default"),
            new ScopeTree.Scope(Scopes.DEFAULT_PROJECT, Scopes.DEFAULT_WORKSPACE, ScopeTree.Level.PROJECT, "default")));

    private Callers() {}

    /** What a principal may do at a moment, narrowed to a token if it came with one. */
    static Caller of(Directory now, ScopeTree tree, String who, @Nullable Token token, long nowMillis) {
        var held = new ArrayList<Caller.Held>();
        long until = Long.MAX_VALUE;
        if (who.equals(Access.LOCAL)) {
            if (!now.hasUsers()) {
                for (Role role : LOCAL_ROLES) {
                    held.add(new Caller.Held(role.code(), Scopes.DEFAULT_WORKSPACE, role.rights()));
                }
                held.add(new Caller.Held("local", Scopes.INSTANCE, reads()));
            }
        } else if (who.equals(Access.OPERATOR)) {
            held.add(new Caller.Held("operator", Scopes.INSTANCE, operator()));
        } else {
            for (RoleGrant grant : now.grants().getOrDefault(who, List.of())) {
                if (grant.holdsAt(nowMillis * 1_000)) {
                    held.add(new Caller.Held(
                            grant.role().code(), grant.scope(), grant.role().rights()));
                    until = Math.min(until, grant.expiresAt() == null ? Long.MAX_VALUE : grant.expiresAt() / 1_000);
                }
            }
            if (now.isSoloUser(who)) {
                held.add(new Caller.Held(Role.KC.code(), Scopes.INSTANCE, Role.KC.rights()));
                for (Role role : SOLO_ROLES) {
                    held.add(new Caller.Held(role.code(), Scopes.DEFAULT_WORKSPACE, role.rights()));
                }
            }
        }
        Caller.Narrowing narrowing = token == null
                ? null
                : new Caller.Narrowing(
                        token.scope(),
                        token.permissions() == null
                                ? null
                                : Arrays.stream(token.permissions().split(",", -1))
                                        .map(name -> Permission.parse(name).orElseThrow())
                                        .collect(Collectors.toSet()),
                        token.expiresAt() == null ? Long.MAX_VALUE : token.expiresAt() / 1_000);
        int workspace = workspace(tree, held, token);
        return new Caller(who, now.epoch(), tree.defaultProjectOf(workspace), workspace, held, tree, narrowing, until);
    }

    /** The token's; without one, that of all roles that lie in one; else the first. */
    private static int workspace(ScopeTree tree, List<Caller.Held> held, @Nullable Token token) {
        int[] roles = held.stream()
                .mapToInt(role -> tree.workspaceOf(role.scope(), Scopes.INSTANCE))
                .filter(workspace -> workspace != Scopes.INSTANCE)
                .distinct()
                .toArray();
        int ofRoles = roles.length == 1 ? roles[0] : Scopes.DEFAULT_WORKSPACE;
        return token == null ? ofRoles : tree.workspaceOf(token.scope(), ofRoles);
    }

    /** The operator has the verbs of both administrators, no data, and makes tokens for others. */
    private static int[] operator() {
        int[] rights = Role.SA.rights();
        int[] platform = Role.PA.rights();
        for (int i = 0; i < rights.length; i++) {
            rights[i] |= platform[i];
        }
        rights[Permission.TOKEN_CREATE.ordinal()] = Right.ALLOWED.bit();
        rights[Permission.ROLE_GRANT_PRIVILEGED.ordinal()] = Right.ALLOWED.bit();
        rights[Permission.BACKUP_RESTORE.ordinal()] = Right.ALLOWED.bit();
        return rights;
    }

    private static int[] reads() {
        int[] rights = new int[Permission.values().length];
        for (Permission permission :
                List.of(Permission.AUDIT_READ, Permission.AUDIT_VERIFY, Permission.AUDIT_PROOF_EXPORT)) {
            rights[permission.ordinal()] = Right.ALLOWED.bit();
        }
        return rights;
    }
}
