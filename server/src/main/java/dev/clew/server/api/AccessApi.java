package dev.clew.server.api;

import dev.clew.server.access.Access;
import dev.clew.server.access.PrincipalView;
import dev.clew.server.access.RightView;
import dev.clew.server.access.Role;
import dev.clew.server.access.RoleGrantView;
import dev.clew.server.access.Term;
import dev.clew.server.access.TokenView;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes of users, service accounts, roles and tokens. */
public final class AccessApi {
    private static final String BASE = "/api/clew/v1";
    private static final String EXPIRES =
            "when the role ends by itself, RFC 3339, or never; default is 90 days for AP, DP and AU, else never. Given again, a held role gets the new end";

    private final Access access;

    public AccessApi(Access access) {
        this.access = access;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE + "/users")
                        .permission(Permission.PRINCIPAL_WRITE)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary("Make a user or service account, with a role")
                        .required("name", "string", "login, unique; 1 to 128 characters")
                        .optional("service", "boolean", "whether it is a service account")
                        .optional(
                                "owner",
                                "string",
                                "user who answers for a service account, default the caller; or whose second account this is")
                        .optional("role", "string", "code of a first role, such as DS")
                        .optional("scope", "string", "where the role holds; default is where it usually does")
                        .optional("expires", "string", EXPIRES)
                        .optional("password", "string", "for signing in with a browser")
                        .answers(201, PrincipalView.class)
                        .handle(this::create),
                Route.get(BASE + "/users")
                        .permission(Permission.PRINCIPAL_READ)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary("Users and service accounts with their roles")
                        .answersPage(PrincipalView.class)
                        .handle(exchange -> Answer.json(new Page<>(access.list(), null))),
                Route.post(BASE + "/grants")
                        .permission(Permission.ROLE_GRANT)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary("Give somebody a role in a scope")
                        .required("user", "string", "login or id")
                        .required("role", "string", "code, such as DS")
                        .optional("scope", "string", "instance, default, default/default or a project below it")
                        .optional("expires", "string", EXPIRES)
                        .answers(201, RoleGrantView.class)
                        .handle(this::grant),
                Route.delete(BASE + "/grants/{id}")
                        .permission(Permission.ROLE_GRANT)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary("Take a role back")
                        .answersNothing()
                        .handle(this::revoke),
                Route.get(BASE + "/rights")
                        .permission(Permission.PRINCIPAL_READ)
                        .on(exchange -> Resource.in(Scopes.INSTANCE))
                        .summary(
                                "Why somebody may do something: the grants that give a permission, and the roles that would")
                        .query("user", "login or id")
                        .query("permission", "name, such as deployment.execute")
                        .answers(200, RightView.class)
                        .handle(this::why),
                Route.get(BASE + "/tokens")
                        .permission(Permission.TOKEN_REVOKE_OWN)
                        .summary("Tokens that can be used, without their text; of others with permission token.revoke")
                        .query("user", "login or id; default the caller")
                        .answersPage(TokenView.class)
                        .handle(this::tokens),
                Route.post(BASE + "/tokens")
                        .permission(Permission.TOKEN_CREATE)
                        .summary("Make a token; its text is shown this once")
                        .optional("user", "string", "whose; default the caller")
                        .optional("name", "string", "what it is for")
                        .optional("expires", "date-time", "at most 365 days from now; default 90")
                        .optional("permissions", "array", "names of the permissions it is narrowed to")
                        .shownOnce()
                        .answers(201, Access.Issued.class)
                        .handle(this::issue),
                Route.delete(BASE + "/tokens/{id}")
                        .permission(Permission.TOKEN_REVOKE_OWN)
                        .on(this::tokenResource)
                        .summary("End a token")
                        .answersNothing()
                        .handle(this::revokeToken));
    }

    private Answer create(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String name = body.text("name");
        boolean service = body.flag("service", false);
        String owner = body.optionalText("owner").orElse(null);
        Role role = body.optionalText("role").map(Role::parse).orElse(null);
        int scope = scope(body, role);
        Term term = term(body);
        if (role == null && term.isSaid()) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "expires is when the role ends; give a role with it.");
        }
        String password = body.optionalText("password").orElse(null);
        body.end();
        return Answer.json(201, access.create(exchange.permit(), name, service, owner, role, scope, term, password));
    }

    private int scope(Fields body, @Nullable Role role) {
        return body.optionalText("scope")
                .map(access::scope)
                .orElse(role == null ? Scopes.DEFAULT_WORKSPACE : role.usualScope());
    }

    private static Term term(Fields body) {
        return body.optionalText("expires")
                .map(text -> text.equals("never") ? Term.NEVER_ENDING : Term.until(Queries.time("expires", text)))
                .orElse(Term.USUAL);
    }

    private Answer grant(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String user = body.text("user");
        Role role = Role.parse(body.text("role"));
        int scope = scope(body, role);
        Term term = term(body);
        body.end();
        var receipt = access.grant(exchange.permit(), user, role, scope, term);
        return Answer.json(201, receipt.answer()).receipt(receipt);
    }

    private Answer revoke(Exchange exchange) {
        access.revoke(exchange.permit(), Fields.parseUid("Grant", exchange.path("id")));
        return Answer.text(204, "");
    }

    private Answer why(Exchange exchange) {
        String name = exchange.query("permission").orElse("");
        Permission permission = Permission.parse(name).orElseThrow(() -> unknownPermission(name));
        String user = exchange.query("user")
                .orElseThrow(() -> new ClewException(ErrorCode.INVALID_ARGUMENT, "Give user, a login or id."));
        return Answer.json(access.why(user, permission));
    }

    private Answer tokens(Exchange exchange) {
        String who = exchange.caller().who();
        String user = exchange.query("user").orElse(who);
        if (!user.equals(who) && !user.equals(access.nameOf(who))) {
            exchange.require(Permission.TOKEN_REVOKE, Resource.in(Scopes.INSTANCE));
        }
        return Answer.json(new Page<>(access.tokensOf(user), null));
    }

    private static ClewException unknownPermission(String name) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, "Permission \"%s\" is unknown.".formatted(name));
    }

    private Answer issue(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String user = body.optionalText("user").orElse(null);
        String name = body.optionalText("name").orElse("token");
        Duration validity = body.optionalText("expires")
                .map(text -> Duration.between(Instant.now(), Queries.time("expires", text)))
                .orElse(null);
        Set<Permission> permissions =
                body.json("permissions").isEmpty() ? null : permissions(body.texts("permissions"));
        body.end();
        return Answer.json(
                201,
                access.issue(
                        exchange.permit(),
                        user,
                        name,
                        validity,
                        permissions,
                        exchange.caller().narrowedTo()));
    }

    private Answer revokeToken(Exchange exchange) {
        access.revokeToken(exchange.permit(), Fields.parseUid("Token", exchange.path("id")));
        return Answer.text(204, "");
    }

    private Resource tokenResource(Exchange exchange) {
        Uid id = Fields.parseUid("Token", exchange.path("id"));
        String owner = access.ownerOfToken(id)
                .orElseThrow(
                        () -> new ClewException(ErrorCode.NOT_FOUND, "There is no token %s.".formatted(id.dashed())));
        return Resource.of(Scopes.DEFAULT_PROJECT, owner);
    }

    private static Set<Permission> permissions(List<String> names) {
        var permissions = EnumSet.noneOf(Permission.class);
        for (String name : names) {
            permissions.add(Permission.parse(name).orElseThrow(() -> unknownPermission(name)));
        }
        return permissions;
    }
}
