package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/**
 * Paths that are a key to one file for five minutes: type, end, digest and a signature over all three. Nothing is kept for them, so they
 * hold after a restart too. Thread-safe.
 */
final class SignedPages {
    static final String TEMPLATE = "/usercontent/{type}/{until}/{digest}/{signature}";
    static final Duration VALID = Duration.ofMinutes(5);

    private final UnaryOperator<byte[]> mac;
    private final InstantSource clock;

    /** A path and its end. */
    record Signed(String path, Instant until) {}

    /** @param mac a secret function of bytes */
    SignedPages(UnaryOperator<byte[]> mac, InstantSource clock) {
        this.mac = mac;
        this.clock = clock;
    }

    Signed sign(String type, byte[] sha256) {
        Instant until = clock.instant().plus(VALID);
        String what =
                "%s/%d/%s".formatted(type, until.toEpochMilli(), HexFormat.of().formatHex(sha256));
        return new Signed("/usercontent/%s/%s".formatted(what, signature(what)), until);
    }

    /**
     * The digest that the path is signed for.
     *
     * @throws ClewException FORBIDDEN if it was not signed here, in any part of it, or has ended
     */
    byte[] check(String type, String until, String sha256, String signature) {
        String what = "%s/%s/%s".formatted(type, until, sha256);
        if (!MessageDigest.isEqual(
                signature(what).getBytes(StandardCharsets.US_ASCII), signature.getBytes(StandardCharsets.UTF_8))) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN, "This server did not make this address; open the file from its run.");
        }
        if (clock.millis() >= Long.parseLong(until)) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "This address has ended, as all of them do after five minutes; open the file again.");
        }
        return HexFormat.of().parseHex(sha256);
    }

    /** What is signed here holds two slashes, so that it comes apart in one way only. */
    private String signature(String what) {
        return HexFormat.of().formatHex(mac.apply(what.getBytes(StandardCharsets.UTF_8)));
    }
}
