package dev.clew.server.fsck;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What state is compared by: strings {@code table u16 ‖ key ‖ seq u64 ‖ rank u8 ‖ extra u64 ‖ digest 32}, whose byte order is by table,
 * key, entry and rank. A key is canonical CBOR and so never a prefix of another. Confined to one thread; each string is lent until the
 * next is made or read.
 */
final class SortKey {
    /** Bytes behind the key. */
    private static final int SUFFIX = Long.BYTES + 1 + Long.BYTES + 32;

    private static final byte[] NO_DIGEST = new byte[32];

    private byte[] bytes = new byte[256];
    private int length;

    /** Makes a string. */
    SortKey set(int table, byte[] key, long seq, int rank, long extra, byte @Nullable [] digest) {
        length = 2 + key.length + SUFFIX;
        if (bytes.length < length) {
            bytes = new byte[length * 2];
        }
        ByteBuffer.wrap(bytes)
                .putShort((short) table)
                .put(key)
                .putLong(seq)
                .put((byte) rank)
                .putLong(extra)
                .put(digest == null ? NO_DIGEST : digest);
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Takes a string over to read it. */
    SortKey read(byte[] from, int fromLength) {
        if (bytes.length < fromLength) {
            bytes = new byte[fromLength * 2];
        }
        System.arraycopy(from, 0, bytes, 0, fromLength);
        length = fromLength;
        return this;
    }

    int table() {
        return (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    }

    byte[] key() {
        return Arrays.copyOfRange(bytes, 2, length - SUFFIX);
    }

    long seq() {
        return ByteBuffer.wrap(bytes).getLong(length - SUFFIX);
    }

    int rank() {
        return bytes[length - SUFFIX + Long.BYTES];
    }

    long extra() {
        return ByteBuffer.wrap(bytes).getLong(length - SUFFIX + Long.BYTES + 1);
    }

    byte[] digest() {
        return Arrays.copyOfRange(bytes, length - 32, length);
    }

    /** Whether another string is about the same row. */
    boolean isSameRow(SortKey other) {
        return Arrays.equals(bytes, 0, length - SUFFIX, other.bytes, 0, other.length - SUFFIX);
    }

    /** A key for people: its values in brackets, bytes in hexadecimal. */
    static String text(byte[] key) {
        return CborReader.decode(CborProfile.VALUE, key) instanceof List<?> values
                ? values.stream()
                        .map(value ->
                                value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value))
                        .collect(Collectors.joining("/", "[", "]"))
                : HexFormat.of().formatHex(key);
    }
}
