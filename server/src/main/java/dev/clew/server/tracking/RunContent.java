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

        /** The item as text: one array and one call of the digest for it, not one for each part. */
        private final StringBuilder item = new StringBuilder(128);

        private long sum;

        /** What a run says of itself. {@code endTime} null while it has none. */
        public Digest info(
                String experiment, String name, String user, RunStatus status, long startTime, @Nullable Long endTime) {
            return part("info")
                    .part(experiment)
                    .part(name)
                    .part(user)
                    .part(status.name())
                    .part(startTime)
                    .part(String.valueOf(endTime))
                    .add();
        }

        public Digest point(String key, long step, long timestamp, double value) {
            long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
            return part("point")
                    .part(key)
                    .part(step)
                    .part(timestamp)
                    .part(Long.toHexString(bits))
                    .add();
        }

        public Digest param(String key, String value) {
            return part("param").part(key).part(value).add();
        }

        public Digest tag(String key, String value) {
            return part("tag").part(key).part(value).add();
        }

        public Digest input(String name, String digest) {
            return part("input").part(name).part(digest).add();
        }

        private Digest part(String text) {
            item.append(text).append('\0');
            return this;
        }

        private Digest part(long number) {
            item.append(number).append('\0');
            return this;
        }

        private Digest add() {
            byte[] digest = sha256.digest(item.toString().getBytes(StandardCharsets.UTF_8));
            item.setLength(0);
            sum += ByteBuffer.wrap(digest).getLong();
            return this;
        }

        public long value() {
            return sum;
        }
    }
}
