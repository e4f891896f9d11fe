package dev.clew.server.tracking;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What a run holds, counted, and digested so that two systems can compare it.
 *
 * @param digest see {@link Digest}
 */
public record RunContent(Uid run, long points, long params, long tags, long inputs, long digest) {
    /**
     * The sum modulo 2^64 of the first 8 bytes, big-endian, of SHA-256 over each item, whatever their order. An item is its parts, each
     * followed by a zero byte; numbers are decimal, values of points the 16 hexadecimal digits of their bits (one NaN, no −0.0).
     * Confined to one thread.
     */
    public static final class Digest {
        private final MessageDigest sha256 = Hashing.newSha256();
        private long sum;

        /** What a run says of itself. {@code endTime} null while it has none. */
        public Digest info(
                String experiment, String name, String user, RunStatus status, long startTime, @Nullable Long endTime) {
            return item(
                    "info", experiment, name, user, status.name(), Long.toString(startTime), String.valueOf(endTime));
        }

        public Digest point(String key, long step, long timestamp, double value) {
            long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
            return item("point", key, Long.toString(step), Long.toString(timestamp), Long.toHexString(bits));
        }

        public Digest param(String key, String value) {
            return item("param", key, value);
        }

        public Digest tag(String key, String value) {
            return item("tag", key, value);
        }

        public Digest input(String name, String digest) {
            return item("input", name, digest);
        }

        private Digest item(String... parts) {
            for (String part : parts) {
                sha256.update(part.getBytes(StandardCharsets.UTF_8));
                sha256.update((byte) 0);
            }
            sum += ByteBuffer.wrap(sha256.digest()).getLong();
            return this;
        }

        public long value() {
            return sum;
        }
    }
}
