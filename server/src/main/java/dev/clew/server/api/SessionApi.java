package dev.clew.server.api;

import dev.clew.server.access.Access;
import dev.clew.server.access.SessionView;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Cookies;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Gate;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials.Scheme;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Routes by which a browser signs in and out and learns who it is. */
public final class SessionApi {
    private static final String PATH = "/api/clew/v1/session";
    private static final String SESSIONS = "/api/clew/v1/sessions";

    private final Access access;
    private final String log;

    /**
     * Who the caller is.
     *
     * @param state {@code open} while there is no user, {@code anonymous} without valid credentials, else {@code signed-in}
     * @param csrf what pages send as X-Clew-Csrf with every change; null without a session
     * @param permissions what the caller may do in its project, by name
     * @param justified those of them that take a reason each time, and a purpose where personal data is shown
     * @param audited paths of the scopes whose entries the caller may read
     * @param project path of the project in which the caller acts; null for nobody
     * @param log name of this server's log and the id of its key, by which people know it before they give it a secret
     */
    record WhoView(
            String state,
            @Nullable String who,
            @Nullable String name,
            List<String> roles,
            List<String> permissions,
            List<String> justified,
            List<String> audited,
            @Nullable String csrf,
            @Nullable String project,
            String log) {}

    /** @param log name and key id of the log, such as {@code clew.example+0a1b2c3d} */
    public SessionApi(Access access, String log) {
        this.access = access;
        this.log = log;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(PATH)
                        .open("a page asks whether anybody is signed in")
                        .summary("Who the caller is, and what it may do in its project")
                        .answers(200, WhoView.class)
                        .handle(this::who),
                Route.post(PATH)
                        .open("this is how one signs in")
                        .summary("Sign a browser in, with a token or with user and password")
                        .optional("token", "string", "a token")
                        .optional("user", "string", "or a login")
                        .optional("password", "string", "with its password")
                        .answers(200, WhoView.class)
                        .handle(this::signIn),
                Route.delete(PATH)
                        .open("signing out needs no right")
                        .summary("Sign the browser out")
                        .answersNothing()
                        .handle(this::signOut),
                Route.get(SESSIONS)
                        .permission(Permission.SESSION_REVOKE_OWN)
                        .summary("Browsers that are signed in; those of everybody with permission session.revoke")
                        .query("all", "boolean", "true: of everybody")
                        .answersPage(SessionView.class)
                        .handle(this::sessions),
                Route.delete(SESSIONS + "/{id}")
                        .permission(Permission.SESSION_REVOKE_OWN)
                        .summary("Sign a browser out; another's with permission session.revoke")
                        .answersNothing()
                        .handle(this::endSession));
    }

    /** Who the caller is; nobody without valid credentials. */
    public Answer who(Exchange exchange) {
        return Answer.json(view(exchange));
    }

    private Answer sessions(Exchange exchange) {
        boolean all = Queries.flag(exchange, "all");
        if (all) {
            exchange.require(Permission.SESSION_REVOKE, Resource.in(Scopes.INSTANCE));
        }
        return Answer.json(
                new Page<>(access.sessions(all ? null : exchange.caller().who()), null));
    }

    private Answer endSession(Exchange exchange) {
        Uid id = Fields.parseUid("Session", exchange.path("id"));
        SessionView session = access.sessions(null).stream()
                .filter(each -> each.id().equals(id.dashed()))
                .findFirst()
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND, "There is no session %s; it may have ended.".formatted(id.dashed())));
        boolean isOwn = session.who().equals(exchange.caller().who());
        access.endSession(
                isOwn ? exchange.permit() : exchange.require(Permission.SESSION_REVOKE, Resource.in(Scopes.INSTANCE)),
                id);
        return Answer.text(204, "");
    }

    private Answer signIn(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        var token = body.optionalText("token");
        var user = body.optionalText("user");
        var password = body.optionalText("password");
        body.end();
        if (token.isPresent() == (user.isPresent() && password.isPresent())) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "Send either token, or user and password.");
        }
        var credentials = token.isPresent()
                ? exchange.credentialsOf(Scheme.BEARER, null, token.get())
                : exchange.credentialsOf(Scheme.BASIC, user.orElseThrow(), password.orElseThrow());
        String secret = access.signIn(credentials);
        return Answer.json(view(access.authenticate(credentials), Cookies.csrf(secret)))
                .header("Set-Cookie", Cookies.set(secret, exchange.isTls()));
    }

    private Answer signOut(Exchange exchange) {
        exchange.sessionSecret().ifPresent(secret -> {
            // Also with a session that has ended: only a page of this server signs its people out.
            exchange.credentialsOf(Scheme.SESSION, null, secret);
            access.signOut(secret);
        });
        return Answer.text(204, "")
                .header("Set-Cookie", Cookies.clear(exchange.isTls()))
                .header("Clear-Site-Data", "\"cache\", \"storage\"");
    }

    private WhoView view(Exchange exchange) {
        try {
            return view(
                    exchange.caller(),
                    exchange.sessionSecret().map(Cookies::csrf).orElse(null));
        } catch (ClewException e) {
            if (e.code() != ErrorCode.UNAUTHENTICATED) {
                throw e;
            }
            return new WhoView("anonymous", null, null, List.of(), List.of(), List.of(), List.of(), null, null, log);
        }
    }

    private WhoView view(Caller caller, @Nullable String csrf) {
        return new WhoView(
                access.isOpen() ? "open" : "signed-in",
                caller.who(),
                access.nameOf(caller.who()),
                caller.held().stream()
                        .map(Caller.Held::role)
                        .distinct()
                        .sorted()
                        .toList(),
                permissions(permission -> caller.rights(permission, caller.project()) != 0),
                permissions(permission -> Gate.isJustified(caller, permission, caller.project())),
                Arrays.stream(caller.tree().all())
                        .filter(scope -> caller.rights(Permission.AUDIT_READ, scope) != 0)
                        .mapToObj(caller.tree()::path)
                        .toList(),
                csrf,
                caller.tree().path(caller.project()),
                log);
    }

    private static List<String> permissions(Predicate<Permission> which) {
        return Arrays.stream(Permission.values())
                .filter(which)
                .map(Permission::text)
                .toList();
    }
}
