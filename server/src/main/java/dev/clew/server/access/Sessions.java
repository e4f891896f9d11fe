package dev.clew.server.access;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of browsers: a random secret in a cookie, of which only the digest is kept, in memory: a restart signs everybody out. At most
 * {@value #PER_PRINCIPAL} of one principal, the oldest makes room. Thread-safe.
 */
final class Sessions {
    static final Duration ABSOLUTE = Duration.ofHours(12);

    private static final int PER_PRINCIPAL = 5;
    private static final int MOST = 10_000;
    private static final int SECRET_BYTES = 32;

    private final Map<String, Session> byDigest = new ConcurrentHashMap<>();
    private final SecureRandom random;
    private final InstantSource clock;

    /**
     * One signed-in browser.
     *
     * @param token of which token it holds the rights, or null for all of the principal's
     * @param idle how long it may rest
     */
    record Session(Uid id, String who, @Nullable String token, Instant since, Instant seen, Duration idle) {
        boolean isOver(Instant now) {
            return now.isAfter(since.plus(ABSOLUTE)) || now.isAfter(seen.plus(idle));
        }

        private Session seenAt(Instant now) {
            return new Session(id, who, token, since, now, idle);
        }
    }

    Sessions(SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    /** Begins one; the secret is for the cookie. */
    String begin(String who, @Nullable String token, Duration idle) {
        Instant now = clock.instant();
        byDigest.values().removeIf(session -> session.isOver(now));
        while (of(who).size() >= PER_PRINCIPAL || byDigest.size() >= MOST) {
            var crowd = of(who).size() >= PER_PRINCIPAL ? of(who) : List.copyOf(byDigest.values());
            crowd.stream()
                    .min(Comparator.comparing(Session::seen))
                    .ifPresent(oldest -> byDigest.values().remove(oldest));
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        byDigest.put(digest(text), new Session(Uid.next(now.toEpochMilli()), who, token, now, now, idle));
        return text;
    }

    /** The session of a secret, if it still holds; it counts as used now. */
    Optional<Session> find(String secret) {
        Instant now = clock.instant();
        return Optional.ofNullable(byDigest.computeIfPresent(
                digest(secret), (_, session) -> session.isOver(now) ? null : session.seenAt(now)));
    }

    void end(String secret) {
        byDigest.remove(digest(secret));
    }

    /** Ends one by its id; whether there was one. */
    boolean end(Uid id) {
        return byDigest.values().removeIf(session -> session.id().equals(id));
    }

    /** Ends all of a principal. */
    void endAll(String who) {
        byDigest.values().removeIf(session -> session.who().equals(who));
    }

    /** Those that still hold, newest first. */
    List<Session> all() {
        Instant now = clock.instant();
        return byDigest.values().stream()
                .filter(session -> !session.isOver(now))
                .sorted(Comparator.comparing(Session::since).reversed())
                .toList();
    }

    private List<Session> of(String who) {
        return byDigest.values().stream()
                .filter(session -> session.who().equals(who))
                .toList();
    }

    private static String digest(String secret) {
        return HexFormat.of().formatHex(Hashing.sha256(secret.getBytes(StandardCharsets.UTF_8)));
    }
}
