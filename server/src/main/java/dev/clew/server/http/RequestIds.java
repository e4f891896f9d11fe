package dev.clew.server.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of requests: unique over servers and restarts, cheap to make, no secret. Thread-safe. */
final class RequestIds {
    private final String prefix = HexFormat.of().toHexDigits(new SecureRandom().nextLong(), 10);
    private final AtomicLong next = new AtomicLong();

    String next() {
        return prefix + HexFormat.of().toHexDigits(next.incrementAndGet(), 8);
    }
}
