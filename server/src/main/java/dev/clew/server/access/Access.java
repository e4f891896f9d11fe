package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
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
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is who and may what, answering from memory. Thread-safe. While no user exists, requests of this machine without credentials act
 * as {@code usr:local}; the first user is made with the bootstrap token, and from then on everyone brings a token.
 */
public final class Access implements Principals, AutoCloseable {
    public static final String LOCAL = "usr:local";
    public static final String OPERATOR = "sys:operator";

    private static final List<Role> LOCAL_ROLES =
            List.of(Role.DS, Role.DE, Role.AP, Role.DP, Role.OP, Role.CW, Role.AU, Role.SI, Role.SS);
    private static final Duration LONGEST_TOKEN = Duration.ofDays(365);
    private static final Duration DEFAULT_TOKEN = Duration.ofDays(90);
    private static final long REMEMBER_PASSWORD_MILLIS = 60_000;
    private static final int MAX_LOGIN = 128;
    /** Roles whose browsers are signed out sooner. */
    private static final Set<String> SHORT_IDLE = Set.of("SA", "PA", "KC", "PO");

    private static final ScopeTree TREE = new ScopeTree(List.of(
            new ScopeTree.Scope(Scopes.INSTANCE, Scopes.INSTANCE, ScopeTree.Level.INSTANCE, "instance"),
            new ScopeTree.Scope(
                    Scopes.DEFAULT_ORGANISATION,
                    Scopes.INSTANCE,
                    ScopeTree.Level.ORGANISATION,
                    Scopes.DEFAULT_NAMESPACE),
            new ScopeTree.Scope(
                    Scopes.DEFAULT_WORKSPACE, Scopes.DEFAULT_ORGANISATION, ScopeTree.Level.WORKSPACE, "default"),
            new ScopeTree.Scope(Scopes.DEFAULT_PROJECT, Scopes.DEFAULT_WORKSPACE, ScopeTree.Level.PROJECT, "default")));

    private final Journal journal;
    private final Vault vault;
    private final AccessStore store;
    private final InstantSource clock;
    private final boolean soloWanted;
    private final LocalTokens local;
    private final Passwords passwords = new Passwords();
    private final SecureRandom random = new SecureRandom();
    private final Sessions sessions;
    private final Map<String, Long> passwordsSeen = new ConcurrentHashMap<>();
    private volatile Directory directory;

    /** Everything about principals as of one moment. Immutable but for remembered callers. */
    private record Directory(
            long epoch,
            Map<String, Principal> byId,
            Map<String, Principal> byLogin,
            Map<String, List<RoleGrant>> grants,
            Map<String, Token> byMac,
            Map<String, Caller> callers) {
        boolean hasUsers() {
            return byId.values().stream().anyMatch(principal -> principal.id().startsWith("usr:"));
        }
    }

    /** A fresh token; its text is shown this once. */
    public record Issued(
            String id,
            String owner,
            String name,
            String token,
            @Nullable Instant expiresAt) {}

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(Principal.PRINCIPALS, RoleGrant.GRANTS, Token.TOKENS);
    }

    /**
     * Opens access.
     *
     * @param keys directory of the bootstrap and the operator's token
     * @param soloWanted setting {@code sod.mode=solo}: holds only while at most one user exists
     */
    public Access(Journal journal, Database database, Vault vault, Path keys, boolean soloWanted, InstantSource clock) {
        this.journal = journal;
        this.vault = vault;
        this.store = new AccessStore(database);
        this.clock = clock;
        this.soloWanted = soloWanted;
        this.sessions = new Sessions(random, clock);
        this.directory = load();
        this.local = LocalTokens.open(keys, directory.hasUsers(), random, clock);
    }

    /** The bootstrap token, to be printed once; empty once a user exists or when it was printed before. */
    public Optional<String> freshBootstrapToken() {
        return local.freshBootstrap();
    }

    /** Whether self-approval passes and is recorded: no user yet, or one alone who set {@code sod.mode=solo}. */
    public boolean isSolo() {
        long users = directory.byId().values().stream()
                .filter(principal -> principal.id().startsWith("usr:") && principal.isActive())
                .count();
        return users == 0 || (soloWanted && users == 1);
    }

    public boolean isOpen() {
        return !directory.hasUsers();
    }

    @Override
    public long accessEpoch() {
        return directory.epoch();
    }

    @Override
    public Caller authenticate(Credentials credentials) {
        return switch (credentials.scheme()) {
            case NONE -> {
                if (isOpen() && credentials.isLocal()) {
                    yield caller(LOCAL);
                }
                throw unauthenticated();
            }
            case BEARER -> byToken(String.valueOf(credentials.secret()), credentials.isLocal());
            case BASIC -> {
                String secret = String.valueOf(credentials.secret());
                yield TokenText.isWellFormed(secret)
                        ? byToken(secret, credentials.isLocal())
                        : byPassword(String.valueOf(credentials.user()), secret);
            }
            case SESSION -> bySession(String.valueOf(credentials.secret()));
        };
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
        String secret = String.valueOf(credentials.secret());
        boolean isToken = TokenText.isWellFormed(secret);
        boolean isPowerful = caller.held().stream().anyMatch(held -> SHORT_IDLE.contains(held.role()));
        Principal principal = requireId(caller.who());
        journal.write(
                Permit.system(Permission.SESSION_REVOKE_OWN, Scopes.INSTANCE),
                new AccessCommand.SignIn(principal.node()));
        return sessions.begin(
                caller.who(),
                isToken ? HexFormat.of().formatHex(mac(secret)) : null,
                isPowerful ? Duration.ofMinutes(10) : Duration.ofMinutes(30));
    }

    /** Signs a browser out. */
    public void signOut(String secret) {
        sessions.end(secret);
    }

    @Override
    public Caller caller(String who) {
        Directory now = directory;
        Caller known = now.callers().get(who);
        long nowMillis = clock.millis();
        if (known == null || known.validUntilMillis() <= nowMillis) {
            known = build(now, who, null, nowMillis);
            now.callers().put(who, known);
        }
        return known;
    }

    /** Makes a user or a service account, with a role if one is given. */
    public PrincipalView create(
            Permit permit,
            String login,
            boolean service,
            @Nullable String owner,
            @Nullable Role role,
            int scope,
            @Nullable String password) {
        if (login.isBlank() || login.length() > MAX_LOGIN) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "A name has 1 to %d characters.".formatted(MAX_LOGIN));
        }
        String ownerId = owner == null ? null : require(owner).id();
        if (service && ownerId == null && !permit.who().equals(OPERATOR)) {
            ownerId = permit.who();
        }
        boolean first = !directory.hasUsers();
        if (first && (service || role != Role.SA)) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The first user is a security administrator; give role SA, which brings PA, and grant the rest to others.");
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
                password == null ? null : passwords.hash(password),
                nowMicros(),
                permit.who());
        journal.write(permit, new AccessCommand.Create(principal));
        reload();
        if (role != null) {
            grant(permit, login, role, first ? Scopes.INSTANCE : scope, null);
            if (first) {
                grant(permit, login, Role.PA, Scopes.INSTANCE, null);
                local.endBootstrap();
            }
        }
        return view(require(login));
    }

    /** Gives a role in a scope. */
    public Receipt<RoleGrantView> grant(Permit permit, String login, Role role, int scope, @Nullable Instant expires) {
        Principal holder = require(login);
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
                new AccessCommand.Grant(grant, holder.node(), permit.who().equals(OPERATOR), isSolo()));
        reload();
        return new Receipt<>(RoleGrantView.of(receipt.answer(), TREE, this::nameOf), receipt.entries());
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
     */
    public Issued issue(
            Permit permit,
            @Nullable String ofLogin,
            String name,
            @Nullable Duration validity,
            @Nullable Set<Permission> permissions) {
        Principal owner = ofLogin == null ? requireId(permit.who()) : require(ofLogin);
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
                mac(text),
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

    /** Owner of a token, for the gate. */
    public Optional<String> ownerOfToken(Uid id) {
        return store.token(id).map(Token::owner);
    }

    /** All principals, by login. */
    public List<PrincipalView> list() {
        return directory.byLogin().values().stream()
                .sorted(java.util.Comparator.comparing(Principal::login))
                .map(this::view)
                .toList();
    }

    Optional<Principal> principal(Uid uid) {
        return directory.byId().values().stream()
                .filter(found -> found.uid().equals(uid))
                .findFirst();
    }

    Optional<Principal> principalNamed(String loginOrId) {
        Directory now = directory;
        return Optional.ofNullable(
                now.byLogin().getOrDefault(loginOrId, now.byId().get(loginOrId)));
    }

    /** What people call a principal; its id when nothing is known. */
    public String nameOf(String id) {
        Principal found = directory.byId().get(id);
        return found == null ? id : found.login();
    }

    /** The scope a path names, such as {@code default/default}. */
    public int scope(String path) {
        return TREE.named(path)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "There is no scope \"%s\"; use instance, default, default/default or default/default/default."
                                .formatted(path)))
                .id();
    }

    @Override
    public void close() {
        passwords.close();
    }

    private Caller byToken(String text, boolean isLocal) {
        if (isLocal && local.isAdmin(text)) {
            return caller(OPERATOR);
        }
        if (isOpen() && local.isBootstrap(text)) {
            return caller(OPERATOR);
        }
        return (TokenText.isWellFormed(text) ? byMac(HexFormat.of().formatHex(mac(text))) : Optional.<Caller>empty())
                .orElseThrow(Access::unauthenticated);
    }

    private Optional<Caller> byMac(String mac) {
        Directory now = directory;
        Caller known = now.callers().get(mac);
        long nowMillis = clock.millis();
        if (known != null && known.validUntilMillis() > nowMillis) {
            return Optional.of(known);
        }
        Token token = now.byMac().get(mac);
        if (token != null && token.isUsableAt(nowMillis * 1_000)) {
            Principal owner = now.byId().get(token.owner());
            if (owner != null && owner.isActive()) {
                Caller caller = build(now, token.owner(), token, nowMillis);
                now.callers().put(mac, caller);
                return Optional.of(caller);
            }
        }
        return Optional.empty();
    }

    /** With the rights of the token it was begun with, for as long as that token holds. */
    private Caller bySession(String secret) {
        var session = sessions.find(secret).orElseThrow(Access::unauthenticated);
        String mac = session.token();
        Principal principal = directory.byId().get(session.who());
        if (principal == null || !principal.isActive()) {
            throw unauthenticated();
        }
        return mac == null ? caller(session.who()) : byMac(mac).orElseThrow(Access::unauthenticated);
    }

    private Caller byPassword(String login, String password) {
        Principal principal = directory.byLogin().get(login);
        String remembered = HexFormat.of()
                .formatHex(vault.mac("password", (login + "\u0000" + password).getBytes(StandardCharsets.UTF_8)));
        Long until = passwordsSeen.get(remembered);
        if (until != null && until > clock.millis() && principal != null && principal.isActive()) {
            return caller(principal.id());
        }
        if (!passwords.verify(password, principal == null ? null : principal.password())
                || principal == null
                || !principal.isActive()) {
            throw unauthenticated();
        }
        if (passwordsSeen.size() > 10_000) {
            passwordsSeen.clear();
        }
        passwordsSeen.put(remembered, clock.millis() + REMEMBER_PASSWORD_MILLIS);
        return caller(principal.id());
    }

    private Caller build(Directory now, String who, @Nullable Token token, long nowMillis) {
        var held = new ArrayList<Caller.Held>();
        long until = Long.MAX_VALUE;
        if (who.equals(LOCAL)) {
            if (!now.hasUsers()) {
                for (Role role : LOCAL_ROLES) {
                    held.add(new Caller.Held(role.code(), Scopes.DEFAULT_WORKSPACE, role.rights()));
                }
                held.add(new Caller.Held("local", Scopes.INSTANCE, reads()));
            }
        } else if (who.equals(OPERATOR)) {
            held.add(new Caller.Held("operator", Scopes.INSTANCE, operator()));
        } else {
            for (RoleGrant grant : now.grants().getOrDefault(who, List.of())) {
                if (grant.holdsAt(nowMillis * 1_000)) {
                    held.add(new Caller.Held(
                            grant.role().code(), grant.scope(), grant.role().rights()));
                    until = Math.min(until, grant.expiresAt() == null ? Long.MAX_VALUE : grant.expiresAt() / 1_000);
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
        return new Caller(
                who, now.epoch(), Scopes.DEFAULT_PROJECT, Scopes.DEFAULT_WORKSPACE, held, TREE, narrowing, until);
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

    private void reload() {
        directory = load();
    }

    private Directory load() {
        var principals = store.principals();
        return new Directory(
                journal.accessEpoch(),
                principals.stream().collect(Collectors.toMap(Principal::id, principal -> principal)),
                principals.stream().collect(Collectors.toMap(Principal::login, principal -> principal)),
                store.grants().stream().collect(Collectors.groupingBy(RoleGrant::holder)),
                store.tokens().stream()
                        .collect(Collectors.toMap(token -> HexFormat.of().formatHex(token.mac()), token -> token)),
                new ConcurrentHashMap<>());
    }

    private PrincipalView view(Principal principal) {
        return new PrincipalView(
                principal.id(),
                principal.login(),
                principal.state(),
                principal.owner(),
                directory.grants().getOrDefault(principal.id(), List.of()).stream()
                        .map(grant -> RoleGrantView.of(grant, TREE, this::nameOf))
                        .toList());
    }

    private Principal require(String loginOrId) {
        Principal found = directory.byLogin().get(loginOrId);
        return found != null ? found : requireId(loginOrId);
    }

    private Principal requireId(String id) {
        Principal found = directory.byId().get(id);
        if (found == null) {
            throw new ClewException(ErrorCode.NOT_FOUND, "There is no user or service account \"%s\".".formatted(id));
        }
        return found;
    }

    private byte[] mac(String token) {
        return vault.mac("token", token.getBytes(StandardCharsets.US_ASCII));
    }

    private long nowMicros() {
        return micros(clock.instant());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    static boolean equal(String left, String right) {
        return MessageDigest.isEqual(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    /** The node by which entries name a principal. */
    public static Node node(String id) {
        return dev.clew.server.common.Principals.node(id);
    }

    private static ClewException unauthenticated() {
        return new ClewException(
                ErrorCode.UNAUTHENTICATED,
                "The credentials are missing, wrong or expired; send a token as Authorization: Bearer …, or as the password of Basic.");
    }
}
