package dev.clew.server.access;

import dev.clew.server.common.Allowances;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.time.InstantSource;

/**
 * How often a password may be guessed: five times a minute for one name, whether somebody is called so or not, and thirty times from one
 * address. Only failures count, so that a client that sends its password with every request is not slowed down. Nobody is locked out for
 * longer than his guesses earned. Thread-safe, in memory.
 */
final class SignIns {
    static final int PER_NAME = 5;
    static final int PER_ADDRESS = 30;

    private static final double SECONDS = 60;

    private final InstantSource clock;
    private final Allowances names = new Allowances(PER_NAME / SECONDS, PER_NAME);
    private final Allowances addresses = new Allowances(PER_ADDRESS / SECONDS, PER_ADDRESS);

    SignIns(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws ClewException QUOTA_EXCEEDED while there were too many wrong ones */
    void require(String name, String address) {
        long now = now();
        long wait = Math.max(names.nanosUntil(name, 1, now), addresses.nanosUntil(address, 1, now));
        if (wait > 0) {
            throw new ClewException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "Too many wrong passwords were sent; try again in %d seconds, or sign in with a token."
                            .formatted(Math.ceilDiv(wait, 1_000_000_000L)));
        }
    }

    /** The password was wrong. */
    void failed(String name, String address) {
        long now = now();
        names.take(name, 1, now);
        addresses.take(address, 1, now);
    }

    /** It was right: the name's earlier failures are forgotten. */
    void succeeded(String name) {
        names.forget(name);
    }

    private long now() {
        return clock.millis() * 1_000_000;
    }
}
