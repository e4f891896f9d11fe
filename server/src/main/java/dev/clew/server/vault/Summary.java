package dev.clew.server.vault;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.KeyStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How many rows the vault holds and the XOR of their hashes, with the epoch: sealed under the root key and rewritten by every
 * transaction, so that a row that was altered, removed, added or put back is noticed. Confined to one transaction.
 */
final class Summary {
    /** The kinds of rows, in the order of their numbers in the sealed form. */
    enum Part {
        KEYS,
        SUBJECTS,
        ERASURES,
        ACCESSES
    }

    private static final int HASH = 32;
    private static final int VERSION = 1;
    private static final int SIZE = 4 + 8 + Part.values().length * (8 + HASH);
    private static final byte[] INFO = "clew/vault/summary/v1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLACE = AssociatedData.of("", "summary", "vault", "");

    private long epoch;
    private final long[] counts = new long[Part.values().length];
    private final byte[][] hashes = new byte[Part.values().length][HASH];
    private boolean changed;

    static Summary empty() {
        return new Summary();
    }

    /** @throws ClewException KEY_MISSING if the root key is not the one it was sealed under, or the row was altered */
    static Summary open(byte[] rootKey, byte[] sealed) {
        byte[] bytes = Primitives.open(Primitives.hkdf(rootKey, new byte[0], INFO), PLACE, sealed)
                .filter(plain -> plain.length == SIZE)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.KEY_MISSING,
                        "The root key does not open this vault, or the vault's summary was altered. Put the root.key back that belongs to"
                                + " this data directory. " + RootKey.STILL_POSSIBLE));
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.getInt();
        if (version != VERSION) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The vault was written by a newer version (format %d; this one knows %d). Start that version."
                            .formatted(version, VERSION));
        }
        var summary = new Summary();
        summary.epoch = in.getLong();
        for (Part part : Part.values()) {
            summary.counts[part.ordinal()] = in.getLong();
            in.get(summary.hashes[part.ordinal()]);
        }
        return summary;
    }

    byte[] seal(byte[] rootKey) {
        ByteBuffer out = ByteBuffer.allocate(SIZE).putInt(VERSION).putLong(epoch);
        for (Part part : Part.values()) {
            out.putLong(counts[part.ordinal()]).put(hashes[part.ordinal()]);
        }
        return Primitives.seal(Primitives.hkdf(rootKey, new byte[0], INFO), PLACE, out.array());
    }

    long epoch() {
        return epoch;
    }

    void raiseEpoch() {
        epoch++;
        changed = true;
    }

    /** Asks to be written although no row changed: an empty vault knows its root key from the start. */
    void touch() {
        changed = true;
    }

    boolean isChanged() {
        return changed;
    }

    void added(KeyStore.KeyRow row) {
        change(Part.KEYS, 1, hash(row));
    }

    void removed(KeyStore.KeyRow row) {
        change(Part.KEYS, -1, hash(row));
    }

    void added(KeyStore.SubjectRow row) {
        change(Part.SUBJECTS, 1, hash(row));
    }

    void removed(KeyStore.SubjectRow row) {
        change(Part.SUBJECTS, -1, hash(row));
    }

    void added(KeyStore.ErasureRow row) {
        change(Part.ERASURES, 1, hash(row));
    }

    void removed(KeyStore.ErasureRow row) {
        change(Part.ERASURES, -1, hash(row));
    }

    void added(KeyStore.AccessRow row) {
        change(Part.ACCESSES, 1, hash(row));
    }

    void removed(KeyStore.AccessRow row) {
        change(Part.ACCESSES, -1, hash(row));
    }

    long count(Part part) {
        return counts[part.ordinal()];
    }

    /** Whether this part says the same rows in both. */
    boolean agrees(Summary other, Part part) {
        return counts[part.ordinal()] == other.counts[part.ordinal()]
                && Arrays.equals(hashes[part.ordinal()], other.hashes[part.ordinal()]);
    }

    private void change(Part part, int by, byte[] hash) {
        counts[part.ordinal()] += by;
        byte[] xor = hashes[part.ordinal()];
        for (int i = 0; i < HASH; i++) {
            xor[i] ^= hash[i];
        }
        changed = true;
    }

    private static byte[] hash(KeyStore.KeyRow row) {
        return hash(
                row.id(),
                utf8(row.organisation()),
                utf8(row.purpose()),
                utf8(row.object()),
                row.wrapped(),
                row.wrappedBy(),
                number(row.createdMicros()));
    }

    private static byte[] hash(KeyStore.SubjectRow row) {
        return hash(
                row.lookup(),
                row.psid(),
                utf8(row.organisation()),
                row.wrapped(),
                row.wrappedBy(),
                number(row.flags()),
                number(row.createdMicros()));
    }

    private static byte[] hash(KeyStore.ErasureRow row) {
        byte[] affected = row.affected();
        return hash(
                row.request(),
                row.psid(),
                utf8(row.organisation()),
                number(row.step()),
                affected == null ? new byte[0] : affected,
                number(row.micros()));
    }

    private static byte[] hash(KeyStore.AccessRow row) {
        return hash(row.psid(), row.record(), row.about(), utf8(row.who()), utf8(row.purpose()), number(row.micros()));
    }

    /** Each part with its length before it, so that no two rows give the same bytes. */
    private static byte[] hash(byte[]... parts) {
        var digest = Hashing.newSha256();
        for (byte[] part : parts) {
            digest.update(ByteBuffer.allocate(4).putInt(part.length).flip());
            digest.update(part);
        }
        return digest.digest();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
