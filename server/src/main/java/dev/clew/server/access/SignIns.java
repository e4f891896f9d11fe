package dev.clew.server.access;

import dev.clew.server.common.Bucket;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often a password may be guessed: five times a minute for one name, whether somebody is called so or not, and thirty times from one
 * address. Only failures count, so that a client that sends its password with every request is not slowed down. Nobody is locked out for
 * longer than his guesses earned. Thread-safe, in memory.
 */
final class SignIns {
    static final int PER_NAME = 5;
    static final int PER_ADDRESS = 30;

    private static final double SECONDS = 60;
    private static final int MAX_KEPT = 10_000;

    /** Where more are guessing at once than are kept apart, the rest counts as one; no name is so long. */
    private static final String OTHERS = "-".repeat(1_000);

    private final InstantSource clock;
    private final Map<String, Bucket> names = new ConcurrentHashMap<>();
    private final Map<String, Bucket> addresses = new ConcurrentHashMap<>();

    SignIns(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws ClewException QUOTA_EXCEEDED while there were too many wrong ones */
    void require(String name, String address) {
        long now = now();
        long wait = Math.max(wait(names, name, now), wait(addresses, address, now));
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
        count(names, name, PER_NAME, now);
        count(addresses, address, PER_ADDRESS, now);
    }

    /** It was right: the name's earlier failures are forgotten. */
    void succeeded(String name) {
        names.remove(name);
    }

    private static long wait(Map<String, Bucket> buckets, String key, long now) {
        Bucket bucket = buckets.get(buckets.containsKey(key) || buckets.size() < MAX_KEPT ? key : OTHERS);
        return bucket == null ? 0 : bucket.nanosUntil(1, now);
    }

    private static void count(Map<String, Bucket> buckets, String key, int most, long now) {
        if (buckets.size() >= MAX_KEPT) {
            buckets.values().removeIf(bucket -> bucket.isFull(now));
        }
        String counted = buckets.containsKey(key) || buckets.size() < MAX_KEPT ? key : OTHERS;
        buckets.computeIfAbsent(counted, _ -> new Bucket(most / SECONDS, most, now))
                .take(1, now);
    }

    private long now() {
        return clock.millis() * 1_000_000;
    }
}
