package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What stands for a subject in an address: random, short-lived, good only for the principal who looked the subject up, and nowhere but
 * in memory. Thread-safe.
 */
final class Handles {
    private static final int MOST = 10_000;
    private static final int BYTES = 16;

    /** A handle as it is given out. */
    record Issued(String handle, Instant expiresAt) {}

    /** Whom a handle stands for. */
    record Held(Uid psid, String namespace, String who, Instant expiresAt) {}

    private final Duration valid;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Held> held = new LinkedHashMap<>();

    Handles(Duration valid, InstantSource clock) {
        this.valid = valid;
        this.clock = clock;
    }

    synchronized Issued issue(Uid psid, String namespace, String who) {
        byte[] name = new byte[BYTES];
        random.nextBytes(name);
        String handle = HexFormat.of().formatHex(name);
        Instant now = clock.instant();
        held.values().removeIf(each -> !each.expiresAt().isAfter(now));
        if (held.size() >= MOST) {
            held.remove(held.keySet().iterator().next());
        }
        var issued = new Held(psid, namespace, who, now.plus(valid));
        held.put(handle, issued);
        return new Issued(handle, issued.expiresAt());
    }

    /** @throws ClewException NOT_FOUND, the same whether it was never given out, has expired, or is somebody else's */
    synchronized Held require(String handle, String who) {
        Held found = held.get(handle);
        if (found == null || !found.who().equals(who) || !found.expiresAt().isAfter(clock.instant())) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "This handle stands for nobody, or no longer; look the subject up again with POST /api/clew/v1/subjects/lookup.");
        }
        return found;
    }

    /** The subject is gone. */
    synchronized void forget(Uid psid) {
        held.values().removeIf(each -> each.psid().equals(psid));
    }
}
