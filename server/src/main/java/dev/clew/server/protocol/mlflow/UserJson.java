package dev.clew.server.protocol.mlflow;

import dev.clew.server.access.Access;
import dev.clew.server.access.PrincipalView;
import dev.clew.server.access.RoleGrantView;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Resource;
import dev.clew.server.ports.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Writes users, and the roles they hold, as MLflow has them. */
final class UserJson {
    /** Workspace of every role: workspaces are not told apart over this protocol. */
    static final String WORKSPACE = "default";

    private static final String INSTANCE = "instance";

    private UserJson() {}

    /** Somebody who is there; MLflow's words otherwise. */
    static PrincipalView required(Access access, String username) {
        return access.find(username)
                .filter(PrincipalView::isActive)
                .orElseThrow(() -> MlflowErrors.notFound("User with username=%s not found".formatted(username)));
    }

    /** Who asks, or whom he may ask about: himself, or anybody with the permission to read users. */
    static String target(Access access, Exchange exchange, String username) {
        Caller caller = exchange.caller();
        if (!username.equals(access.nameOf(caller.who()))) {
            exchange.require(Permission.PRINCIPAL_READ, Resource.in(Scopes.INSTANCE));
        }
        return username;
    }

    /** Administrators of MLflow may everything; here the one who gives rights comes closest. */
    static boolean isAdmin(PrincipalView user) {
        return user.held().stream()
                .anyMatch(role -> role.role().equals("SA") && role.scope().equals(INSTANCE));
    }

    static void user(Out out, PrincipalView user) throws IOException {
        out.integer("id", number(user.id())).text("username", user.name()).flag("is_admin", isAdmin(user));
    }

    /** The roles somebody holds, each with the levels that it gives over MLflow's things. */
    static void roles(Out out, Caller caller, PrincipalView user) throws IOException {
        out.listAlways("roles", user.held(), (each, role) -> {
            long id = number(role.id());
            each.integer("id", id)
                    .text("name", role.role())
                    .text("workspace", WORKSPACE)
                    .text("description", "%s in %s".formatted(role.title(), role.scope()))
                    .listAlways("permissions", given(caller, role), (row, given) -> {
                        row.integer("id", id * 100 + given.type().ordinal())
                                .integer("role_id", id)
                                .text("resource_type", given.type().text())
                                .text("resource_pattern", "*")
                                .text("permission", given.level().name());
                    });
        });
    }

    /** A level over all things of a type. */
    record Given(ResourceType type, Level level) {}

    /** What one held role gives. */
    static List<Given> given(Caller caller, RoleGrantView role) {
        return caller.held().stream()
                .filter(held -> held.role().equals(role.role())
                        && caller.tree().path(held.scope()).equals(role.scope()))
                .findFirst()
                .map(held -> ResourceType.shown().stream()
                        .map(type -> new Given(type, Level.of(type, permission -> held.rights()[permission.ordinal()])))
                        .filter(given -> given.level() != Level.NO_PERMISSIONS)
                        .toList())
                .orElse(List.of());
    }

    /** Clients want numbers; two of them are never compared by one. */
    static long number(String id) {
        var sum = new CRC32();
        sum.update(id.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }
}
