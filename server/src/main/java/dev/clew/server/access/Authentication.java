package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * From credentials to the caller: tokens, passwords, sessions of browsers, and the two local tokens. Thread-safe; answers from memory,
 * but for a password, which costs its hash once a minute.
 */
final class Authentication implements AutoCloseable {
    private static final long REMEMBER_PASSWORD_MILLIS = 60_000;
    private static final int MOST_REMEMBERED_PASSWORDS = 10_000;
    /** Roles whose browsers are signed out sooner. */
    private static final Set<String> SHORT_IDLE = Set.of("SA", "PA", "KC", "PO");

    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration IDLE_OF_THE_POWERFUL = Duration.ofMinutes(10);

    private final Supplier<Directory> directory;
    private final ScopeTree tree;
    private final LocalTokens local;
    private final Vault vault;
    private final InstantSource clock;
    private final Passwords passwords = new Passwords();
    private final Sessions sessions;
    private final SignIns signIns;
    private final Consumer<String> failures;
    private final Map<String, Long> passwordsSeen = new ConcurrentHashMap<>();

    /** @param failures told of a wrong password: the principal's id, else the name that nobody has */
    Authentication(
            Supplier<Directory> directory,
            ScopeTree tree,
            LocalTokens local,
            Vault vault,
            SecureRandom random,
            InstantSource clock,
            Consumer<String> failures) {
        this.directory = directory;
        this.tree = tree;
        this.local = local;
        this.vault = vault;
        this.clock = clock;
        this.sessions = new Sessions(random, clock);
        this.signIns = new SignIns(clock);
        this.failures = failures;
    }

    /** @throws ClewException UNAUTHENTICATED */
    Caller authenticate(Credentials credentials) {
        return switch (credentials.scheme()) {
            case NONE -> {
                if (!directory.get().hasUsers() && credentials.isLocal()) {
                    yield caller(Access.LOCAL);
                }
                throw unauthenticated();
            }
            case BEARER -> byToken(String.valueOf(credentials.secret()), credentials.isLocal());
            case BASIC -> {
                String secret = String.valueOf(credentials.secret());
                yield TokenText.isWellFormed(secret)
                        ? byToken(secret, credentials.isLocal())
                        : byPassword(String.valueOf(credentials.user()), secret, credentials.peer());
            }
            case SESSION -> bySession(String.valueOf(credentials.secret()));
        };
    }

    Caller caller(String who) {
        Directory now = directory.get();
        Caller known = now.callers().get(who);
        long nowMillis = clock.millis();
        if (known == null || known.validUntilMillis() <= nowMillis) {
            known = Callers.of(now, tree, who, null, nowMillis);
            now.callers().put(who, known);
        }
        return known;
    }

    /** Begins a browser's session for a caller who was authenticated by these credentials; the secret for its cookie. */
    String beginSession(Caller caller, Credentials credentials) {
        String secret = String.valueOf(credentials.secret());
        boolean isToken = TokenText.isWellFormed(secret);
        boolean isPowerful = caller.held().stream().anyMatch(held -> SHORT_IDLE.contains(held.role()));
        return sessions.begin(
                caller.who(),
                isToken ? HexFormat.of().formatHex(mac(secret)) : null,
                isPowerful ? IDLE_OF_THE_POWERFUL : IDLE);
    }

    void endSession(String secret) {
        sessions.end(secret);
    }

    /** Ends a browser's session by its id; whether there was one. */
    boolean endSession(Uid id) {
        return sessions.end(id);
    }

    /** Signed-in browsers, newest first. */
    List<Sessions.Session> sessions() {
        return sessions.all();
    }

    /** Whether it is the password of this principal. */
    boolean isPassword(Principal principal, String password) {
        return passwords.verify(password, principal.password());
    }

    /** Lets nobody go on with what was proved by an older password, or as somebody who is no more. */
    void forget(String who) {
        passwordsSeen.clear();
        sessions.endAll(who);
    }

    String hash(String password) {
        return passwords.hash(password);
    }

    /** By which a token is looked up; its text is never stored. */
    byte[] mac(String token) {
        return vault.mac("token", token.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        passwords.close();
    }

    private Caller byToken(String text, boolean isLocal) {
        if (isLocal && local.isAdmin(text)) {
            return caller(Access.OPERATOR);
        }
        if (!directory.get().hasUsers() && local.isBootstrap(text)) {
            return caller(Access.OPERATOR);
        }
        return (TokenText.isWellFormed(text) ? byMac(HexFormat.of().formatHex(mac(text))) : Optional.<Caller>empty())
                .orElseThrow(Authentication::unauthenticated);
    }

    private Optional<Caller> byMac(String mac) {
        Directory now = directory.get();
        Caller known = now.callers().get(mac);
        long nowMillis = clock.millis();
        if (known != null && known.validUntilMillis() > nowMillis) {
            return Optional.of(known);
        }
        Token token = now.byMac().get(mac);
        if (token != null && token.isUsableAt(nowMillis * 1_000)) {
            Principal owner = now.byId().get(token.owner());
            if (owner != null && owner.isActive()) {
                Caller caller = Callers.of(now, tree, token.owner(), token, nowMillis);
                now.callers().put(mac, caller);
                return Optional.of(caller);
            }
        }
        return Optional.empty();
    }

    /** With the rights of the token it was begun with, for as long as that token holds. */
    private Caller bySession(String secret) {
        var session = sessions.find(secret).orElseThrow(Authentication::unauthenticated);
        String mac = session.token();
        Principal principal = directory.get().byId().get(session.who());
        if (principal == null || !principal.isActive()) {
            throw unauthenticated();
        }
        return mac == null ? caller(session.who()) : byMac(mac).orElseThrow(Authentication::unauthenticated);
    }

    private Caller byPassword(String login, String password, String address) {
        Principal principal = directory.get().byLogin().get(login);
        String remembered = HexFormat.of()
                .formatHex(vault.mac("password", (login + "\u0000" + password).getBytes(StandardCharsets.UTF_8)));
        Long until = passwordsSeen.get(remembered);
        if (until != null && until > clock.millis() && principal != null && principal.isActive()) {
            return caller(principal.id());
        }
        // What was right lately is not a guess: who guesses beside a client does not stop it.
        if (until == null) {
            signIns.require(login, address);
        }
        if (!passwords.verify(password, principal == null ? null : principal.password())
                || principal == null
                || !principal.isActive()) {
            signIns.failed(login, address);
            failures.accept(principal == null ? login : principal.id());
            throw unauthenticated();
        }
        signIns.succeeded(login);
        if (passwordsSeen.size() > MOST_REMEMBERED_PASSWORDS) {
            passwordsSeen.clear();
        }
        passwordsSeen.put(remembered, clock.millis() + REMEMBER_PASSWORD_MILLIS);
        return caller(principal.id());
    }

    private static ClewException unauthenticated() {
        return new ClewException(
                ErrorCode.UNAUTHENTICATED,
                "The credentials are missing, wrong or expired; send a token as Authorization: Bearer …, or as the password of Basic.");
    }
}
