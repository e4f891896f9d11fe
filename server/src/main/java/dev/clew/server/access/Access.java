package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.common.VisibleText;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.Principals;
import dev.clew.server.ports.Right;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.storage.Database;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is who and may what, answering from memory. Thread-safe. While no user exists, requests of this machine without credentials act
 * as {@code usr:local}; the first user is made with the bootstrap token, and from then on everyone brings a token.
 */
public final class Access implements Principals, AutoCloseable {
    public static final String LOCAL = "usr:local";
    public static final String OPERATOR = "sys:operator";
    private static final String ANONYMOUS = "sys:anonymous";

    /** The scopes that exist from the first start. */
    public static final ScopeTree FIRST_TREE = Callers.TREE;

    private static final Duration LONGEST_TOKEN = Duration.ofDays(365);
    private static final Duration DEFAULT_TOKEN = Duration.ofDays(90);
    private static final int MAX_LOGIN = 128;
    private static final int MAX_TOKEN_NAME = 250;

    private final Journal journal;
    private final AccessStore store;
    private final InstantSource clock;
    private final ScopeTree tree;
    private final boolean soloWanted;
    private final LocalTokens local;
    private final Vault vault;
    private final Authentication authentication;
    private final SecureRandom random = new SecureRandom();
    private volatile Directory directory;

    /** A fresh token; its text is shown this once. */
    public record Issued(
            String id,
            String owner,
            String name,
            String token,
            @Nullable Instant expiresAt) {}

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(Principal.PRINCIPALS, RoleGrant.GRANTS, Token.TOKENS, Finding.FINDINGS);
    }

    /**
     * Opens access.
     *
     * @param keys directory of the bootstrap and the operator's token
     * @param tree organisations, workspaces and projects, {@link #FIRST_TREE} until there is a way to make more
     * @param soloWanted setting {@code sod.mode=solo}: holds only while at most one person can act
     * @throws ClewException CONFIGURATION when it is set and several can
     */
    public Access(
            Journal journal,
            Database database,
            Vault vault,
            Path keys,
            ScopeTree tree,
            boolean soloWanted,
            InstantSource clock) {
        this.journal = journal;
        this.store = new AccessStore(database);
        this.clock = clock;
        this.tree = tree;
        this.soloWanted = soloWanted;
        this.directory = Directory.load(store, journal.accessEpoch(), soloWanted);
        long persons = directory.activePersons();
        if (soloWanted && persons > 1) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "sod.mode=solo is for one person who works alone, and %d persons can act here; leave the setting out, so that duties are separated, or end the others' accounts first."
                            .formatted(persons));
        }
        this.local = LocalTokens.open(keys, directory.hasUsers(), random, clock);
        this.authentication = new Authentication(() -> directory, tree, local, vault, random, clock, this::failed);
        this.vault = vault;
    }

    /** The bootstrap token, to be printed once; empty once a user exists or when it was printed before. */
    public Optional<String> freshBootstrapToken() {
        return local.freshBootstrap();
    }

    /** Whether self-approval passes and is recorded: no user yet, or one alone who set {@code sod.mode=solo}. */
    public boolean isSolo() {
        return directory.isSolo();
    }

    public boolean isOpen() {
        return !directory.hasUsers();
    }

    @Override
    public long accessEpoch() {
        return directory.epoch();
    }

    /**
     * Signs a browser in. Writes {@code auth.login}.
     *
     * @param credentials token or password
     * @return the secret for its cookie
     * @throws ClewException UNAUTHENTICATED
     */
    public String signIn(Credentials credentials) {
        Caller caller = authenticate(credentials);
        Principal principal = directory.require(caller.who());
        journal.write(
                Permit.system(Permission.SESSION_REVOKE_OWN, Scopes.INSTANCE),
                new AccessCommand.SignIn(principal.node(), true));
        return authentication.beginSession(caller, credentials);
    }

    /** Signs a browser out. */
    public void signOut(String secret) {
        authentication.endSession(secret);
    }

    @Override
    public Caller authenticate(Credentials credentials) {
        return authentication.authenticate(credentials);
    }

    @Override
    public Caller caller(String who) {
        return authentication.caller(who);
    }

    /** Makes a user or a service account, with a role if one is given, and for how long. */
    public PrincipalView create(
            Permit permit,
            String login,
            boolean service,
            @Nullable String owner,
            @Nullable Role role,
            int scope,
            Term term,
            @Nullable String password) {
        checkLogin(login);
        String ownerId = owner == null ? null : requireOwner(owner);
        if (service && ownerId == null && !permit.who().equals(OPERATOR)) {
            ownerId = permit.who();
        }
        if (role != null && ownerId != null && !isSolo() && duties().isSame(ownerId, permit.who())) {
            throw new ClewException(ErrorCode.SEPARATION_OF_DUTIES, AccessCommand.OWN_GRANT);
        }
        requireAhead(term);
        boolean first = !directory.hasUsers();
        boolean administered = directory.hasAdministrator(nowMicros());
        if (!administered && (service || role != Role.SA)) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "There is no security administrator%s; make a user with role SA, which brings PA, and grant the rest to others."
                            .formatted(first ? " yet" : " any more"));
        }
        byte[] name = new byte[16];
        random.nextBytes(name);
        Uid named = Uid.of(name);
        var principal = new Principal(
                named,
                dev.clew.server.common.Principals.id(service ? "svc" : "usr", named),
                login,
                Principal.ACTIVE,
                ownerId,
                password == null ? null : authentication.hash(password),
                nowMicros(),
                permit.who());
        journal.write(permit, new AccessCommand.Create(principal));
        reload();
        if (role != null) {
            grant(permit, login, role, administered ? scope : Scopes.INSTANCE, term);
            if (!administered) {
                grant(permit, login, Role.PA, Scopes.INSTANCE, term);
            }
            if (first) {
                local.endBootstrap();
            }
        }
        return view(directory.require(login));
    }

    /**
     * Gives a principal another password; its browsers are signed out. As with tokens its owner does that, or the operator of this machine:
     * who could set another's password could act as him.
     *
     * @param current the password until now, needed by everybody but the operator
     */
    public Receipt<Boolean> changePassword(Permit permit, String login, @Nullable String current, String password) {
        Principal principal = directory.require(login);
        boolean byOperator = permit.who().equals(OPERATOR);
        if (!byOperator && !principal.id().equals(permit.who())) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN, "A password is changed by its owner, or by the operator of this machine.");
        }
        if (!byOperator && (current == null || !authentication.isPassword(principal, current))) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "Current password does not match.");
        }
        var receipt = journal.write(permit, new AccessCommand.SetPassword(principal, authentication.hash(password)));
        reload();
        authentication.forget(principal.id());
        return receipt;
    }

    /** Ends a principal for good: its roles are taken back, its tokens and sessions end, its history stays. */
    public Receipt<Boolean> deactivate(Permit permit, String login) {
        Principal principal = directory.require(login);
        if (principal.id().equals(permit.who())) {
            throw new ClewException(
                    ErrorCode.SEPARATION_OF_DUTIES, "Nobody ends his own account; somebody else has to.");
        }
        var receipt = journal.write(permit, new AccessCommand.Deactivate(principal));
        reload();
        authentication.forget(principal.id());
        return receipt;
    }

    /** One principal, active or not. */
    public Optional<PrincipalView> find(String loginOrId) {
        return directory.named(loginOrId).map(this::view);
    }

    /** Gives a role in a scope, for a time; who holds it already gets the new end. */
    public Receipt<RoleGrantView> grant(Permit permit, String login, Role role, int scope, Term term) {
        Principal holder = directory.require(login);
        requireAhead(term);
        Instant expires = term.endOf(role, clock.instant());
        var grant = new RoleGrant(
                Uid.next(clock.millis()),
                holder.id(),
                role,
                scope,
                expires == null ? null : micros(expires),
                permit.who(),
                nowMicros());
        var receipt = journal.write(
                permit,
                new AccessCommand.Grant(
                        grant,
                        term,
                        holder.node(),
                        directory.accountsOf(personOf(holder.id())),
                        permit.who().equals(OPERATOR),
                        duties(),
                        Stream.generate(() -> Uid.next(clock.millis()))
                                .limit(Finding.MOST)
                                .toList()));
        reload();
        return new Receipt<>(RoleGrantView.of(receipt.answer(), tree, this::nameOf, nowMicros()), receipt.entries());
    }

    /** Takes a role back. */
    public boolean revoke(Permit permit, Uid grant) {
        var found = store.grant(grant)
                .orElseThrow(() ->
                        new ClewException(ErrorCode.NOT_FOUND, "There is no grant %s.".formatted(grant.dashed())));
        boolean done = journal.write(permit, new AccessCommand.Revoke(found)).answer();
        reload();
        return done;
    }

    /**
     * Makes a token for a principal.
     *
     * @param ofLogin null for the caller itself
     * @param permissions it is narrowed to, at least one; null for all of its owner's
     * @param most what the token that asks is itself narrowed to, null when it is not: a new one reaches no further
     */
    public Issued issue(
            Permit permit,
            @Nullable String ofLogin,
            String name,
            @Nullable Duration validity,
            @Nullable Set<Permission> permissions,
            @Nullable Set<Permission> most) {
        if (permissions != null && permissions.isEmpty()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A token narrowed to no permission could do nothing; name some, or leave permissions out for all.");
        }
        if (most != null && (permissions == null || !most.containsAll(permissions))) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "The token you ask with is narrowed to %s; a new one may have some of these, named in permissions."
                            .formatted(
                                    most.stream().map(Permission::text).sorted().toList()));
        }
        checkName("A token's name", name, MAX_TOKEN_NAME);
        Principal owner = ofLogin == null ? directory.require(permit.who()) : directory.require(ofLogin);
        if (!owner.id().equals(permit.who())
                && !permit.who().equals(OPERATOR)
                && !permit.who().equals(owner.owner())) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "A token is made by its owner, the owner of the service account, or the operator of this machine.");
        }
        Duration length = validity == null ? DEFAULT_TOKEN : validity;
        if (length.isNegative() || length.isZero() || length.compareTo(LONGEST_TOKEN) > 0) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "A token is valid for up to 365 days.");
        }
        boolean service = dev.clew.server.common.Principals.isService(owner.id());
        String text = TokenText.next(service ? TokenText.SERVICE : TokenText.PERSONAL, random);
        Instant expires = clock.instant().plus(length);
        var token = new Token(
                Uid.next(clock.millis()),
                authentication.mac(text),
                owner.id(),
                name,
                Scopes.INSTANCE,
                permissions == null
                        ? null
                        : permissions.stream().map(Permission::text).sorted().collect(Collectors.joining(",")),
                micros(expires),
                nowMicros(),
                permit.who(),
                null);
        journal.write(permit, new AccessCommand.Issue(token, owner.node()));
        reload();
        return new Issued(token.uid().dashed(), owner.id(), name, text, expires);
    }

    /** Ends a token; its owner may always, others with permission {@code token.revoke}. */
    public boolean revokeToken(Permit permit, Uid id) {
        Token token = store.token(id)
                .orElseThrow(
                        () -> new ClewException(ErrorCode.NOT_FOUND, "There is no token %s.".formatted(id.dashed())));
        boolean done = journal.write(permit, new AccessCommand.EndToken(token)).answer();
        reload();
        return done;
    }

    /** Tokens of a principal that can be used, newest first. */
    public List<TokenView> tokensOf(String loginOrId) {
        if (loginOrId.equals(LOCAL) || loginOrId.equals(OPERATOR)) {
            return List.of();
        }
        Principal owner = directory.require(loginOrId);
        return directory.byMac().values().stream()
                .filter(token -> token.owner().equals(owner.id()) && token.isUsableAt(nowMicros()))
                .sorted(Comparator.comparing(Token::createdAt).reversed())
                .map(token -> new TokenView(
                        token.uid().dashed(),
                        token.owner(),
                        owner.login(),
                        token.name(),
                        instant(token.createdAt()),
                        nameOf(token.createdBy()),
                        token.expiresAt() == null ? null : instant(token.expiresAt()),
                        token.permissions() == null
                                ? List.of()
                                : List.of(token.permissions().split(",", -1))))
                .toList();
    }

    /** Signed-in browsers of a principal, or of everybody; newest first. */
    public List<SessionView> sessions(@Nullable String who) {
        return authentication.sessions().stream()
                .filter(session -> who == null || session.who().equals(who))
                .map(session -> new SessionView(
                        session.id().dashed(),
                        session.who(),
                        nameOf(session.who()),
                        session.since(),
                        session.seen(),
                        session.since().plus(Sessions.ABSOLUTE),
                        session.token() != null))
                .toList();
    }

    /** Signs a browser out by the id of its session. Writes {@code session.revoke}. */
    public boolean endSession(Permit permit, Uid id) {
        boolean done = authentication.endSession(id);
        if (done) {
            journal.write(permit, new AccessCommand.EndSession(id));
        }
        return done;
    }

    /** Which grants give somebody a permission, and which roles would. */
    public RightView why(String loginOrId, Permission permission) {
        Principal user = directory.require(loginOrId);
        long now = nowMicros();
        var giving = directory.grants().getOrDefault(user.id(), List.of()).stream()
                .filter(grant -> grant.holdsAt(now) && grant.role().rights()[permission.ordinal()] != 0)
                .map(grant -> new RightView.Giving(
                        RoleGrantView.of(grant, tree, this::nameOf, now),
                        Arrays.stream(Right.values())
                                .filter(right -> (grant.role().rights()[permission.ordinal()] & right.bit()) != 0)
                                .map(right -> right.name().toLowerCase(Locale.ROOT))
                                .toList()))
                .toList();
        return new RightView(
                user.id(),
                user.login(),
                permission.text(),
                user.isActive() && !giving.isEmpty(),
                giving,
                Arrays.stream(Role.values())
                        .filter(role -> role.rights()[permission.ordinal()] != 0)
                        .map(Role::code)
                        .toList());
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Owner of a token, for the gate. */
    public Optional<String> ownerOfToken(Uid id) {
        return store.token(id).map(Token::owner);
    }

    /** All principals, by login. */
    public List<PrincipalView> list() {
        return directory.byLogin().values().stream()
                .sorted(Comparator.comparing(Principal::login))
                .map(this::view)
                .toList();
    }

    Directory directory() {
        return directory;
    }

    /** What keeps duties apart now. */
    public Duties duties() {
        return new Duties(this::personOf, isSolo());
    }

    /** What people call a principal; its id when nothing is known. */
    public String nameOf(String id) {
        return directory.nameOf(id);
    }

    /** The scope a path names, such as {@code default/default}. */
    public int scope(String path) {
        return tree.named(path)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "There is no scope \"%s\"; use instance, default, default/default or default/default/default."
                                .formatted(path)))
                .id();
    }

    @Override
    public void close() {
        authentication.close();
    }

    /** Logins stand in lists of who approved what, and before the colon of Basic: none may pass for another's, or for an id. */
    private static void checkLogin(String login) {
        checkName("A name", login, MAX_LOGIN);
        if (!login.equals(login.strip()) || login.contains(":")) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "A name has no colon, and no space at its ends; choose another.");
        }
    }

    private static void checkName(String what, String name, int most) {
        if (name.isBlank() || name.length() > most) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "%s has 1 to %d characters.".formatted(what, most));
        }
        if (!VisibleText.isVisible(name)) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "%s has no control or invisible characters.".formatted(what));
        }
    }

    private void requireAhead(Term term) {
        if (term.end() != null && !term.end().isAfter(clock.instant())) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "expires lies in the past; give a later time, or leave it out.");
        }
    }

    private String personOf(String id) {
        return directory.personOf(id);
    }

    private String requireOwner(String login) {
        Principal owner = directory.require(login);
        if (!owner.isUser() || !owner.isActive()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The owner of an account is an active user; \"%s\" is none.".formatted(login));
        }
        return owner.id();
    }

    private void reload() {
        directory = Directory.load(store, journal.accessEpoch(), soloWanted);
    }

    /** A wrong password, durable before it is answered. A name that nobody has may be somebody's elsewhere: only its HMAC is kept. */
    private void failed(String idOrName) {
        Principal known = directory.byId().get(idOrName);
        Node as = known != null
                ? known.node()
                : Node.of(
                        Kind.PRINCIPAL,
                        Uid.of(Arrays.copyOf(vault.mac("login", idOrName.getBytes(StandardCharsets.UTF_8)), 16)));
        journal.write(
                new Permit(ANONYMOUS, null, Permission.SESSION_REVOKE_OWN, Scopes.INSTANCE, Permit.NEVER_STALE, null),
                new AccessCommand.SignIn(as, false));
    }

    private PrincipalView view(Principal principal) {
        long now = nowMicros();
        return new PrincipalView(
                principal.id(),
                principal.login(),
                principal.state(),
                principal.owner(),
                directory.grants().getOrDefault(principal.id(), List.of()).stream()
                        .map(grant -> RoleGrantView.of(grant, tree, this::nameOf, now))
                        .toList());
    }

    private long nowMicros() {
        return micros(clock.instant());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
