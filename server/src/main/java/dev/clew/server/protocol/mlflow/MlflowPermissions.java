package dev.clew.server.protocol.mlflow;

import dev.clew.server.access.Access;
import dev.clew.server.access.PrincipalView;
import dev.clew.server.access.Role;
import dev.clew.server.access.RoleGrantView;
import dev.clew.server.access.Term;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.ports.Caller;
import dev.clew.server.registry.Registry;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Routes of permissions, as {@code mlflow.server.auth.client} calls them: MLflow's levels are worked out from the roles somebody holds, and
 * giving one gives the smallest role that has it. Nothing is given silently that this server gives by two persons only.
 */
public final class MlflowPermissions {
    private static final String BASE = "mlflow/users/";
    private static final String SELF = "everybody may ask about himself; about others the handler asks principal.read";

    private final Access access;
    private final Tracking tracking;
    private final Registry registry;

    public MlflowPermissions(Access access, Tracking tracking, Registry registry) {
        this.access = access;
        this.tracking = tracking;
        this.registry = registry;
    }

    public List<Route> routes() {
        return new MlflowRoutes()
                .ofInstance(3, Method.POST, BASE + "permissions/grant", Permission.ROLE_GRANT, this::grant)
                .ofInstance(3, Method.POST, BASE + "permissions/revoke", Permission.ROLE_GRANT, this::revoke)
                .open(3, Method.GET, BASE + "permissions/get", SELF, this::get)
                .open(3, Method.GET, BASE + "permissions/list", SELF, this::list)
                .open(3, Method.GET, BASE + "current/permissions", SELF, this::current)
                .open(3, Method.GET, BASE + "roles/list", SELF, this::roles)
                .list();
    }

    private Answer grant(Call call) {
        Message message = call.message();
        PrincipalView user = UserJson.required(access, message.required("username"));
        ResourceType type = ResourceType.parse(message.required("resource_type"));
        requireAll(type, message.required("resource_id"));
        String permission = message.required("permission");
        Level level = Level.named(permission)
                .filter(named -> named != Level.NO_PERMISSIONS)
                .orElseThrow(() -> MlflowErrors.invalid(
                        "Invalid permission '%s'. Valid permissions are: %s".formatted(permission, Level.names())));
        return Out.empty()
                .receipt(access.grant(
                        call.permit(), user.name(), role(type, level), Scopes.DEFAULT_WORKSPACE, Term.USUAL));
    }

    private static Role role(ResourceType type, Level level) {
        return switch (level) {
            case READ -> Role.VW;
            case EDIT -> type.editor();
            case USE ->
                throw MlflowErrors.invalid(
                        "No role of this server reads files without doing more; give READ or EDIT, or one of its own roles with clew user.");
            case MANAGE ->
                throw new ClewException(
                        ErrorCode.APPROVAL_REQUIRED,
                        "MANAGE is given to nobody here: who gives rights does not use them. Give EDIT, and let a security administrator give rights.");
            case DENY, NO_PERMISSIONS ->
                throw MlflowErrors.invalid(
                        "Rights only add up here, so that none can be denied; take back the role that gives it.");
        };
    }

    private static void requireAll(ResourceType type, String resource) {
        if (!type.isServed()) {
            throw MlflowErrors.invalid(
                    "resource_type '%s' is not supported by the per-user permission convenience APIs."
                            .formatted(type.text()));
        }
        if (!resource.equals("*")) {
            throw MlflowErrors.invalid(
                    "Roles hold for a whole project here, not for one thing; use resource_id '*' instead of '%s'."
                            .formatted(resource));
        }
    }

    /** Takes back what {@link #grant} gave; refuses, and takes nothing, if a wider role would leave the right in place. */
    private Answer revoke(Call call) {
        Message message = call.message();
        PrincipalView user = UserJson.required(access, message.required("username"));
        ResourceType type = ResourceType.parse(message.required("resource_type"));
        requireAll(type, message.required("resource_id"));
        Caller held = access.caller(user.id());
        List<RoleGrantView> giving = user.held().stream()
                .filter(role -> level(held, role, type) != Level.NO_PERMISSIONS)
                .toList();
        if (giving.isEmpty()) {
            throw MlflowErrors.notFound("Permission with resource_type=%s, resource_id=* and username=%s not found"
                    .formatted(type.text(), user.name()));
        }
        Set<String> mapped = Set.of(Role.VW.code(), type.editor().code());
        String wider = giving.stream()
                .filter(role -> !mapped.contains(role.role()))
                .map(role -> "%s (%s)".formatted(role.role(), role.title()))
                .collect(Collectors.joining(", "));
        if (!wider.isEmpty()) {
            throw MlflowErrors.invalid(
                    "%s also holds %s, which gives this and more; nothing was taken. Take that role back with DELETE /api/clew/v1/grants/ID."
                            .formatted(user.name(), wider));
        }
        giving.forEach(role -> access.revoke(call.permit(), Uid.parse(role.id())));
        return Out.empty();
    }

    private static Level level(Caller held, RoleGrantView role, ResourceType type) {
        return held.held().stream()
                .filter(each -> each.role().equals(role.role())
                        && held.tree().path(each.scope()).equals(role.scope()))
                .map(each -> Level.of(type, permission -> each.rights()[permission.ordinal()]))
                .findFirst()
                .orElse(Level.NO_PERMISSIONS);
    }

    private Answer get(Exchange exchange) {
        String username = UserJson.target(access, exchange, MlflowUsers.queried(exchange, "username"));
        ResourceType type = ResourceType.parse(MlflowUsers.queried(exchange, "resource_type"));
        String resource = MlflowUsers.queried(exchange, "resource_id");
        Caller held = access.caller(UserJson.required(access, username).id());
        Level level = isThere(exchange, type, resource)
                ? Level.of(type, permission -> held.rights(permission, held.project()))
                : Level.NO_PERMISSIONS;
        return Out.answer(
                out -> out.flag("allowed", level.compareTo(Level.USE) >= 0).text("permission", level.name()));
    }

    private boolean isThere(Exchange exchange, ResourceType type, String resource) {
        if (resource.equals("*")) {
            return type.isServed();
        }
        return switch (type) {
            case EXPERIMENT ->
                resource.matches("[0-9]{1,18}")
                        && tracking.experiment(Long.parseLong(resource), exchange.project())
                                .isPresent();
            case REGISTERED_MODEL, PROMPT ->
                registry.model(exchange.workspace(), resource).isPresent();
            default -> false;
        };
    }

    private Answer list(Exchange exchange) {
        String username = UserJson.target(access, exchange, MlflowUsers.queried(exchange, "username"));
        return permissions(UserJson.required(access, username));
    }

    private Answer current(Exchange exchange) {
        String who = exchange.caller().who();
        return permissions(access.find(who)
                .orElseGet(() -> new PrincipalView(who, access.nameOf(who), "active", null, List.of())));
    }

    private Answer permissions(PrincipalView user) {
        Caller held = access.caller(user.id());
        var rows = new ArrayList<Row>();
        for (RoleGrantView role : user.held()) {
            UserJson.given(held, role).forEach(given -> rows.add(new Row(role, given)));
        }
        return Out.answer(out ->
                out.flag("is_admin", UserJson.isAdmin(user)).listAlways("permissions", rows, MlflowPermissions::write));
    }

    private record Row(RoleGrantView role, UserJson.Given given) {}

    private static void write(Out out, Row row) throws IOException {
        out.integer("role_id", UserJson.number(row.role().id()))
                .text("role_name", row.role().role())
                .text("workspace", UserJson.WORKSPACE)
                .text("resource_type", row.given().type().text())
                .text("resource_pattern", "*")
                .text("permission", row.given().level().name());
    }

    private Answer roles(Exchange exchange) {
        String username = UserJson.target(access, exchange, MlflowUsers.queried(exchange, "username"));
        PrincipalView user = UserJson.required(access, username);
        return Out.answer(out -> UserJson.roles(out, access.caller(user.id()), user));
    }
}
