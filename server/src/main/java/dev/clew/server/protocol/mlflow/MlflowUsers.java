package dev.clew.server.protocol.mlflow;

import dev.clew.server.access.Access;
import dev.clew.server.access.PrincipalView;
import dev.clew.server.access.Role;
import dev.clew.server.access.Term;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Method;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.Caller;
import java.util.List;

/**
 * Routes of users, as {@code mlflow.server.auth.client} calls them, over the users of this server. A new user has no role. Everybody may
 * ask about himself.
 */
public final class MlflowUsers {
    private static final String BASE = "mlflow/users/";
    private static final String SELF = "everybody may ask about himself; about others the handler asks principal.read";
    private static final int MIN_PASSWORD = 15;

    private final Access access;

    public MlflowUsers(Access access) {
        this.access = access;
    }

    public List<Route> routes() {
        return new MlflowRoutes()
                .ofInstance(2, Method.POST, BASE + "create", Permission.PRINCIPAL_WRITE, this::create)
                .ofInstance(2, Method.GET, BASE + "list", Permission.PRINCIPAL_READ, this::list)
                .ofInstance(2, Method.PATCH, BASE + "update-admin", Permission.ROLE_GRANT, this::updateAdmin)
                .ofInstance(2, Method.DELETE, BASE + "delete", Permission.PRINCIPAL_WRITE, this::delete)
                .open(
                        2,
                        Method.PATCH,
                        BASE + "update-password",
                        "everybody may change his own; the handler asks token.create",
                        this::updatePassword)
                .open(2, Method.GET, BASE + "current", SELF, this::current)
                .open(2, Method.GET, BASE + "get", SELF, this::get)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        String username = message.required("username");
        String password = message.required("password");
        requireLong(password);
        try {
            access.create(call.permit(), username, false, null, null, Scopes.DEFAULT_WORKSPACE, Term.USUAL, password);
        } catch (ClewException e) {
            throw e.code() == ErrorCode.ALREADY_EXISTS
                    ? new ClewException(
                            ErrorCode.ALREADY_EXISTS,
                            "User (username=%s) already exists. Names of deleted users stay taken, for their history names them."
                                    .formatted(username),
                            e)
                    : e;
        }
        PrincipalView user = UserJson.required(access, username);
        return Out.answer(out -> out.object("user", each -> UserJson.user(each, user)));
    }

    private static void requireLong(String password) {
        if (password.length() < MIN_PASSWORD) {
            throw MlflowErrors.invalid("Password must be at least %d characters.".formatted(MIN_PASSWORD));
        }
    }

    private Answer list(Call call) {
        List<PrincipalView> users =
                access.list().stream().filter(PrincipalView::isActive).toList();
        return Out.answer(out -> out.listAlways("users", users, (each, user) -> {
            UserJson.user(each, user);
            UserJson.roles(each, access.caller(user.id()), user);
        }));
    }

    private Answer get(Exchange exchange) {
        String username = UserJson.target(access, exchange, queried(exchange, "username"));
        PrincipalView user = UserJson.required(access, username);
        return Out.answer(out -> out.object("user", each -> UserJson.user(each, user)));
    }

    private Answer current(Exchange exchange) {
        Caller caller = exchange.caller();
        PrincipalView user = access.find(caller.who())
                .orElseGet(
                        () -> new PrincipalView(caller.who(), access.nameOf(caller.who()), "active", null, List.of()));
        boolean basic = exchange.header("Authorization")
                .filter(header -> header.regionMatches(true, 0, "Basic ", 0, 6))
                .isPresent();
        return Out.answer(
                out -> out.object("user", each -> UserJson.user(each, user)).flag("is_basic_auth", basic));
    }

    private Answer updatePassword(Exchange exchange) {
        String who = exchange.caller().who();
        Message message = Message.of(exchange, false, false);
        String username = message.required("username");
        String password = message.required("password");
        boolean own = username.equals(access.nameOf(who));
        // Whether there is such a user is nothing for others to learn.
        if (!own && !who.equals(Access.OPERATOR)) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "A password is changed by its owner, or by the operator of this machine: who could set another's password could act as him.");
        }
        Permit permit = exchange.require(
                Permission.TOKEN_CREATE, own ? Resource.of(exchange.project(), who) : Resource.in(Scopes.INSTANCE));
        String current = message.text("current_password");
        if (own && current.isEmpty()) {
            throw MlflowErrors.invalid("Current password is required when changing your own password.");
        }
        requireLong(password);
        if (own && password.equals(current)) {
            throw MlflowErrors.invalid("New password must differ from the current password.");
        }
        String name = UserJson.required(access, username).name();
        return Out.empty().receipt(access.changePassword(permit, name, current, password));
    }

    private Answer updateAdmin(Call call) {
        Message message = call.message();
        PrincipalView user = UserJson.required(access, message.required("username"));
        boolean wanted = message.flag("is_admin").orElseThrow(() -> message.missing("is_admin"));
        if (wanted) {
            return Out.empty().receipt(access.grant(call.permit(), user.name(), Role.SA, Scopes.INSTANCE, Term.USUAL));
        }
        user.roles().stream()
                .filter(role -> role.role().equals(Role.SA.code()))
                .forEach(role -> access.revoke(call.permit(), Uid.parse(role.id())));
        return Out.empty();
    }

    private Answer delete(Call call) {
        String username = call.message().required("username");
        if (username.equals(access.nameOf(call.permit().who()))) {
            return MlflowErrors.answer(
                    400,
                    "BAD_REQUEST",
                    "Users cannot delete their own account. Ask another admin to delete this user instead.");
        }
        Receipt<Boolean> receipt = access.deactivate(
                call.permit(), UserJson.required(access, username).name());
        return Out.empty().receipt(receipt);
    }

    static String queried(Exchange exchange, String name) {
        return exchange.query(name).filter(value -> !value.isEmpty()).orElseThrow(() -> Scalars.missing(name));
    }
}
